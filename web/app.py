"""The web application: the phone page, its chat, the demo's people, and the webhook's door."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import anyio.to_thread
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import metrics, texts
from bot.channels.webchat import Refused, WebChat, limit_body, locale_of, private, refusal
from bot.house import House
from storage import outbox
from storage.store import Unavailable
from web.assets import Assets
from web.board import PublicBoard
from web.demo import Demo
from web.desk.app import Desk, demo_entry
from web.desk.visit import Look
from web.headers import HEADERS, SecurityHeaders
from web.mine import Mine
from web.open311 import Open311
from web.pushes import Pushes

LANGUAGES = {"zh_Hans": "简体", "zh_Hant": "繁體", "en": "English"}
HTML_LANG = {"zh_Hans": "zh-Hans", "zh_Hant": "zh-Hant", "en": "en"}
TELEGRAM_HEADER = "X-Telegram-Bot-Api-Secret-Token"
LOOPBACK = frozenset({"127.0.0.1", "::1"})
WEBHOOK_LIMIT = 1_100_000  # bytes; the webhook itself refuses more than a million


class WebhookDoor(Protocol):
    """The Telegram webhook, without a web framework."""

    async def handle_update(self, body: bytes, secret_header: str | None) -> tuple[int, dict[str, str]]: ...


TEMPLATES = Path(__file__).parent / "templates"
PHONE_TEMPLATES = ("base.html", "icons.html", "phone.html")
SERVICE_WORKER = "worker.js"
PHONE_SCRIPTS = (
    *("page", "parts", "shelf", "memory", "aloud", "message", "log", "outbox", "line", "photos"),
    *("composer", "extras", "remind", "main"),
)
PHONE_FILES = (
    *("base.css", "phone.css", "icon.svg", "icon-192.png", "homes.svg"),
    *(f"{name}.js" for name in PHONE_SCRIPTS),
)


class Pages:
    """The pages for people, in their language."""

    def __init__(self, house: House, chat: WebChat) -> None:
        self.house = house
        self.chat = chat
        self.assets = Assets()
        self.templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.templates.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
        self.version = self._version()

    def _version(self) -> str:
        """Changes with everything the kept page is made of: files, templates, sentences."""
        made_of = hashlib.sha256(self.assets.version.encode())
        for name in PHONE_TEMPLATES:
            made_of.update((TEMPLATES / name).read_bytes())
        for locale in texts.LOCALES:
            said = texts.sentences(locale)
            made_of.update(
                json.dumps({key: said[key] for key in said if key.startswith("web.page.")}).encode()
            )
        return made_of.hexdigest()[:12]

    def render(self, request: Request, name: str, status: int = 200, **facts: Any) -> Response:
        """One template with what all of them need."""
        locale = facts.pop("locale", "") or locale_of(request)
        large = facts.pop("large", request.cookies.get("linli_type") == "large")
        html = self.templates.get_template(name).render(
            say=lambda key, **more: texts.say(locale, f"web.{key}", **more),
            asset=self.assets.url,
            locale=locale,
            lang=HTML_LANG[locale],
            large=large,
            demo=self.house.settings.mode == "demo",
            **facts,
        )
        return Response(html, status, media_type="text/html", headers={"Content-Language": HTML_LANG[locale]})

    async def phone(self, request: Request) -> Response:
        """The chat; through a stairwell's code it greets with that building."""
        address, response = self.chat.address(request), Response()
        if not address:
            address = self.chat.start_session(response)
        shown = self._chat(request, session=address[:8], entry=request.path_params.get("entry", "")[:64])
        shown.raw_headers.extend(pair for pair in response.raw_headers if pair[0] == b"set-cookie")
        return shown

    async def shell(self, request: Request) -> Response:
        """The chat of nobody, which a phone keeps for the time without a network."""
        return self._chat(request, session="", entry="", large=False)

    def _chat(self, request: Request, *, session: str, entry: str, **more: Any) -> Response:
        locale = locale_of(request)
        words = {
            key.removeprefix("web.page."): sentence
            for key, sentence in {**texts.sentences("zh_Hans"), **texts.sentences(locale)}.items()
            if key.startswith("web.page.")
        }
        page = {
            "session": session,
            "locale": locale,
            "lang": HTML_LANG[locale],
            "entry": entry,
            "push": self.house.settings.push,
            "maxUpload": self.house.settings.max_upload,
            "words": words,
        }
        more |= {"page": page, "languages": LANGUAGES, "scripts": PHONE_SCRIPTS}
        return self.render(request, "phone.html", **more)

    async def service_worker(self, request: Request) -> Response:
        """The phone's keeper of the page; a new version of the files makes it a new one."""
        locale = locale_of(request)
        about = {
            "version": self.version,
            "files": [self.assets.url(name) for name in PHONE_FILES],
            "name": texts.say(locale, "web.page.name"),
            "lang": HTML_LANG[locale],
            "icon": self.assets.url("icon-192.png"),
        }
        script = f"const PAGE = {json.dumps(about)};\n{self.assets.text(SERVICE_WORKER)}"
        return Response(script, media_type="text/javascript", headers={"Cache-Control": "no-cache"})

    async def manifest(self, request: Request) -> Response:
        """What a phone needs to put the page beside its other apps."""
        locale = locale_of(request)
        name = texts.say(locale, "web.page.name")
        icons = [
            {"src": self.assets.url("icon.svg"), "sizes": "any", "type": "image/svg+xml"},
            {"src": self.assets.url("icon-192.png"), "sizes": "192x192", "type": "image/png"},
            {"src": self.assets.url("icon-512.png"), "sizes": "512x512", "type": "image/png"},
        ]
        about = {
            "name": name,
            "short_name": name,
            "description": texts.say(locale, "web.page.description"),
            "lang": HTML_LANG[locale],
            "id": "/",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#f7f4ee",
            "theme_color": "#f7f4ee",
            "icons": icons,
        }
        return JSONResponse(about, media_type="application/manifest+json")

    async def health(self, _request: Request) -> Response:
        """The process is alive."""
        return private({"status": "ok"})

    async def ready(self, _request: Request) -> Response:
        """The database answers, too."""

        def look() -> None:
            with self.house.store.read() as tx:
                outbox.find_address(tx, "web", "")

        await anyio.to_thread.run_sync(look)
        return private({"status": "ready"})

    async def metrics(self, request: Request) -> Response:
        """Figures for Prometheus: with the token, or from this machine itself."""
        token = self.house.settings.metrics_token
        if token is not None:
            given = request.headers.get("authorization", "").encode("utf-8", "replace")
            allowed = hmac.compare_digest(given, f"Bearer {token.get_secret_value()}".encode())
        else:
            proxied = any(name in request.headers for name in ("forwarded", "x-forwarded-for", "x-real-ip"))
            allowed = not proxied and request.client is not None and request.client.host in LOOPBACK
        if not allowed:
            raise HTTPException(404)
        page = await anyio.to_thread.run_sync(metrics.page, self.house.store, self.house.clock)
        return Response(page, media_type="text/plain; version=0.0.4", headers={"Cache-Control": "no-store"})

    async def missing(self, request: Request, error: Exception) -> Response:
        """An address that leads nowhere, or a method that is not for it."""
        status = error.status_code if isinstance(error, HTTPException) else 404
        if request.url.path.startswith(("/api/", "/files/", "/static/", "/telegram")) or status != 404:
            key = "web.not_found" if status == 404 else "web.malformed"
            return private({"error": key, "text": texts.say(locale_of(request), key)}, status)
        return self.render(request, "missing.html", status)

    async def broken(self, request: Request, _error: Exception) -> Response:
        """The last resort: a kind sentence and nothing about the inside."""
        answer = private({"error": "web.broken", "text": texts.say(locale_of(request), "web.broken")}, 500)
        answer.headers.update(HEADERS)  # it is made outside the middleware
        return answer


