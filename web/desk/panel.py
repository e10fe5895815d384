"""One case at the desk: every word of it, what happened, and what can be done now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.responses import Response

from actions import contacts, joining, on_behalf, private, tasks, transfers
from bot import texts
from domain.case import UNFINISHED, Case, CaseKind, Status
from domain.errors import NotAllowed
from domain.masks import masked_name, masked_phone
from domain.people import Person
from domain.supervision import level_of
from domain.tree import Unit
from storage import cases as rows
from storage import community as places
from storage import desk_case, supervisions
from storage import tasks as task_rows
from web.desk.mine import handing
from web.desk.rows import words_of
from web.desk.visit import Visit
from web.desk.words import left, moment_left

TEMPLATES = ("on_the_way", "repaired", "needs_days", "told_responsible", "explained")
SPANS = ("4wh", "24h", "3wd")
_MOVES = frozenset({"case_escalated", "case_transferred", "case_reopened"})
_WHY = frozenset(
    "case_added case_question case_escalated case_passed_on task_progress holder_told desk_told".split()
)
_MERGE_CHOICES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that happened."""

    at: datetime
    what: str
    who: str
    words: str


def shown(visit: Visit) -> Response:
    """The case in the path, beside the queue or as a page of its own."""
    return panel(visit, visit.actor.case_of_queue(visit.tx.get(Case, visit.key("case"))))


def panel(
    visit: Visit, case: Case, *, open_contact: contacts.Contact | None = None, code: str = ""
) -> Response:
    """The panel; with whom it is for in full, or the code for them, when that was asked just now."""
    party = visit.actor.is_party(case)
    place = places.place(visit.tx, case.place_id)
    asked = supervisions.of_case(visit.tx, case.id)
    told = open_contact or contacts.contact(visit.tx, visit.actor, case)
    happened, loose = _history(visit, case)
    page = visit.page(
        "case_panel.html" if "hx-request" in visit.request.headers else "case.html",
        case=case,
        words=words_of(visit, case),
        place=(place.full_name if place else "") + case.place_text,
        category=visit.community.category_name(case.category, visit.locale),
        unit=visit.community.units[case.unit_id].name,
        owner=_name(visit, case.owner_id),
        left=left(visit, case),
        late=case.overdue(visit.now),
        households=joining.size(visit.tx, case.id),
        party=party,
        files=[] if party else rows.files_of(visit.tx, case.id),
        contact=told,
        masked_name=masked_name(told.name),
        masked_phone=masked_phone(told.phone),
        opened=open_contact is not None,
        code=code,
        takes_code=on_behalf.takes_code(visit.tx, visit.actor, case) is not None
        and case.reporter_id != case.beneficiary_id,
        asked_others=[] if party else _asked_others(visit, case),
        history=happened,
        loose=loose,
        asked=asked,
        asked_left=moment_left(visit, asked.answer_by) if asked else "",
        may_lift=bool(asked and visit.actor.runs(asked.unit_id)),
        **_steps(visit, case),
    )
    if visit.told("said"):
        page.headers["HX-Trigger"] = "changed"  # the rows beside it are old
    return page


def _name(visit: Visit, person_id: int | None) -> str:
    person = visit.tx.get(Person, person_id)
    return person.name if person else ""


# -- what happened ---------------------------------------------------------------------------------
def _history(visit: Visit, case: Case) -> tuple[list[Line], list[str]]:
    """Newest first; and what was written with the report itself. A party reads no words of others."""
    party, residents = visit.actor.is_party(case), {case.reporter_id, case.beneficiary_id}
    residents |= joining.people_of(visit.tx, case)
    written = {} if party else {key: text for key, text, _, _ in desk_case.notes_of(visit.tx, case.id)}
    hidden = frozenset() if visit.actor.may_name(case) else frozenset(residents)
    lines, used = [], set()
    for one in rows.history(visit.tx, case.id):
        note = int(one.data.get("note") or 0)
        used.add(note)
        word = _word(visit, one.kind)
        if not word:
            continue
        unit = visit.community.units.get(one.unit_id or 0)
        if one.kind in _MOVES and unit:
            who = unit.name
        elif one.actor_id in hidden:
            who = visit.word("resident")
        elif one.actor_id in residents:
            who = masked_name(_name(visit, one.actor_id))
        else:
            who = _name(visit, one.actor_id)
        said = written.get(note, "") if one.kind in _WHY else ""
        if one.kind == "case_answered" and not party:
            said = case.answer
        lines.append(Line(at=one.at, what=word, who=who, words=said))
    return lines[::-1], [text for key, text in written.items() if key not in used]


def _word(visit: Visit, kind: str) -> str:
    for key in (f"words.history.{kind}", f"desk_web.history.{kind}"):
        if texts.has(key):
            return texts.say(visit.locale, key)
    return ""


# -- what can be done ------------------------------------------------------------------------------
def _steps(visit: Visit, case: Case) -> dict[str, Any]:
    """What the forms below a case offer; a form that makes no sense now is not there."""
    live = case.status in UNFINISHED
    wish = case.status is Status.UNVERIFIED and case.kind is CaseKind.WISH
    alone = case.kind is CaseKind.ISSUE and not (case.urgent or case.private)
    return {
        "live": live,
        "wish": wish,
        "members": tasks.colleagues(visit.tx, visit.actor, case.unit_id, visit.now) if live else [],
        "units": where_to(visit, case) if live else [],
        "parties": {one.id for one in where_to(visit, case) if private.is_party(visit.community, one.id)},
        "summary": private.summary(visit.tx, case) if live else "",
        "mergeable": joining.mergeable(visit.tx, case)[:_MERGE_CHOICES] if live and alone else [],
        "merged": joining.merged_into(visit.tx, case),
        "categories": visit.categories(),
        "guarded": private.guarded(case),
        "free": live and case.owner_id is None,
        "others": live and case.owner_id not in (None, visit.actor.id),
        "own": _own(visit, case) if live and case.owner_id == visit.actor.id else None,
        "may_supervise": live and _may_supervise(visit, case),
        "spans": [(span, _span(visit, span)) for span in SPANS],
        "templates": [
            (visit.say(f"template.{name}_label"), visit.say(f"template.{name}")) for name in TEMPLATES
        ],
    }


def _own(visit: Visit, case: Case) -> dict[str, Any] | None:
    """To whom they can hand what they hold themselves."""
    task = task_rows.of_case(visit.tx, case.id)
    return handing(visit, task) if task else None


def _asked_others(visit: Visit, case: Case) -> list[str]:
    """Who was asked to take it and has not answered: until then it stays where it is."""
    task = task_rows.of_case(visit.tx, case.id)
    found = []
    for one in task_rows.offers_for(visit.tx, task.id) if task else []:
        unit = visit.community.units.get(one.to_unit_id or 0)
        name = unit.name if unit else _name(visit, one.to_person_id)
        found.append(visit.say("asked_other", name=name, at=one.created_at))
    return found


def where_to(visit: Visit, case: Case) -> list[Unit]:
    """The units a case may be passed to: never into the line it is about."""
    near, about = transfers.responsible_units(visit.community, case.unit_id), case.subject_unit_id
    return [one for one in near if not about or not visit.community.is_within(one.id, about)]


def _may_supervise(visit: Visit, case: Case) -> bool:
    try:
        level_of(visit.community, visit.actor.roles, case)
    except NotAllowed:
        return False
    return supervisions.of_case(visit.tx, case.id) is None


def _span(visit: Visit, span: str) -> str:
    count = "".join(char for char in span if char.isdecimal())
    return visit.word(f"span_{span.removeprefix(count)}", count=count)
