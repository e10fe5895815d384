"""Notices, themes, activities and calls → who hears of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bot.telling import Tell, World, tells
from domain.community import UnitKind
from domain.notices import Activity, Call, Notice, Theme
from domain.people import RoleKind
from storage import notices as notice_rows
from storage import people as person_rows


@tells("notice_waits")
def notice_waits(world: World) -> Iterable[Tell]:
    notice = world.tx.get(Notice, world.event.subject_id)
    if notice is None:
        return
    above = world.community.next_up(notice.unit_id)
    facts = {
        "text": notice.text,
        "count": notice.recipients,
        "unit": world.community.units[notice.unit_id].name,
        "name": world.name(notice.author_id),
    }
    buttons = (("approve", f"approve_notice notice={notice.id}"),)
    for person in world.staff(above.id):
        if person != notice.author_id:
            yield Tell(to=person, key="notice_waits", facts=facts, buttons=buttons)


@tells("notice_approved")
def notice_approved(world: World) -> Iterable[Tell]:
    notice = world.tx.get(Notice, world.event.subject_id)
    if notice is not None:
        facts = {"count": notice.recipients, "name": world.name(world.event.actor_id)}
        buttons = (("undo", f"cancel_notice notice={notice.id}"),)
        yield Tell(to=notice.author_id, key="notice_approved", facts=facts, buttons=buttons)


@tells("theme_due")
def theme_due(world: World) -> Iterable[Tell]:
    """The month's theme, to the unit's members on the first working day."""
    theme = world.tx.get(Theme, world.event.subject_id)
    if theme is None:
        return
    path = world.community.units[theme.unit_id].path
    facts = {"title": theme.title, "month": int(theme.month[-2:])}
    for person in notice_rows.audience(world.tx, path, "members"):
        yield Tell(to=person, key="theme_due", facts=facts, buttons=(("activities", "list_activities"),))


def _activity_facts(activity: Activity) -> dict[str, Any]:
    return {"title": activity.title, "when": activity.starts_at, "where": activity.where}


@tells("activity_due_48h")
@tells("activity_due_2h")
@tells("activity_cancelled")
def activity_due(world: World) -> Iterable[Tell]:
    activity = world.tx.get(Activity, world.event.subject_id)
    if activity is None or (activity.state != "open" and world.event.kind != "activity_cancelled"):
        return
    off = world.event.kind == "activity_cancelled"
    buttons = () if off else (("cannot_come", f"leave_activity activity={activity.id}"),)
    signed_up = notice_rows.signed_up(world.tx, activity.id)
    waiting = notice_rows.signed_up(world.tx, activity.id, "waiting") if off else []
    for signed in [*signed_up, *waiting]:
        yield Tell(
            to=signed.person_id, key=world.event.kind, facts=_activity_facts(activity), buttons=buttons
        )


@tells("activity_moved")
def activity_moved(world: World) -> Iterable[Tell]:
    """Another time or place: whoever comes or waits hears both, the new and the old."""
    activity = world.tx.get(Activity, world.event.subject_id)
    if activity is None or activity.state != "open":
        return
    was, where_was = datetime.fromisoformat(world.event.data["was"]), world.event.data["where_was"]
    other_time, other_place = was != activity.starts_at, where_was != activity.where
    key = f"activity_moved{'_both' if other_time and other_place else '_place' if other_place else ''}"
    facts = _activity_facts(activity) | {"was": was, "where_was": where_was}
    buttons = (("cannot_come", f"leave_activity activity={activity.id}"),)
    for state in ("joined", "waiting"):
        for signed in notice_rows.signed_up(world.tx, activity.id, state):
            yield Tell(to=signed.person_id, key=key, facts=facts, buttons=buttons)


@tells("activity_place_freed")
def activity_place_freed(world: World) -> Iterable[Tell]:
    activity = world.tx.get(Activity, world.event.subject_id)
    if activity is not None:
        buttons = (("cannot_come", f"leave_activity activity={activity.id}"),)
        yield Tell(
            to=world.event.data["to"],
            key="activity_place_freed",
            facts=_activity_facts(activity),
            buttons=buttons,
        )


@tells("call_rings")
def call_rings(world: World) -> Iterable[Tell]:
    call = world.tx.get(Call, world.event.subject_id)
    if call is None or call.state != "ringing":
        return
    buttons = (("pick_up", f"answer_call call={call.id}"), ("busy", f"decline_call call={call.id}"))
    yield Tell(to=world.event.data["to"], key="call_rings", buttons=buttons, lane="alert")


@tells("call_answered")
def call_answered(world: World) -> Iterable[Tell]:
    call = world.tx.get(Call, world.event.subject_id)
    if call is not None:
        facts = {"name": world.name(call.callee_id)}
        buttons = (("hang_up", f"end_call call={call.id}"),)
        yield Tell(to=call.caller_id, key="call_answered", facts=facts, buttons=buttons, lane="reply")


@tells("call_passed_on")
def call_passed_on(world: World) -> Iterable[Tell]:
    call = world.tx.get(Call, world.event.subject_id)
    if call is not None:
        facts = {"name": world.name(call.callee_id)}
        yield Tell(to=call.caller_id, key="call_passed_on", facts=facts, lane="reply")


@tells("call_unanswered")
def call_unanswered(world: World) -> Iterable[Tell]:
    call = world.tx.get(Call, world.event.subject_id)
    if call is not None:
        unit = world.community.units[call.unit_id]
        buttons = (("human", "talk_to_human"),)
        facts = {"unit": unit.name, "phone": unit.phone}
        yield Tell(to=call.caller_id, key="call_unanswered", facts=facts, buttons=buttons, lane="reply")


@tells("call_ended")
def call_ended(world: World) -> Iterable[Tell]:
    call = world.tx.get(Call, world.event.subject_id)
    if call is None:
        return
    for person in (call.caller_id, call.callee_id):
        if person and person != world.event.actor_id:
            yield Tell(to=person, key="call_ended", lane="reply")


@tells("message_quarantined")
def message_quarantined(world: World) -> Iterable[Tell]:
    """A message broke us: whoever is on duty hears that somebody waits for a human."""
    for person in world.staff(world.community.duty().id):
        yield Tell(to=person, key="message_quarantined", lane="alert")


@tells("audit_anchor")
def audit_anchor(world: World) -> Iterable[Tell]:
    """The communities' secretaries keep the end of the chain in their chat, where nobody can change it."""
    digest = str(world.event.data["digest"])
    shown = " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))
    facts = {"seq": world.event.data["seq"], "digest": shown}
    communities = [unit.id for unit in world.community.units.values() if unit.kind is UnitKind.COMMUNITY]
    for person in person_rows.in_unit(world.tx, communities, frozenset({RoleKind.SECRETARY}), world.now):
        yield Tell(to=person.id, key="audit_anchor", facts=facts)


@tells("report_asked")
def report_asked(world: World) -> Iterable[Tell]:
    """Asked for at the desk a moment ago: quiet hours do not hold it."""
    if world.event.actor_id is not None:
        facts = {"words": world.event.data.get("words", "")}
        files = (world.event.subject_id,)
        yield Tell(to=world.event.actor_id, key="report_asked", facts=facts, files=files, lane="reply")
