"""我的数据 on a page: all that is kept of whoever holds the phone, to read, print and take along."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import anyio.to_thread
import segno
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import texts
from bot.channels.webchat import Refused, WebChat, locale_of
from bot.house import House
from domain.calendar import BEIJING
from domain.people import Person
from storage import community, keeping

_CODE = re.compile(r"i_[A-Za-z0-9_-]{22}")
_WORDS = {"status": "status", "kind": "case_kind", "role": "role", "muted": "topic"}
"""Fields whose values have a word of their own."""


class Mine:
    """One's own data, by the session of the chat; nobody else's can be asked for."""

    def __init__(self, house: House, chat: WebChat, render: Callable[..., Response]) -> None:
        self.house = house
        self.chat = chat
        self.render = render

    def routes(self) -> list[Route]:
        return [
            Route("/mine", self.page, methods=["GET"]),
            Route("/mine.json", self.download, methods=["GET"]),
            Route("/qr/{code}.svg", self.code, methods=["GET"]),
        ]

    async def _copy(self, request: Request) -> dict[str, Any]:
        person_id = await self.chat.mail.owner(self.chat.address(request))

        def look() -> dict[str, Any]:
            with self.house.store.read() as tx:
                person = tx.get(Person, person_id)
                if person is None:
                    return {}
                found = keeping.copy(tx, person)
                home = community.place(tx, person.home_place_id)
                found["person"]["home"] = home.full_name if home else ""
                return found

        return await anyio.to_thread.run_sync(look)

    async def page(self, request: Request) -> Response:
        """Every part as a table, moments in Beijing time, words in the reader's language."""
        found, locale = await self._copy(request), locale_of(request)
        parts = [(name, _table(locale, value)) for name, value in found.items() if value]
        return self.render(request, "mine.html", parts=parts)

    async def download(self, request: Request) -> Response:
        """The same as JSON."""
        found = await self._copy(request)
        made = {"made_at": self.house.clock(), **found}
        body = json.dumps(made, ensure_ascii=False, indent=1, default=_plain)
        name = {"Content-Disposition": 'attachment; filename="linli-my-data.json"'}
        return Response(body, media_type="application/json", headers=name)

    async def code(self, request: Request) -> Response:
        """A code for another phone as something to scan."""
        code = request.path_params["code"]
        if not _CODE.fullmatch(code):
            raise Refused(404, "web.not_found")
        drawn = io.BytesIO()
        segno.make(f"{self.house.settings.url}/q/{code}", error="m").save(
            drawn, kind="svg", border=2, dark="#26221d", light="#ffffff", omitsize=True
        )
        return Response(drawn.getvalue(), media_type="image/svg+xml")


def _plain(value: Any) -> Any:
    return value.astimezone(BEIJING).isoformat() if isinstance(value, datetime) else str(value)


def _table(locale: str, value: Any) -> list[list[tuple[str, str]]]:
    """Rows of (name of the field, its value as read)."""
    rows = value if isinstance(value, list) else [value]
    return [
        [
            (texts.say(locale, f"web.mine.field.{name}"), _shown(locale, name, cell))
            for name, cell in (row if isinstance(row, dict) else {"at": row}).items()
            if cell not in (None, "", (), [], False)
        ]
        for row in rows
    ]


def _shown(locale: str, name: str, cell: Any) -> str:
    if isinstance(cell, datetime):
        return f"{cell.astimezone(BEIJING):%Y-%m-%d %H:%M}"
    if isinstance(cell, list | tuple):
        return "；".join(_shown(locale, name, one) for one in cell)
    if isinstance(cell, dict):
        return " ".join(_shown(locale, key, one) for key, one in cell.items() if one)
    key = f"words.{_WORDS.get(name, '')}.{cell}"
    if texts.has(key):
        return texts.say(locale, key)
    return "✓" if cell is True else str(cell)
