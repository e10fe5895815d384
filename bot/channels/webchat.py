"""The web chat: messages are posted with an id of the page's own and streamed from a mailbox.

A POST is answered when the turn has been committed; the same id gets the same answer again. Everything
a person should see is a row of their mailbox, so a page that was away asks for the rows after its cursor.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import anyio.to_thread
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Message, Receive

from bot import texts
from bot.channels.webchat_mail import CHANNEL, Mailboxes
from bot.house import House
from bot.messages import Incoming, Media
from storage.store import Unavailable

HEADER = "x-linli"  # the page's session: no other site may send it, and a page of another session is told
PHOTOS = 9
WORDS_LIMIT = 100_000  # bytes of a message without files
PING = 15.0  # seconds between signs of life on a stream
LONGEST_WAIT = 25.0  # seconds a long poll may last
YEAR = 31_536_000
_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_ENTRY = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32,86}")
_INLINE = ("image/jpeg", "image/png", "image/webp", "audio/", "video/webm")


class Refused(Exception):
    """A request that is turned away; `key` is its sentence in texts."""

    def __init__(self, status: int, key: str) -> None:
        super().__init__(key)
        self.status = status
        self.key = key


def locale_of(request: Request) -> str:
    """The language of the page: the one chosen there, or the first the browser asks for."""
    chosen = request.cookies.get("linli_lang", "")
    if chosen in texts.LOCALES:
        return chosen
    for part in request.headers.get("accept-language", "").split(","):
        tag = part.split(";")[0].strip().lower()
        if tag.startswith("zh"):
            return "zh_Hant" if re.search(r"hant|-tw|-hk|-mo", tag) else "zh_Hans"
        if tag.startswith("en"):
            return "en"
    return texts.LOCALES[0]


class WebChat:
    """The routes of the chat. `mail.close()` ends all streams: call it when the server is told to stop."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.mail = Mailboxes(house.store, house.hub)
        self.secure = house.settings.public_url.startswith("https://")
        self.cookie = "__Host-linli" if self.secure else "linli"

    def routes(self) -> list[Route]:
        return [
            Route("/api/messages", self.post, methods=["POST"]),
            Route("/api/messages", self.messages, methods=["GET"]),
            Route("/api/stream", self.stream, methods=["GET"]),
            Route("/files/{ref}", self.file, methods=["GET"]),
        ]

    def address(self, request: Request) -> str:
        """Where this browser's messages lie: a hash, so that the database does not hold the cookie."""
        token = request.cookies.get(self.cookie, "")
        return address_of(token) if _TOKEN.fullmatch(token) else ""

    def start_session(self, response: Response, token: str = "") -> str:
        """Gives the browser a session; returns its address."""
        token = token or secrets.token_urlsafe(32)
        response.set_cookie(
            self.cookie, token, max_age=YEAR, path="/", secure=self.secure, httponly=True, samesite="lax"
        )
        return address_of(token)

    def _check_origin(self, request: Request) -> None:
        """Only our own page may write: the browser's own headers say where a request comes from."""
        headers = request.headers
        own = {headers.get("host", ""), urlsplit(self.house.settings.public_url).netloc}
        origin = headers.get("origin")
        from_us = origin is None or urlsplit(origin).netloc in own - {""}
        site = headers.get("sec-fetch-site", "same-origin")
        if not from_us or site not in ("same-origin", "none") or HEADER not in headers:
            raise Refused(403, "web.foreign")

    def writer(self, request: Request) -> str:
        """The address of our own page that writes. Raises Refused for anybody else's."""
        self._check_origin(request)
        address = self.address(request)
        if not address:
            raise Refused(401, "web.no_session")
        if request.headers[HEADER] not in ("1", address[:8]):
            raise Refused(409, "web.other_session")
        return address

    async def post(self, request: Request) -> Response:
        """Takes one message; 200 means that it was saved, with everything said after the page's cursor."""
        address = self.writer(request)
        limit_body(request, 3 * self.house.settings.max_upload)
        said = await body_of(request)
        incoming = await self._incoming(said, address, locale_of(request))
        reply = await self.house.receive(incoming)
        after = _number(said.get("after"))
        address_id, found = await self.mail.written(address, after, self.house.clock())
        if address_id is not None:
            self.house.hub.post(address_id)
        return private({"saved": incoming.message_id, "reply": reply.as_json() if reply else None} | found)

    async def _incoming(self, said: dict[str, Any], address: str, locale: str) -> Incoming:
        message_id, entry = str(said.get("id", "")), str(said.get("entry") or "")
        if not _ID.fullmatch(message_id) or (entry and not _ENTRY.fullmatch(entry)):
            raise Refused(400, "web.malformed")
        media, problems = await self._media(said)
        return Incoming(
            channel=CHANNEL,
            address=address,
            message_id=message_id,
            text=str(said.get("text") or ""),
            pressed=str(said.get("pressed") or ""),
            entry=entry,
            location=_place(said.get("location")),
            locale=locale,
            media=tuple(media),
            problems=tuple(dict.fromkeys(problems)),
        )

    async def _media(self, said: dict[str, Any]) -> tuple[list[Media], list[str]]:
        """Keeps what was uploaded; what cannot be kept is told and the words go on without it."""
        photos, kept, problems = said.get("photos", []), [], []
        if len(photos) > PHOTOS:
            photos, problems = photos[:PHOTOS], ["web.too_many_photos"]
        uploads = [("photo", one) for one in photos] + [("voice", one) for one in said.get("voice", [])[:1]]
        for kind, upload in uploads:
            if (upload.size or 0) > self.house.settings.max_upload:
                problems.append("web.file_too_large")
                continue
            try:
                medium = await self.house.keep(kind, await upload.read())
            except ValueError as error:
                problems.append(str(error) if texts.has(str(error)) else "web.bad_file")
                continue
            except OSError:
                raise Refused(503, "web.not_saved") from None
            seconds = min(_number(said.get("seconds")), 600) if kind == "voice" else 0
            kept.append(replace(medium, seconds=seconds))
        return kept, problems

    async def messages(self, request: Request) -> Response:
        """The newest messages, those before one, or those after a cursor, waiting for them when asked to."""
        query, address = request.query_params, self.address(request)
        if not address:
            response = private({"messages": [], "more": False, "known": False})
            self.start_session(response)
            return response
        after, before = _number(query.get("after"), -1), _number(query.get("before"))
        wait = min(_number(query.get("wait")), LONGEST_WAIT)
        if (wait or after > 0) and (address_id := await self.mail.find(address)) is not None:
            await self.mail.fetched(address_id, after, self.house.clock())
            if wait:
                await self.mail.follow(address_id, max(after, 0), wait)
        return private(await self.mail.look(address, after=after, before=before))

    async def stream(self, request: Request) -> Response:
        """Server-sent events: each message with its id, from Last-Event-ID on; a ping when all is quiet."""
        address_id = await self.mail.find(self.address(request))
        if address_id is None or self.mail.closed:
            return Response(status_code=503 if self.mail.closed else 204)  # 204: nothing to come back for
        after = _number(request.query_params.get("after"))
        cursor = _number(request.headers.get("last-event-id"), after)
        return EventSourceResponse(
            self._events(address_id, cursor), ping=0, send_timeout=30, headers={"Cache-Control": "no-store"}
        )

    async def _events(self, address_id: int, cursor: int) -> AsyncIterator[ServerSentEvent]:
        yield ServerSentEvent(event="ping", data="")
        while not self.mail.closed:
            try:
                await self.mail.fetched(address_id, cursor, self.house.clock())
                rows = await self.mail.follow(address_id, cursor, PING)
            except Unavailable:
                return
            for row in rows:
                cursor = row["id"]
                yield ServerSentEvent(id=str(cursor), event="message", data=json.dumps(row))
            if not rows:
                yield ServerSentEvent(event="ping", data="")

    async def file(self, request: Request) -> Response:
        """A photo or a recording, for those who may see it; for everybody else there is none."""
        person_id, ref = await self.mail.owner(self.address(request)), request.path_params["ref"]
        found = None
        if person_id is not None and re.fullmatch(r"\d{1,9}", ref):
            found = await anyio.to_thread.run_sync(self.house.file, int(ref), person_id)
        if found is None:
            raise Refused(404, "web.not_found")
        content, mime = found
        shown = "inline" if mime.startswith(_INLINE) else "attachment"
        return Response(
            content,
            media_type=mime,
            headers={
                "Content-Disposition": f'{shown}; filename="linli-{ref}"',
                "Content-Security-Policy": "default-src 'none'; sandbox",
                "Cache-Control": "no-store",
            },
        )


