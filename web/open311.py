"""Open311 GeoReport v2 as JSON: services, requests, tokens and the discovery document."""

from __future__ import annotations

import hashlib
import math
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from actions import board, open311
from bot import texts
from bot.channels.webchat import Refused, limit_body
from bot.conversation import storable
from bot.house import House
from bot.throttle import Throttle
from domain.calendar import BEIJING
from domain.community import UnitKind
from domain.errors import NotFound
from domain.systems import ApiKey, Asked, is_open, updated
from domain.tree import Community
from storage import systems
from storage.tx import Tx

PREFIX = "/open311"
READS, READS_WITH_KEY, WRITES = 60, 300, 60  # a minute
LONGEST = 4000  # characters of a description
PAGE = 1000
TOKEN = 64  # characters
BODY = 100_000  # bytes
LANGUAGE = "zh_Hans"


class Wrong(Exception):
    """A request that cannot be answered, in the words of the standard."""

    def __init__(self, code: int, description: str, retry_after: float = 0) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after


T = TypeVar("T")
Endpoint = Callable[[Request], Awaitable[Response]]


class Open311:
    """The doors for other systems. Only public cases, no names, no words; a system sees its own answers."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._readers = anyio.CapacityLimiter(4)  # who only looks takes no thread from the chat
        self.strangers = Throttle(READS)
        self.systems = Throttle(READS_WITH_KEY)
        self.writers = Throttle(WRITES)

    def unlimited(self) -> None:
        """Everybody may ask as often as they like: for trials."""
        self.strangers = self.systems = self.writers = Throttle(10_000_000)

    def routes(self) -> list[Route]:
        v2 = f"{PREFIX}/v2"
        doors: list[tuple[str, Endpoint, str]] = [
            (f"{PREFIX}/discovery.json", self.discovery, "GET"),
            (f"{v2}/services.json", self.services, "GET"),
            (f"{v2}/services/{{code}}.json", self.definition, "GET"),
            (f"{v2}/requests.json", self.requests, "GET"),
            (f"{v2}/requests.json", self.file, "POST"),
            (f"{v2}/requests/{{id}}.json", self.request, "GET"),
            (f"{v2}/tokens/{{token}}.json", self.token, "GET"),
        ]
        return [
            *(Route(path, _answering(door), methods=[method]) for path, door, method in doors),
            Route(f"{PREFIX}/{{rest:path}}", _answering(self.elsewhere), methods=["GET", "POST"]),
        ]

    # -- what there is ------------------------------------------------------------------------------
    async def elsewhere(self, request: Request) -> Response:
        """XML, and addresses that lead nowhere."""
        if request.url.path.endswith(".xml"):
            raise Wrong(406, "XML is not offered here; ask for .json")
        raise Wrong(404, "there is no such resource")

    async def discovery(self, request: Request) -> Response:
        """Where everything is, as the standard's service discovery wants it."""
        base = f"{self.house.settings.public_url or str(request.base_url).rstrip('/')}{PREFIX}/v2"
        endpoint = {
            "specification": "http://wiki.open311.org/GeoReport_v2",
            "url": base,
            "changeset": "2026-11-22T00:00:00+08:00",
            "type": "production" if self.house.settings.mode == "production" else "test",
            "formats": ["application/json"],
        }
        return _json(
            {
                "changeset": endpoint["changeset"],
                "contact": "",
                "key_service": "linli keys add NAME --unit KEY",
                "endpoints": [endpoint],
            }
        )

    async def services(self, request: Request) -> Response:
        """What can be reported: every category that is not private and no emergency."""
        _key, community = await self._who(request)
        self._jurisdiction(request, community)
        return _json([_service(community, code) for code in _codes(community)])

    async def definition(self, request: Request) -> Response:
        """What a service asks for beyond the usual: nothing, so the list is empty."""
        _key, community = await self._who(request)
        self._jurisdiction(request, community)
        code = request.path_params["code"]
        if code not in _codes(community):
            raise Wrong(404, "service_code not found")
        return _json({"service_code": code, "attributes": []})

    # -- reading ------------------------------------------------------------------------------------
    async def requests(self, request: Request) -> Response:
        """Public cases, newest first; at most 90 days of them and a thousand."""
        key, community = await self._who(request)
        unit = self._jurisdiction(request, community)
        asked = _asked(request, community, unit, self.house.clock())
        if key is None:
            asked = open311.without_key(asked)

        def look(tx: Tx) -> list[dict[str, Any]]:
            found = open311.listed(tx, community, key, asked, self.house.clock())
            return [_request(community, one) for one in found]

        found = await self._read(look)
        await self._fetched(key, found)
        return _json([one["shown"] for one in found])

    async def request(self, request: Request) -> Response:
        """One case, in a list of one."""
        key, community = await self._who(request)

        def look(tx: Tx) -> list[dict[str, Any]]:
            one = open311.one(tx, community, key, request.path_params["id"], self.house.clock())
            return [_request(community, one)]

        try:
            found = await self._read(look)
        except NotFound:
            raise Wrong(404, "service_request_id not found") from None
        await self._fetched(key, found)
        return _json([one["shown"] for one in found])

    async def token(self, request: Request) -> Response:
        """The number of what a system filed under its own token, for one that lost the answer."""
        key, community = await self._who(request)
        if key is None:
            raise Wrong(403, "api_key is missing or not known")
        token = _token(request.path_params["token"])
        try:
            found = await self._read(lambda tx: open311.told_later(tx, community, key, token))
        except NotFound:
            raise Wrong(404, "token not found") from None
        return _json([{"service_request_id": found, "token": token}])

    async def _fetched(self, key: ApiKey | None, found: list[dict[str, Any]]) -> None:
        """Whoever filed a case and has read its answer has it."""
        waiting = [one["case"] for one in found if one["waits"]]
        if key is None or not waiting:
            return

        def note() -> None:
            with self.house.store.begin() as tx:
                for case_id in waiting:
                    open311.fetched(tx, key, case_id, self.house.clock())

        await anyio.to_thread.run_sync(note)

    # -- filing -------------------------------------------------------------------------------------
    async def file(self, request: Request) -> Response:
        """Opens a case. The same `attribute[external_id]` or Idempotency-Key again is the same case."""
        limit_body(request, BODY, BODY)
        form = await request.form(max_files=0, max_fields=60, max_part_size=BODY)
        said = {name: storable(value) for name, value in form.multi_items() if isinstance(value, str)}
        key, community = await self._who(request, said.get("api_key", ""))
        if key is None:
            raise Wrong(403, "api_key is missing or not known")
        self._may(self.writers, f"key:{key.id}")
        if unit := said.get("jurisdiction_id"):
            self._jurisdiction(request, community, unit)
        asked = _filing(said, community, request.headers.get("idempotency-key", ""))
        now = self.house.clock()

        def act() -> tuple[open311.Filed, str]:
            read = {words: self.house.conversation.understand(words, now) for words in asked.words}
            with self.house.store.begin() as tx:
                filed = open311.file(tx, community, key, asked, read.__getitem__, now)
                return filed, open311.request_id(community, filed.case)

        filed, number = await anyio.to_thread.run_sync(act)
        self.house.conversation.stirred()
        notice = ""
        if filed.emergency is not None:
            numbers = community.emergency_numbers()
            notice = texts.say(LANGUAGE, f"call_emergency.card_{filed.emergency}", **numbers)
        answer = {"service_request_id": number, "service_notice": notice, "account_id": None}
        return _json([answer], 200 if filed.again else 201)

    # -- who asks -----------------------------------------------------------------------------------
    async def _who(self, request: Request, given: str = "") -> tuple[ApiKey | None, Community]:
        """The key, when there is one, and the community. A key that is not known is refused."""
        token = given or request.query_params.get("api_key", "")
        client = request.client.host if request.client else ""

        def look(tx: Tx) -> tuple[ApiKey | None, Community]:
            key = systems.key_of(tx, token[:200]) if token else None
            return key, self.house.conversation.community(tx)

        if not token:
            self._may(self.strangers, client)
        key, community = await self._read(look)
        if token and key is None:
            self._may(self.strangers, client)
            raise Wrong(403, "api_key is missing or not known")
        if key is not None:
            self._may(self.systems, f"key:{key.id}")
        return key, community

    def _may(self, throttle: Throttle, who: str) -> None:
        wait = throttle.wait(who)
        if wait:
            raise Wrong(429, "too many requests", wait)

    def _jurisdiction(self, request: Request, community: Community, given: str = "") -> str:
        """The community that is asked for by its key; "" is the whole."""
        key = given or request.query_params.get("jurisdiction_id", "")
        if key:
            try:
                unit = board.unit_of(community, key)
            except NotFound:
                raise Wrong(404, "jurisdiction_id not found") from None
            if unit.kind is UnitKind.BRANCH:
                raise Wrong(404, "jurisdiction_id not found")
        return key

    async def _read(self, look: Callable[[Tx], T]) -> T:
        def run() -> T:
            with self.house.store.read() as tx:
                return look(tx)

        return await anyio.to_thread.run_sync(run, limiter=self._readers)


