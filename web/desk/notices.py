"""Notices from the desk: to whom, seen before it goes, a minute to take it back, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from starlette.responses import Response

from actions import notices
from actions.broadcasts import totals_of
from bot import texts
from domain.community import PlaceKind
from domain.errors import AlreadyDone, NotAllowed, NotFound, NothingSaid
from domain.notices import SECOND_PERSON_ABOVE, UNDO_SECONDS, WRITTEN, Notice, NoticeState, Topic, guessed
from domain.people import RUNS_A_QUEUE
from domain.tree import Unit
from storage import desk_notices as rows
from storage import notices as notice_rows
from web.desk.visit import Visit, whole

LONGEST = 2000  # characters of a notice
SHOWN = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is being written."""

    unit_id: int
    text: str
    audience: str
    safety: bool
    topic: Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A notice with what became of it: totals, never names."""

    notice: Notice
    unit: str
    to: str
    sent: int
    waiting: int
    failed: int
    read: int
    seconds: int  # left to take it back
    may_approve: bool
    may_cancel: bool

    @property
    def share(self) -> int:
        """How much of it has gone out, in per cent."""
        done = self.sent + self.failed
        return 100 * done // self.notice.recipients if self.notice.recipients else 0


def own_units(visit: Visit) -> list[Unit]:
    """The units in whose name they speak. Raises NotAllowed for those who have none."""
    mine = sorted(set(visit.actor.units(RUNS_A_QUEUE)))
    if not mine:
        raise NotAllowed()
    return [visit.community.units[one] for one in mine]


def own_unit(visit: Visit) -> int:
    """The unit that was chosen; the only one needs no choosing. Raises NotAllowed for somebody else's."""
    mine = [one.id for one in own_units(visit)]
    asked = visit.number("unit") or mine[0]
    if asked not in mine:
        raise NotAllowed()
    return asked


def draft(visit: Visit) -> Draft:
    text = visit.told("text")[:LONGEST]
    return Draft(
        unit_id=own_unit(visit),
        text=text,
        audience=audience(visit),
        safety=visit.told("safety") == "yes",
        topic=next((one for one in WRITTEN if one == visit.told("topic")), guessed(text)),
    )


def audience(visit: Visit) -> str:
    """all, members, grid:<id> or place:<id>. Raises NotFound for what is none: that is not everybody."""
    kind = visit.told("to") or "all"
    if kind in ("all", "members"):
        return kind
    key = visit.number(kind) if kind in ("grid", "place") else 0
    if not key:
        raise NotFound()
    return f"{kind}:{key}"


def page(visit: Visit, *, preview: Draft | None = None) -> Response:
    """The form, a preview when there is one, and the last notices."""
    units = own_units(visit)
    asked = preview or draft(visit)
    facts: dict[str, Any] = {"count": 0, "people": 0, "muted": 0}
    if preview is not None:
        facts = _count(visit, preview)
    return visit.page(
        "notices.html",
        mine=units,
        draft=asked,
        topics=WRITTEN,
        chosen=visit.told("topic"),
        kind=asked.audience.partition(":")[0],
        key=whole(asked.audience.partition(":")[2]),
        grids=_grids(visit, asked.unit_id),
        places=_places(visit, asked.unit_id),
        preview=preview,
        to=named(visit, asked.audience),
        limit=SECOND_PERSON_ABOVE,
        sent=sent(visit),
        **facts,
    )


def _grids(visit: Visit, unit_id: int) -> list[tuple[int, str]]:
    below = set(visit.community.below(unit_id))
    return [(one.id, one.name) for one in visit.community.grids.values() if one.branch_id in below]


def _places(visit: Visit, unit_id: int) -> list[tuple[int, str]]:
    kinds = (PlaceKind.ESTATE, PlaceKind.BUILDING)
    return rows.places_of(visit.tx, visit.community.below(unit_id), kinds)