def address_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def private(content: dict[str, Any], status: int = 200) -> JSONResponse:
    """An answer for one person only."""
    return JSONResponse(content, status, headers={"Cache-Control": "no-store"})


async def refusal(request: Request, error: Exception) -> Response:
    """What a page is told when its message was not taken; it keeps the message."""
    status, key = (error.status, error.key) if isinstance(error, Refused) else (503, "web.not_saved")
    answer = private({"error": key, "text": texts.say(locale_of(request), key)}, status)
    if status == 503:
        answer.headers["Retry-After"] = "5"
    return answer


# -- reading a request ---------------------------------------------------------------------------
def limit_body(request: Request, files_limit: int, words_limit: int = WORDS_LIMIT) -> None:
    """Stops reading a body that is too long, whatever its headers say."""
    files = request.headers.get("content-type", "").startswith("multipart/form-data")
    limit = files_limit if files else words_limit
    if _number(request.headers.get("content-length")) > limit:
        raise Refused(413, "web.too_large")
    receive: Receive = request._receive
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise Refused(413, "web.too_large")
        return message

    request._receive = counted


async def body_of(request: Request) -> dict[str, Any]:
    """The fields of a message, from JSON or from a form with files."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return _fields(await request.form(max_files=2 * PHOTOS, max_fields=20, max_part_size=WORDS_LIMIT))
    if kind != "application/json":
        raise Refused(415, "web.malformed")
    try:
        said = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise Refused(400, "web.malformed") from None
    if not isinstance(said, dict):
        raise Refused(400, "web.malformed")
    return {name: value for name, value in said.items() if name not in ("photos", "voice")}


def _fields(form: FormData) -> dict[str, Any]:
    said: dict[str, Any] = {name: value for name, value in form.items() if isinstance(value, str)}
    for name in ("photos", "voice"):
        said[name] = [one for one in form.getlist(name) if isinstance(one, UploadFile)]
    return said


def _place(said: Any) -> tuple[float, float] | None:
    """Latitude and longitude from [22.5, 114.1] or "22.5,114.1"."""
    if not said:
        return None
    try:
        latitude, longitude = (float(one) for one in (said.split(",") if isinstance(said, str) else said))
    except (ValueError, TypeError):
        raise Refused(400, "web.malformed") from None
    if not (math.isfinite(latitude) and abs(latitude) <= 90 and abs(longitude) <= 180):
        raise Refused(400, "web.malformed")
    return latitude, longitude


def _number(said: Any, otherwise: int = 0) -> int:
    text = str(said)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else otherwise