def _answering(door: Endpoint) -> Endpoint:
    """Errors as the standard wants them: a list of code and description."""

    async def answer(request: Request) -> Response:
        try:
            return await door(request)
        except Wrong as wrong:
            headers = {"Retry-After": str(math.ceil(wrong.retry_after))} if wrong.retry_after else {}
            return _json([{"code": wrong.code, "description": wrong.description}], wrong.code, headers)
        except Refused as refused:
            return _json([{"code": refused.status, "description": "too large"}], refused.status)

    return answer


def _json(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse(content, status, headers={"Cache-Control": "no-store"} | (headers or {}))


# -- the shapes of the standard --------------------------------------------------------------------
def _codes(community: Community) -> list[str]:
    return sorted(set(community.categories) - board.hidden(community))


def _service(community: Community, code: str) -> dict[str, Any]:
    rule = community.category(code)
    return {
        "service_code": code,
        "service_name": community.category_name(code, LANGUAGE),
        "description": "、".join(rule.first),
        "metadata": False,
        "type": "realtime",
        "keywords": ",".join(name for name in rule.names.values()),
        "group": "",
    }


def _request(community: Community, seen: open311.Seen) -> dict[str, Any]:
    """A case as the standard shows it; a stranger sees days, no places and no branch."""
    case = seen.case

    def moment(at: datetime | None) -> str | None:
        if at is None:
            return None
        here = at.astimezone(BEIJING)
        return (here if seen.whole else here.replace(hour=0, minute=0, second=0)).isoformat("T", "seconds")

    note = case.answer if seen.mine and case.answer else texts.say(LANGUAGE, f"words.status.{case.status}")
    shown = {
        "service_request_id": open311.request_id(community, case),
        "status": "open" if is_open(case) else "closed",
        "status_notes": note,
        "service_name": community.category_name(case.category, LANGUAGE),
        "service_code": case.category,
        "description": None,
        "agency_responsible": seen.agency.name,
        "service_notice": None,
        "requested_datetime": moment(case.created_at),
        "updated_datetime": moment(updated(case)),
        "expected_datetime": moment(case.answer_by),
        "address": seen.place or None,
        "address_id": seen.place_id or None,
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }
    waits = seen.mine and case.answered_at is not None and case.delivered_at is None
    return {"shown": shown, "case": case.id, "waits": waits}


# -- what is asked ---------------------------------------------------------------------------------
def _asked(request: Request, community: Community, unit_key: str, now: datetime) -> Asked:
    query = request.query_params
    unit = board.unit_of(community, unit_key) if unit_key else community.duty()
    start, end = _span(query.get("start_date"), query.get("end_date"), now)
    codes = _several(query.get("service_code"))
    if set(codes) - set(_codes(community)):
        raise Wrong(404, "service_code not found")
    statuses = frozenset(_several(query.get("status"))) or frozenset({"open", "closed"})
    if statuses - {"open", "closed"}:
        raise Wrong(400, "status is open or closed")
    size = _whole(query.get("page_size"), PAGE, PAGE, "page_size")
    page = _whole(query.get("page"), 1, 10_000, "page")
    return Asked(
        ids=tuple(_several(query.get("service_request_id"))[:50]),
        codes=tuple(codes),
        start=start,
        end=end,
        statuses=statuses,
        unit_ids=tuple(sorted({community.numbering(one).id for one in community.below(unit.id)})),
        limit=size,
        offset=(page - 1) * size,
    )


def _several(value: str | None) -> list[str]:
    return [part.strip() for part in storable(value or "").split(",") if part.strip()]


def _whole(value: str | None, usual: int, most: int, name: str) -> int:
    if not value:
        return usual
    if not value.isascii() or not value.isdecimal() or len(value) > 9 or not 1 <= int(value) <= most:
        raise Wrong(400, f"{name} is a number from 1 to {most}")
    return int(value)


def _span(start: str | None, end: str | None, now: datetime) -> tuple[datetime, datetime]:
    """From when to when, at most 90 days; without dates the last 90."""
    until = _moment(end, "end_date") if end else None
    since = _moment(start, "start_date") if start else None
    if since and until and not timedelta() <= until - since <= open311.SPAN:
        raise Wrong(400, "end_date comes after start_date, and at most 90 days after")
    if since is None:
        until = until or now + timedelta(seconds=1)
        return until - open311.SPAN, until
    return since, until or since + open311.SPAN


def _moment(value: str, name: str) -> datetime:
    try:
        read = datetime.fromisoformat(value.strip().replace(" ", "+"))
        if read.tzinfo is None or not 2000 <= read.year <= 2999:
            raise ValueError(value)
    except ValueError:
        raise Wrong(400, f"{name} looks like 2026-11-22T09:00:00+08:00") from None
    return read


def _filing(said: dict[str, str], community: Community, idempotency: str) -> open311.Request:
    code = said.get("service_code", "")
    if not code:
        raise Wrong(400, "service_code is missing")
    if code not in _codes(community):
        raise Wrong(404, "service_code not found")
    words, address = said.get("description", "").strip(), said.get("address_string", "").strip()
    point = _point(said.get("lat", ""), said.get("long", ""))
    address_id = said.get("address_id", "").strip()[:120]
    if not address and not point and not address_id:
        raise Wrong(400, "address_string, address_id, or lat and long is missing")
    if len(words) > LONGEST or len(address) > LONGEST:
        raise Wrong(400, f"description and address_string have at most {LONGEST} characters")
    external = said.get("attribute[external_id]", "").strip()
    return open311.Request(
        code=code,
        text=words or community.category_name(code, LANGUAGE),
        address=address or point,
        address_id=address_id,
        external=external,
        token=_token(external or idempotency) or secrets.token_urlsafe(24),
    )


def _token(said: str) -> str:
    """What is kept of a system's own token: two that begin alike stay two, however long they are."""
    token = storable(said)
    return token if len(token) <= TOKEN else hashlib.sha256(token.encode()).hexdigest()


def _point(lat: str, long: str) -> str:
    """A position in words, rounded to a hundred metres: a hint for whoever looks."""
    if not lat and not long:
        return ""
    try:
        north, east = float(lat), float(long)
    except ValueError:
        raise Wrong(400, "lat and long are numbers") from None
    if not (abs(north) <= 90 and abs(east) <= 180):
        raise Wrong(400, "lat and long are degrees")
    return texts.say(LANGUAGE, "words.location", lat=f"{north:.3f}", lon=f"{east:.3f}")