def _count(visit: Visit, asked: Draft) -> dict[str, Any]:
    seen = notices.forecast(
        visit.tx,
        visit.actor,
        asked.unit_id,
        asked.audience,
        visit.now,
        safety=asked.safety,
        topic=asked.topic,
    )
    minutes = -(-int((seen.ends_at - seen.begins_at).total_seconds()) // 60) if seen.count else 0
    return {"count": seen.count, "muted": seen.muted, "reached": seen.reachable, "minutes": minutes}


def count(visit: Visit) -> Response:
    """How many it would reach, while it is being written."""
    asked = draft(visit)
    return visit.page("notice_count.html", to=named(visit, asked.audience), **_count(visit, asked))


def named(visit: Visit, audience: str) -> str:
    """An audience in words."""
    kind, _, key = audience.partition(":")
    if kind == "grid":
        grid = visit.community.grids.get(whole(key))
        return grid.name if grid else ""
    if kind == "place":
        return rows.place_name(visit.tx, whole(key))
    if kind == "reached":
        return texts.say(visit.locale, "desk_web.to_reached")
    return visit.word(f"audience.{kind}")


def preview(visit: Visit) -> Response:
    """As people will read it, with the count. Nothing is kept yet. Raises NothingSaid."""
    asked = draft(visit)
    if not asked.text:
        raise NothingSaid()
    return page(visit, preview=asked)


def send(visit: Visit) -> str:
    """Confirmed as it was seen; then a minute to take it back. Raises what the action raises."""
    asked = draft(visit)
    if not asked.text:
        raise NothingSaid()
    if _just_sent(visit, asked):
        raise AlreadyDone()
    notice = notices.send(
        visit.tx,
        visit.actor,
        asked.unit_id,
        text=asked.text,
        audience=asked.audience,
        previewed=visit.number("count"),
        now=visit.now,
        safety=asked.safety,
        topic=asked.topic,
    )
    waits = notice.state is NoticeState.WAITING
    return f"/desk/notices?said={'notice_waits' if waits else 'notice_sending'}"


def _just_sent(visit: Visit, asked: Draft) -> bool:
    """Pressed twice, or asked again by the browser: the same words while they can be taken back."""
    since = visit.now - timedelta(seconds=UNDO_SECONDS)
    mine = (asked.unit_id, asked.audience, asked.text)
    return any(
        (one.unit_id, one.audience, one.text) == mine and one.state is not NoticeState.CANCELLED
        for one in notice_rows.of_author(visit.tx, visit.actor.id)
        if one.created_at > since
    )


def cancel(visit: Visit) -> str:
    own_units(visit)
    notices.cancel(visit.tx, visit.actor, visit.key("notice"), visit.now)
    return "/desk/notices?said=notice_cancelled"


def approve(visit: Visit) -> str:
    own_units(visit)
    notices.approve(visit.tx, visit.actor, visit.key("notice"), visit.now)
    return "/desk/notices?said=notice_approved"


# -- what became of them -----------------------------------------------------------------------------
def progress(visit: Visit) -> Response:
    """The last notices again, while they go out."""
    own_units(visit)
    return visit.page("notices_sent.html", sent=sent(visit))


def sent(visit: Visit) -> list[Sent]:
    """The last notices of their queues, the newest first."""
    found = rows.latest(visit.tx, visit.actor.queues(), SHOWN)
    return [_sent(visit, one) for one in found]


def _sent(visit: Visit, notice: Notice) -> Sent:
    totals = totals_of(notices.receipts(visit.tx, visit.actor, notice.id)[1])
    left = int((notice.goes_at - visit.now).total_seconds()) if notice.goes_at else 0
    waits, going = notice.state is NoticeState.WAITING, notice.state is NoticeState.SENDING and left > 0
    above = visit.community.next_up(notice.unit_id).id
    return Sent(
        notice=notice,
        unit=visit.community.units[notice.unit_id].name,
        to=named(visit, notice.audience),
        sent=totals["sent"],
        waiting=totals["waiting"],
        failed=totals["missed"] + totals["unknown"],
        read=totals["read"],
        seconds=max(0, left) if going else 0,
        may_approve=waits and notice.author_id != visit.actor.id and visit.actor.runs(above),
        may_cancel=waits or going,
    )
