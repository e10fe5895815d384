"""What is published to everybody of a unit: seen first with its count, sent once, as any notice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from actions import notices
from bot import texts
from domain.errors import AlreadyDone, ChangedMeanwhile
from domain.notices import NoticeState, Topic
from storage import desk_notices
from web.desk.visit import Visit

Told = Callable[[str], str]
"""The text in a language."""

Fields = dict[str, str | list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What everybody would read, before anything is done: `fields` go along with the yes."""

    text: str
    action: str
    fields: Fields
    reach: int = 0  # how many would get it; 0 where nothing is sent


def published(visit: Visit, unit_id: int, told: Told) -> bool:
    """Whether it has gone out, in whichever language."""
    return desk_notices.sent_before(visit.tx, unit_id, [told(locale) for locale in texts.LOCALES])


def preview(visit: Visit, unit_id: int, told: Told, action: str, fields: dict[str, str]) -> Preview:
    """As it would be sent now."""
    text = told(visit.locale)
    reach = notices.forecast(visit.tx, visit.actor, unit_id, "all", visit.now, topic=Topic.NEWS).count
    return Preview(
        text=text,
        action=action,
        fields={**fields, "seen": _mark(text), "count": str(reach)},
        reach=reach,
    )


def send(visit: Visit, unit_id: int, told: Told) -> str:
    """What was seen goes to everybody, once; the address where it can be taken back.

    Raises AlreadyDone, ChangedMeanwhile and what notices.send raises.
    """
    if published(visit, unit_id, told):
        raise AlreadyDone()
    text = told(visit.locale)
    if visit.told("seen") != _mark(text):
        raise ChangedMeanwhile()
    notice = notices.send(
        visit.tx,
        visit.actor,
        unit_id,
        text=text,
        audience="all",
        previewed=visit.number("count"),
        now=visit.now,
        topic=Topic.NEWS,
    )
    waits = notice.state is NoticeState.WAITING
    return f"/desk/notices?said={'notice_waits' if waits else 'notice_sending'}"


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
