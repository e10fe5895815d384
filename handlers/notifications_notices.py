"""A notice on its way → who hears how far it is, and who knocks at doors."""

from __future__ import annotations

from collections.abc import Iterable

from bot.telling import Tell, World, tells
from domain.notices import Notice


@tells("notice_progress")
def notice_progress(world: World) -> Iterable[Tell]:
    """The author hears how far it is."""
    notice, data = world.tx.get(Notice, world.event.subject_id), world.event.data
    if notice is not None:
        facts = {
            "text": notice.text[:20],
            "sent": data["sent"],
            "missed": data["missed"],
            "waiting": data["waiting"],
        }
        buttons = _buttons(notice, "pause_notice", "stop_notice", "correct_notice")
        yield Tell(to=notice.author_id, key="notice_progress", facts=facts, buttons=buttons, lane="alert")


@tells("notice_report")
def notice_report(world: World) -> Iterable[Tell]:
    """The author hears the totals, and how many visits they make."""
    notice, data = world.tx.get(Notice, world.event.subject_id), world.event.data
    if notice is None:
        return
    facts = {
        "text": notice.text[:20],
        "sent": data["sent"],
        "missed": data["missed"],
        "unknown": data["unknown"],
        "read": data["read"],
        "visits": data["visits"],
    }
    buttons = (("receipts", f"notice_receipts notice={notice.id}"), *_buttons(notice, "correct_notice"))
    if data["visits"]:
        yield Tell(to=notice.author_id, key="notice_report_doors", facts=facts, buttons=buttons, lane="alert")
    else:
        yield Tell(to=notice.author_id, key="notice_report", facts=facts, buttons=buttons, lane="alert")


@tells("notice_held")
def notice_held(world: World) -> Iterable[Tell]:
    """Hours late: the author and everybody who runs the unit's queue are asked."""
    notice = world.tx.get(Notice, world.event.subject_id)
    if notice is None:
        return
    facts = {"text": notice.text[:20], "when": notice.goes_at, "count": notice.recipients}
    buttons = _buttons(notice, "resume_notice", "stop_notice")
    for person in dict.fromkeys([notice.author_id, *world.staff(notice.unit_id)]):
        yield Tell(to=person, key="notice_held", facts=facts, buttons=buttons, lane="alert")


def _buttons(notice: Notice, *names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, f"{name} notice={notice.id}") for name in names)


@tells("notice_corrected")
def notice_corrected(world: World) -> Iterable[Tell]:
    """Whoever agreed to the wrong one hears of the right one."""
    notice = world.tx.get(Notice, world.event.subject_id)
    wrong = world.tx.get(Notice, notice.corrects_id) if notice else None
    if notice is not None and wrong is not None and wrong.approved_by is not None:
        facts = {"text": notice.text, "name": world.name(notice.author_id), "count": notice.recipients}
        yield Tell(to=wrong.approved_by, key="notice_corrected", facts=facts)


@tells("visits_wanted")
def visits_wanted(world: World) -> Iterable[Tell]:
    """No message reaches these homes: who goes there?"""
    notice, unit = world.tx.get(Notice, world.event.subject_id), world.event.unit_id
    if notice is None or unit is None:
        return
    data = world.event.data
    facts = {"text": notice.text[:20], "homes": data["homes"], "places": data["places"]}
    for person in dict.fromkeys([*world.staff(unit), *world.members(unit)]):
        yield Tell(
            to=person, key="visits_wanted", facts=facts, buttons=(("tasks", "claim_task"),), lane="alert"
        )
