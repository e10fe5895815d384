"""Somebody at the desk without a browser: signs in through the chat as people do."""

from __future__ import annotations

import re
from typing import Any

import httpx

from tests.web.serving import Server


class Desk:
    """One browser's requests; `sign_in` goes the whole way, `demo` the short one."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.http = httpx.Client(base_url=server.url, timeout=20, follow_redirects=False)

    def demo(self, key: str) -> Desk:
        """Through the demo's door."""
        assert self.http.get(f"/demo/desk/{key}").status_code == 303
        return self

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.http.get(path, **more)

    def read(self, path: str) -> str:
        """A page without tokens and digests, in which any three digits may stand by chance."""
        return re.sub(r"\b[0-9a-f]{12,}\b", "", self.get(path).text)

    def csrf(self) -> str:
        found = re.search(r'name="csrf" value="(\w+)"', self.http.get("/desk/new").text)
        assert found, "no form"
        return found[1]

    def post(self, path: str, headers: dict[str, str] | None = None, **form: Any) -> httpx.Response:
        """A form with its token."""
        return self.http.post(path, data={"csrf": self.csrf(), **form}, headers=headers)


def pass_of(reply: dict[str, Any]) -> tuple[str, str]:
    """The link's path and the code for typing, as the chat shows them."""
    link = reply["buttons"][0][0]["url"]
    code = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", reply["text"])
    assert code
    return re.sub(r"^https?://[^/]+", "", link), code[0]
