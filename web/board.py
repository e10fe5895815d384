"""公示栏: the public board as a page, and its tables as CSV. Nobody signs in, and nobody is named."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import quote, urlencode

import anyio
import anyio.to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from actions import board
from actions.board import Decision
from bot import exports, texts
from bot.channels.webchat import locale_of
from bot.house import House
from domain.board import Board, Line
from domain.errors import NotFound
from domain.proposals import Stage
from domain.tree import Community, Unit

FRESH = timedelta(minutes=5)
LANGUAGES = {"zh_Hans": "简体", "zh_Hant": "繁體", "en": "English"}
SHOWN = 20  # groups on the page; the download has all
TABLES = ("categories", "months", "groups", "decisions")


class Render(Protocol):
    def __call__(self, request: Request, name: str, status: int = 200, **facts: Any) -> Response: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One unit's board with what stands around it, as it was at a moment."""

    unit: Unit
    above: Unit | None
    below: list[Unit]
    board: Board
    decisions: list[Decision]
    community: Community
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One month of the chart: heights are widths in the drawing's own units, 0 for fewer than five."""

    label: str
    top: int
    reported: int
    closed: int


class PublicBoard:
    """Boards are worked out once in five minutes, however many people look."""

    def __init__(self, house: House, render: Render) -> None:
        self.house = house
        self.render = render
        self._drawn: dict[int, Drawn] = {}
        self._drawing = threading.Lock()
        self._lookers = anyio.CapacityLimiter(2)  # who waits for a board takes no thread from the chat

    def routes(self) -> list[Route]:
        return [
            Route("/board", self.page, methods=["GET"]),
            Route("/board/{key}", self.page, methods=["GET"]),
            Route("/board/{key}/{table}.csv", self.table, methods=["GET"]),
        ]

    def forget(self) -> None:
        """The next look works out everything anew."""
        with self._drawing:
            self._drawn.clear()

    async def page(self, request: Request) -> Response:
        """The board of one unit; without a key, of the whole."""
        drawn = await self._find(request)
        locale, large = _locale(request), _large(request)
        chosen = {"lang": locale, "type": "large" if large else "normal"}
        few = [one.name for one in drawn.board.categories if one.open is None and one.closed is None]
        below = [(one, _link(one, chosen)) for one in drawn.below]
        answer = self.render(
            request,
            "public_board.html",
            locale=locale,
            large=large,
            text=lambda key, **more: texts.say(locale, f"board.{key}", **more),
            drawn=drawn,
            shown=SHOWN,
            named=lambda key: drawn.community.category_name(key, locale),
            few=few,
            few_names="、".join(drawn.community.category_name(key, locale) for key in few),
            stage=lambda one: _stage(one, locale),
            votes=lambda count, exact: _votes(count, locale, exact=exact),
            bars=_bars(drawn.board.months),
            wide=220 if large else 320,
            below=below,
            above=(drawn.above, _link(drawn.above, chosen)) if drawn.above else None,
            languages=[(name, _link(drawn.unit, chosen | {"lang": key})) for key, name in LANGUAGES.items()],
            other_type=_link(drawn.unit, chosen | {"type": "normal" if large else "large"}),
            files={table: f"/board/{quote(drawn.unit.key)}/{table}.csv?lang={locale}" for table in TABLES},
        )
        return _kept(answer)

    async def table(self, request: Request) -> Response:
        """One of the board's tables for a spreadsheet: the same cells, never more."""
        name = request.path_params["table"]
        if name not in TABLES:
            raise HTTPException(404)
        drawn = await self._find(request)
        file = io.StringIO(newline="")
        rows = csv.writer(file)
        for row in _rows(drawn, name, _locale(request)):
            rows.writerow([exports.safe(cell) for cell in row])
        named = f'attachment; filename="board-{quote(drawn.unit.key)}-{name}.csv"'
        content = file.getvalue().encode("utf-8-sig")
        return _kept(Response(content, media_type="text/csv", headers={"Content-Disposition": named}))

    async def _find(self, request: Request) -> Drawn:
        try:
            key = request.path_params.get("key", "")[:64]
            return await anyio.to_thread.run_sync(self._look, key, limiter=self._lookers)
        except NotFound:
            raise HTTPException(404) from None

    def _look(self, key: str) -> Drawn:
        now = self.house.clock()
        with self.house.store.read() as tx:
            community = self.house.conversation.community(tx)
            unit = board.unit_of(community, key)
            with self._drawing:
                known = self._drawn.get(unit.id)
                if known is None or known.community is not community or now - known.at >= FRESH:
                    above = next((one for one in community.up(unit.parent_id)), None)
                    known = Drawn(
                        unit=unit,
                        above=above if above and above.id in self._shown(community) else None,
                        below=board.beneath(community, unit),
                        board=board.of_unit(tx, community, unit, now),
                        decisions=board.decisions(tx, community, unit, now),
                        community=community,
                        at=now,
                    )
                    self._drawn[unit.id] = known
                return known

    @staticmethod
    def _shown(community: Community) -> set[int]:
        return set(community.below(community.duty().id))


