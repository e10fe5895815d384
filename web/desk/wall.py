"""亮服务可视屏: a screen in the hall. Nobody signs in there, so it tells what the public board tells."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import anyio
import anyio.to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from actions import board
from bot.channels.webchat import locale_of
from bot.house import House
from domain.board import Board, Group
from domain.calendar import BEIJING
from domain.errors import NotFound
from domain.tree import Community, Unit
from storage import notices
from web.desk.visit import Look

GROUPS = 6
COMING = 5
CATEGORIES = 8
FRESH = timedelta(seconds=45)


class Wall:
    """One unit's screen; it looks again by itself."""

    def __init__(self, house: House, look: Look) -> None:
        self.house = house
        self.look = look
        self._lookers = anyio.CapacityLimiter(2)  # everybody may look: they take no thread from the chat
        self._shown: dict[tuple[str, str], tuple[datetime, dict[str, Any]]] = {}

    def routes(self) -> list[Route]:
        return [
            Route("/wall", self.show, methods=["GET"]),
            Route("/wall/{unit}", self.show, methods=["GET"]),
        ]

    async def show(self, request: Request) -> Response:
        """The screen of a unit by its key; without one, of the whole."""
        try:
            facts = await anyio.to_thread.run_sync(
                self._fresh,
                request.path_params.get("unit", "")[:64],
                locale_of(request),
                limiter=self._lookers,
            )
        except NotFound:
            raise HTTPException(404) from None
        return self.look.page("wall.html", request, locale_of(request), **facts)

    def _fresh(self, key: str, locale: str) -> dict[str, Any]:
        """What the screen shows, worked out once in a while however many look."""
        known = self._shown.get((key, locale))
        if known is not None and self.house.clock() - known[0] < FRESH:
            return known[1]
        facts = self._facts(key, locale)  # raises NotFound: only units that exist are kept
        self._shown[key, locale] = (self.house.clock(), facts)
        return facts

    def _facts(self, key: str, locale: str) -> dict[str, Any]:
        now = self.house.clock()
        with self.house.store.read() as tx:
            community = self.house.conversation.community(tx)
            unit = board.unit_of(community, key)
            drawn = board.of_unit(tx, community, unit, now)
            around = [one.id for one in community.up(unit.id)]
            month = now.astimezone(BEIJING).strftime("%Y-%m")
            return {
                "unit": unit,
                "board": drawn,
                "groups": _groups(drawn, community, locale),
                "categories": _categories(drawn, community, locale),
                "theme": notices.theme_of(tx, around, month),
                "coming": notices.coming(tx, _inside(community, unit, around), now, COMING),
                "now": now,
            }


def _inside(community: Community, unit: Unit, around: list[int]) -> list[int]:
    return sorted({*around, *community.below(unit.id)})


def _groups(drawn: Board, community: Community, locale: str) -> list[tuple[Group, str]]:
    """What many stand behind and is not closed, the largest first."""
    found = [one for one in drawn.groups if not one.closed][:GROUPS]
    return [(one, community.category_name(one.category, locale)) for one in found]


def _categories(drawn: Board, community: Community, locale: str) -> list[tuple[str, int | None, int | None]]:
    """The categories of which anything is told, the most frequent first; None: fewer than five."""
    told = sorted(
        (one for one in drawn.categories if one.open or one.closed),
        key=lambda one: -((one.open or 0) + (one.closed or 0)),
    )
    return [(community.category_name(one.name, locale), one.open, one.closed) for one in told[:CATEGORIES]]