def webhook_route(door: WebhookDoor) -> Route:
    async def take(request: Request) -> Response:
        limit_body(request, WEBHOOK_LIMIT, WEBHOOK_LIMIT)
        status, headers = await door.handle_update(await request.body(), request.headers.get(TELEGRAM_HEADER))
        return Response(status_code=status, headers=headers)

    return Route("/telegram", take, methods=["POST"])


def create_app(house: House, telegram: WebhookDoor | None = None) -> Starlette:
    """Joins pages, chat and doors. `app.state.close()` ends streams: call it when the server is to stop."""
    chat = WebChat(house)
    pages = Pages(house, chat)
    public_board = PublicBoard(house, pages.render)
    open311 = Open311(house)
    routes = [  # asked one after the other: first what is asked for most
        *((webhook_route(telegram),) if telegram is not None else ()),
        *chat.routes(),
        Route("/", pages.phone, methods=["GET"]),
        Route("/q/{entry}", pages.phone, methods=["GET"]),
        Route("/shell", pages.shell, methods=["GET"]),
        Route("/sw.js", pages.service_worker, methods=["GET"]),
        Route("/manifest.webmanifest", pages.manifest, methods=["GET"]),
        Route("/health", pages.health, methods=["GET"]),
        Route("/ready", pages.ready, methods=["GET"]),
        Route("/metrics", pages.metrics, methods=["GET"]),
        pages.assets.route(),
        *public_board.routes(),
        *(Pushes(house, chat).routes() if house.settings.push else ()),
        *Mine(house, chat, pages.render).routes(),
        *(open311.routes() if house.settings.open311 else ()),
    ]
    desk = Desk(house, Look(templates=pages.templates, asset=pages.assets.url), secure=chat.secure)
    routes += desk.routes()
    if house.settings.mode == "demo":
        routes += [*Demo(house, chat, pages.render).routes(), demo_entry(house, desk.gate)]

    async def turned_away(request: Request, error: Exception) -> Response:
        if request.url.path.startswith("/desk"):
            return desk.refused(request, error)
        return await refusal(request, error)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        chat.mail.close()

    app = Starlette(
        routes=routes,
        lifespan=lifespan,
        middleware=[Middleware(SecurityHeaders, https=chat.secure)],
        exception_handlers={
            Refused: turned_away,
            Unavailable: turned_away,
            HTTPException: pages.missing,
            500: pages.broken,
        },
    )
    app.router.redirect_slashes = False
    app.state.close = chat.mail.close
    app.state.board, app.state.open311 = public_board, open311
    return app