def _kept(answer: Response) -> Response:
    """An answer that browsers and proxies may keep for as long as a board is fresh."""
    answer.headers["Cache-Control"] = f"public, max-age={int(FRESH.total_seconds())}"
    answer.headers["Vary"] = "Accept-Language, Cookie"
    return answer


def _locale(request: Request) -> str:
    asked = request.query_params.get("lang", "")
    return asked if asked in texts.LOCALES else locale_of(request)


def _large(request: Request) -> bool:
    asked = request.query_params.get("type", "")
    return asked == "large" or (not asked and request.cookies.get("linli_type") == "large")


def _link(unit: Unit, chosen: dict[str, str]) -> str:
    return f"/board/{quote(unit.key)}?{urlencode(chosen)}"


def _bars(months: tuple[Line, ...]) -> list[Bar]:
    """The chart: a hundred units for the most there was."""
    most = max((count for one in months for count in (one.open, one.closed) if count), default=1)
    return [
        Bar(
            label=one.name,
            top=place * 40,
            reported=100 * (one.open or 0) // most,
            closed=100 * (one.closed or 0) // most,
        )
        for place, one in enumerate(months)
    ]


def _rows(drawn: Drawn, table: str, locale: str) -> Iterator[list[exports.Cell]]:
    def text(key: str, **more: Any) -> str:
        return texts.say(locale, f"board.{key}", **more)

    def count(number: int | None) -> exports.Cell:
        return text("few") if number is None else number

    seen = drawn.board
    if table == "months":
        yield [text("month"), text("reported"), text("closed")]
        yield from ([one.name, count(one.open), count(one.closed)] for one in seen.months)
    elif table == "categories":
        yield [text("category"), text("open"), text("closed")]
        for one in seen.categories:
            yield [drawn.community.category_name(one.name, locale), count(one.open), count(one.closed)]
        yield [drawn.unit.name, count(seen.open), count(seen.closed)]
    elif table == "decisions":
        yield from _decided(drawn, locale)
    else:
        yield [text(key) for key in ("category", "where", "state", "cases", "households", "days")]
        for group in seen.groups:
            yield [
                drawn.community.category_name(group.category, locale),
                group.spot or text("whole_area"),
                text("closed" if group.closed else "open"),
                count(group.cases),
                count(group.households),
                text("days_within", days=group.days) if group.days else text("days_more"),
            ]


def _stage(one: Decision, locale: str) -> str:
    """Where a decision stands, in a word or two."""
    if one.stage is Stage.PUBLISHED:
        return texts.say(locale, f"words.outcome_{one.outcome}")
    if one.stage is Stage.FINISHED:
        return texts.say(locale, "board.decision_done" if one.done else "board.decision_not_done")
    return texts.say(locale, f"words.proposal_stage.{one.stage}")


def _votes(count: int | None, locale: str, *, exact: bool) -> str:
    """A count as it was told when it was published."""
    if count is None:
        return texts.say(locale, "words.votes_few")
    return texts.say(locale, "words.votes_exact" if exact else "words.votes_at_least", number=count)


def _decided(drawn: Drawn, locale: str) -> Iterator[list[exports.Cell]]:
    columns = (
        "decided_by", "decision", "state", "votes", "cast", "yes", "no", "abstain", "until", "as_decided",
        "result",
    )  # fmt: skip
    yield [texts.say(locale, f"board.{key}") for key in columns]
    for one in drawn.decisions:
        counts = one.counts
        cells: list[exports.Cell] = ["", "", "", ""]
        if counts is not None:
            shown = (counts.cast, counts.yes, counts.no, counts.abstain)
            cells = [_votes(count, locale, exact=counts.exact) for count in shown]
        told = [one.unit, one.title, _stage(one, locale), one.eligible or ""]
        yield [*told, *cells, one.until, one.text, one.result]
