"""Who comes to the desk: the session in a cookie, the token in every form, and refusals that look alike."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import anyio
import anyio.to_thread
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from actions import signing_in
from bot import texts
from bot.channels.webchat import PHOTOS, Refused, limit_body
from bot.house import House
from bot.media import BadFile
from bot.messages import Media
from domain.errors import Conflict, NotAllowed, NotFound, Refusal
from storage.tx import Tx
from web.desk.visit import HTML_LANG, Look, Visit

View = Callable[[Visit], Response]
Act = Callable[[Visit], str | Response]
Endpoint = Callable[[Request], Any]
UPLOAD = 5_000_000  # bytes of a roster
FORM = 200_000  # bytes of a form without files
TRIES = 3  # when somebody changed the same row meanwhile
LOOKERS = 8  # threads: who only looks takes none from the chat
DAY = 43_200  # seconds a cookie is kept; the session ends before by itself


class Gate:
    """Opens views and acts to whoever is signed in; everybody else goes to the door."""

    def __init__(self, house: House, look: Look, *, secure: bool) -> None:
        self.house = house
        self.look = look
        self.secure = secure
        self.cookie = "__Host-linli-desk" if secure else "linli_desk"
        self._lookers = anyio.CapacityLimiter(LOOKERS)

    # -- the cookie ---------------------------------------------------------------------------------
    def token(self, request: Request) -> str:
        return request.cookies.get(self.cookie, "")[:100]

    def keep(self, response: Response, token: str) -> None:
        """Strict: no other site can make this browser come here signed in."""
        response.set_cookie(
            self.cookie, token, max_age=DAY, path="/", secure=self.secure, httponly=True, samesite="strict"
        )

    def forget(self, response: Response) -> None:
        response.delete_cookie(self.cookie, path="/", secure=self.secure, httponly=True, samesite="strict")

    def csrf(self, token: str) -> str:
        """What a form of this session carries; it says nothing about the cookie."""
        return hmac.new(token.encode(), b"desk form", hashlib.sha256).hexdigest()[:40]

    # -- looking ------------------------------------------------------------------------------------
    def view(self, show: View) -> Endpoint:
        """A page that only looks."""

        async def endpoint(request: Request) -> Response:
            return await anyio.to_thread.run_sync(self._look, request, show, limiter=self._lookers)

        return endpoint

    def _look(self, request: Request, show: View) -> Response:
        with self.house.store.read() as tx:
            visit = self._visit(request, tx)
            if visit is None:
                return self._to_the_door(request)
            response = _refusing(show, visit)
        if signing_in.stale(visit.session, visit.now):
            with self.house.store.begin() as tx:
                signing_in.was_there(tx, visit.session, visit.now)
        return response

    def _visit(
        self, request: Request, tx: Tx, form: FormData | None = None, *, acts: bool = False
    ) -> Visit | None:
        token, now = self.token(request), self.house.clock()
        community = self.house.conversation.community(tx)
        found = signing_in.present(tx, community, token, now, lock=acts)
        if found is None:
            return None
        actor, session = found
        chosen = request.cookies.get("linli_lang", "")
        return Visit(
            request=request,
            tx=tx,
            actor=actor,
            session=session,
            now=now,
            locale=chosen if chosen in texts.LOCALES else actor.person.locale,
            csrf=self.csrf(token),
            look=self.look,
            form=form or FormData(),
            read_file=self.house.files.read,
            keep_picture=self.house.files.keep_own,
            learned=self.house.settings.learned,
            understand=lambda words: self.house.conversation.understand(words, now),
        )

    def _to_the_door(self, request: Request) -> Response:
        if "hx-request" in request.headers:
            return Response(status_code=401, headers={"HX-Redirect": "/desk/in"})
        return RedirectResponse("/desk/in", 303)

    # -- acting -------------------------------------------------------------------------------------
    def act(self, do: Act, shows: View, *, sheet: bool = False, photos: bool = False) -> Endpoint:
        """A form: `do` acts and says where to look next; a refusal is shown where it was asked.

        It may carry a `sheet`, or `photos`, which are looked at and stored before `do`.
        """
        size, files = (UPLOAD, 1) if sheet else (FORM, 0)
        if photos:
            size, files = 3 * self.house.settings.max_upload, 2 * PHOTOS

        async def endpoint(request: Request) -> Response:
            limit_body(request, size, FORM)
            self.check_origin(request)
            async with request.form(max_files=files, max_fields=400) as form:
                uploaded = [
                    (name, await one.read())
                    for name, one in form.multi_items()
                    if isinstance(one, UploadFile) and one.filename
                ]
                return await anyio.to_thread.run_sync(self._act, request, form, uploaded, do, shows)

        return endpoint

    def check_origin(self, request: Request) -> None:
        """Raises Refused when the browser says that a form came from elsewhere."""
        origin = request.headers.get("origin")
        own = {request.headers.get("host", ""), urlsplit(self.house.settings.public_url).netloc}
        site = request.headers.get("sec-fetch-site", "same-origin")
        if site not in ("same-origin", "none") or (origin and urlsplit(origin).netloc not in own - {""}):
            raise Refused(403, "web.foreign")

    def _act(
        self, request: Request, form: FormData, uploaded: list[tuple[str, bytes]], do: Act, shows: View
    ) -> Response:
        given = str(form.get("csrf", "")).encode("utf-8", "replace")
        if not hmac.compare_digest(given, self.csrf(self.token(request)).encode()):
            raise Refused(403, "web.foreign")
        photos: tuple[Media, ...] = ()
        if pictures := [content for name, content in uploaded if name == "photos"]:
            try:
                photos = self._photos(request, pictures)
            except BadFile as bad:
                return self._again(request, form, shows, str(bad))
        for attempt in range(TRIES):
            try:
                with self._acting(request, form) as visit:
                    if visit is None:
                        return self._to_the_door(request)
                    where = do(replace(visit, files=dict(uploaded), photos=photos))
                self.house.conversation.stirred()
                return where if isinstance(where, Response) else RedirectResponse(where, 303)
            except Conflict:
                if attempt == TRIES - 1:
                    raise
            except Refusal as refusal:
                return self._refused(request, form, refusal, shows)
        raise AssertionError

    def _photos(self, request: Request, pictures: list[bytes]) -> tuple[Media, ...]:
        """Photos as they are stored, outside of any transaction; none of strangers. Raises BadFile."""
        with self.house.store.read() as tx:
            if self._visit(request, tx) is None:
                return ()
        if len(pictures) > PHOTOS:
            raise BadFile("desk_web.too_many_photos")
        return tuple(self.house.files.keep("photo", one) for one in pictures)

    @contextmanager
    def _acting(self, request: Request, form: FormData) -> Iterator[Visit | None]:
        with self.house.store.begin() as tx:
            visit = self._visit(request, tx, form, acts=True)
            if visit is not None:
                signing_in.was_there(tx, visit.session, visit.now)
            yield visit

    def _refused(self, request: Request, form: FormData, refusal: Refusal, shows: View) -> Response:
        """The page as it was, with the sentence; nothing was changed."""
        if not isinstance(refusal, NotFound | NotAllowed):
            return self._again(request, form, shows, refusal.key, **refusal.facts)
        with self.house.store.read() as tx:
            visit = self._visit(request, tx, form)
            return self._to_the_door(request) if visit is None else _unknown(visit)

    def _again(self, request: Request, form: FormData, shows: View, why: str, **facts: Any) -> Response:
        with self.house.store.read() as tx:
            visit = self._visit(request, tx, form)
            if visit is None:
                return self._to_the_door(request)
            said = texts.say(visit.locale, why, **facts)
            response = _refusing(shows, replace(visit, problem=said))
        if response.status_code == 200:
            response.status_code = 409
        return response


def _refusing(show: View, visit: Visit) -> Response:
    """A page; what is not theirs looks as what does not exist."""
    try:
        return show(visit)
    except (NotFound, NotAllowed):
        return _unknown(visit)


def _unknown(visit: Visit) -> Response:
    return visit.page("missing.html", 404)


__all__ = ["HTML_LANG", "Gate", "View"]
