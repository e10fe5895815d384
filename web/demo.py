"""The demo's people: choose one and chat as them. These pages exist in demo mode only."""

from __future__ import annotations

import io
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import quote

import anyio.to_thread
import segno
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot import texts
from bot.channels.webchat import WebChat, address_of, locale_of
from bot.channels.webchat_mail import CHANNEL
from bot.house import House
from domain.people import DESKS, Person
from domain.tree import Community
from storage import community, people
from storage.tx import Tx

SHOWN = 60

_TOKEN = re.compile(r"[A-Za-z0-9_-]{32,86}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """Somebody of the roster."""

    key: str
    name: str
    about: str  # role and unit, or home
    resident: bool
    desk: bool  # has a queue to look at


class Render(Protocol):
    def __call__(self, request: Request, name: str, status: int = 200, **facts: Any) -> Response: ...


class Demo:
    """A page of people and the door into each."""

    def __init__(self, house: House, chat: WebChat, render: Render) -> None:
        self.house = house
        self.chat = chat
        self.render = render

    def routes(self) -> list[Route]:
        return [
            Route("/demo", self.people, methods=["GET"]),
            Route("/demo/as/{key}", self.enter, methods=["GET"]),
            Route("/demo/qr/{key}.svg", self.code, methods=["GET"]),
        ]

    async def people(self, request: Request) -> Response:
        """Everybody who can be tried."""
        personas = await anyio.to_thread.run_sync(self._personas, locale_of(request))
        return self.render(request, "demo.html", personas=personas)

    def _personas(self, locale: str) -> list[Persona]:
        with self.house.store.read() as tx:
            known = self.house.conversation.community(tx)
            found = people.everybody_on_the_roster(tx, SHOWN)
            cast = [_persona(tx, known, person, locale, self.house.clock()) for person in found]
            return sorted(cast, key=lambda one: (not one.resident, one.about))

    async def enter(self, request: Request) -> Response:
        """Gives this browser the session of one person; it keeps one for each, so nobody's messages mix."""
        key = request.path_params["key"]
        kept = request.cookies.get(_cookie(key), "")
        token = kept if _TOKEN.fullmatch(kept) else secrets.token_urlsafe(32)
        if not await anyio.to_thread.run_sync(self.house.become, CHANNEL, address_of(token), key):
            raise HTTPException(404)
        response = RedirectResponse("/", 303)
        self.chat.start_session(response, token)
        response.set_cookie(
            _cookie(key),
            token,
            max_age=86_400 * 30,
            path="/demo/as",
            secure=self.chat.secure,
            httponly=True,
            samesite="lax",
        )
        return response

    async def code(self, request: Request) -> Response:
        """The link to a person as a QR code."""
        key = request.path_params["key"]
        base = self.house.settings.public_url or str(request.base_url).rstrip("/")
        drawn = io.BytesIO()
        segno.make(f"{base}/demo/as/{quote(key)}", error="m").save(
            drawn, kind="svg", border=2, dark="#26221d", light="#ffffff", omitsize=True
        )
        return Response(drawn.getvalue(), media_type="image/svg+xml")


def _persona(tx: Tx, known: Community, person: Person, locale: str, now: datetime) -> Persona:
    roles = people.roles_of(tx, person.id, now)
    home = community.place(tx, person.home_place_id)
    about = [
        f"{known.units[role.unit_id].name} · {texts.say(locale, f'words.role.{role.kind}')}" for role in roles
    ]
    desk = any(role.kind in DESKS for role in roles)
    if not about and home is not None:
        about = [home.full_name]
    return Persona(
        key=person.key or "", name=person.name, about="；".join(about), resident=not roles, desk=desk
    )


def _cookie(key: str) -> str:
    return "linli_as_" + re.sub(r"[^A-Za-z0-9-]", "_", key)
