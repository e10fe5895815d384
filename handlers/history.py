"""What happened to a case, line by line, as its desk reads it."""

from __future__ import annotations

from actions import joining
from bot import texts
from bot.talk import Talk
from domain.case import Case
from domain.people import Person
from storage import cases as rows

_LINES = 12  # the newest


def history(talk: Talk, case: Case) -> list[str]:
    """When, what, who and why, oldest first; only what has a word is shown."""
    found = [row for row in rows.history(talk.tx, case.id) if texts.has(f"words.history.{row.kind}")]
    if not found:
        return []
    return [talk.text("branch_queue.history"), *(_line(talk, case, row) for row in found[-_LINES:])]


def residents(talk: Talk, case: Case) -> set[int]:
    """Everybody who stands or stood behind a case."""
    return {case.reporter_id, case.beneficiary_id, *joining.people_of(talk.tx, case)}


def _line(talk: Talk, case: Case, row: rows.Happened) -> str:
    hidden = row.kind in _NOBODYS or (not talk.actor.may_name(case) and row.actor_id in residents(talk, case))
    actor = None if hidden else talk.tx.get(Person, row.actor_id)
    unit = talk.community.units.get(row.unit_id or 0)
    moved = row.kind in _MOVES and unit
    name = (unit.name if moved and unit else "") or (actor.name if actor else "")
    said = row.kind in _SAID and not talk.actor.is_party(case)
    why = rows.note_text(talk.tx, int(row.data.get("note") or 0)) if said else ""
    return talk.text(
        "branch_queue.history_line",
        at=row.at,
        what=row.kind,
        name=talk.text("words.by", name=name) if name else "",
        why=talk.text("words.why", why=why) if why else "",
    )


_MOVES = frozenset({"case_escalated", "case_transferred", "case_reopened"})
"""Where to is what matters, not who did it."""
_NOBODYS = frozenset({"service_rated", "rating_changed"})
"""Who did the work must not learn who gave the stars."""
_SAID = frozenset({"case_escalated", "case_passed_on", "task_progress", "holder_told", "desk_told"})
"""Why it was done stands in a note."""
