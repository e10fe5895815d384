"""The pages around the chat: languages, weight, caching, the manifest, the webhook's door."""

from __future__ import annotations

import json
import re

import httpx
import pytest

from bot import texts
from bot.channels.webchat import WebChat
from tests.web.conftest import NewServer
from tests.web.serving import Page, Server
from web.app import Pages

BUDGET = 150_000  # bytes of the first load


@pytest.mark.parametrize(
    ("asked", "cookie", "lang"),
    [
        ("zh-CN,zh;q=0.9", "", "zh-Hans"),
        ("zh-TW,en", "", "zh-Hant"),
        ("zh-Hant-HK", "", "zh-Hant"),
        ("en-GB,en;q=0.8", "", "en"),
        ("fr-FR", "", "zh-Hans"),
        ("", "", "zh-Hans"),
        ("zh-CN", "en", "en"),
        ("zh-CN", "klingon", "zh-Hans"),
    ],
)
def test_the_page_speaks_the_language_that_was_asked_for(
    page: Page, asked: str, cookie: str, lang: str
) -> None:
    headers = {"Accept-Language": asked} | ({"Cookie": f"linli_lang={cookie}"} if cookie else {})
    assert f'<html lang="{lang}"' in page.http.get("/", headers=headers).text


def test_the_first_load_is_light_and_stays_with_us(page: Page) -> None:
    html = page.http.get("/").text
    paths = set(re.findall(r'(?:src|href)="([^"#]+)"', html))
    assert all(path.startswith("/") for path in paths)
    weight = len(html.encode()) + sum(len(page.http.get(path).content) for path in paths)
    assert weight < BUDGET, weight


def test_there_is_no_inline_script_or_style(page: Page) -> None:
    for path in ("/", "/demo", "/nothing"):
        html = page.http.get(path).text
        assert not re.search(r"<style|\sstyle=|\son\w+=", html)
        for attributes in re.findall(r"<script([^>]*)>", html):
            assert "src=" in attributes or 'type="application/json"' in attributes


def test_static_files_are_kept_for_ever_by_version(page: Page) -> None:
    url = re.search(r"/static/[0-9a-f]+/main\.js", page.http.get("/").text)
    assert url is not None
    first = page.http.get(url[0])
    assert "immutable" in first.headers["cache-control"]
    again = page.http.get(url[0], headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    old = page.http.get("/static/older/main.js")
    assert (old.content, old.headers["cache-control"]) == (first.content, "no-cache")
    for path in ("/static/x/none.js", "/static/x/../app.py", "/static/x/%2e%2e/app.py"):
        assert page.http.get(path).status_code == 404


def test_the_manifest_leads_to_icons_that_exist(page: Page) -> None:
    manifest = page.http.get("/manifest.webmanifest")
    assert manifest.headers["content-type"].startswith("application/manifest+json")
    for icon in manifest.json()["icons"]:
        assert page.http.get(icon["src"]).headers["content-type"] == icon["type"]


def test_the_service_worker_has_the_whole_site_and_only_our_own_files(page: Page) -> None:
    answer = page.http.get("/sw.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    assert "worker-src 'self'" in page.http.get("/").headers["content-security-policy"]
    first, _, _ = answer.text.partition("\n")
    about = json.loads(first.removeprefix("const PAGE = ").removesuffix(";"))
    assert all(path.startswith("/static/") for path in about["files"])
    for path in about["files"]:
        assert "immutable" in page.http.get(path).headers["cache-control"]
    used = set(re.findall(r'(?:src|href)="(/static/[^"#]+)"', page.http.get("/").text))
    assert used <= set(about["files"])


def test_the_page_that_is_kept_is_nobodys(server: Server) -> None:
    known = server.client()
    known.be("wang-ayi")
    shell, nobody = known.http.get("/shell"), httpx.get(server.url + "/shell")
    assert "set-cookie" not in shell.headers and "set-cookie" not in nobody.headers
    assert shell.text == nobody.text
    assert '"session": ""' in shell.text


def test_the_kept_page_is_renewed_with_its_sentences(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    before = Pages(server.house, WebChat(server.house)).version
    changed = {**texts.sentences("zh_Hans"), "web.page.welcome": "新的欢迎词"}
    monkeypatch.setattr(texts, "sentences", lambda locale: changed)
    assert Pages(server.house, WebChat(server.house)).version != before


def test_a_stairwells_code_cannot_break_out_of_the_page(page: Page) -> None:
    html = page.http.get("/q/%3C%2Fscript%3E%3Cscript%3Ealert(1)").text
    assert "<script>alert" not in html


def test_every_persona_has_a_link_and_a_code(page: Page) -> None:
    html = page.http.get("/demo").text
    for key in ("wang-ayi", "liming", "sunli"):
        assert f'href="/demo/as/{key}"' in html
    assert page.http.get("/demo/qr/wang-ayi.svg").headers["content-type"] == "image/svg+xml"


def test_an_unknown_page_is_a_kind_404(page: Page) -> None:
    answer = page.http.get("/nothing", headers={"Accept-Language": "zh-CN"})
    assert answer.status_code == 404
    assert "没有这一页" in answer.text
    assert page.http.delete("/api/messages").status_code == 405


class Door:
    """Stands for the Telegram webhook."""

    def __init__(self) -> None:
        self.seen: list[tuple[bytes, str | None]] = []

    async def handle_update(self, body: bytes, secret_header: str | None) -> tuple[int, dict[str, str]]:
        self.seen.append((body, secret_header))
        return 503, {"Retry-After": "5"}


def test_the_webhooks_door_passes_body_secret_and_answer(new_server: NewServer) -> None:
    door = Door()
    page = new_server(telegram=door).client()
    header = {"X-Telegram-Bot-Api-Secret-Token": "s3cret"}
    answer = page.http.post("/telegram", content=b'{"update_id": 1}', headers=header)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert door.seen == [(b'{"update_id": 1}', "s3cret")]
    assert page.http.post("/telegram", content=b"x" * 2_000_000, headers=header).status_code == 413


def test_without_telegram_there_is_no_door(page: Page) -> None:
    assert page.http.post("/telegram", content=b"{}").status_code == 404
