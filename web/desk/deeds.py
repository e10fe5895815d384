"""What is done from the panel of a case: each form calls the action that the chat calls."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from starlette.responses import Response

from actions import (
    cases,
    contacts,
    desk_words,
    escalations,
    joining,
    on_behalf,
    private,
    supervision,
    tasks,
    transfers,
)
from actions.people import INVITE_DAYS
from domain.case import Case
from domain.errors import NotFound, NothingSaid, Refusal
from nlu.complaints import without_names
from storage import tasks as task_rows
from web.desk import mine
from web.desk.mine import once, said
from web.desk.panel import SPANS, panel, where_to
from web.desk.visit import Visit

Deed = Callable[[Visit, int], object]


def _answer(visit: Visit, case: int) -> None:
    cases.answer(visit.tx, visit.actor, case, said(visit), visit.photo_ids(), visit.now)


def _assign(visit: Visit, case: int) -> None:
    found = visit.actor.case_of_queue(visit.tx.get(Case, case))
    member = tasks.colleague(visit.tx, visit.actor, found.unit_id, visit.number("member"), visit.now)
    cases.assign(visit.tx, visit.actor, case, member.id, visit.now)


def _transfer(visit: Visit, case: int) -> None:
    """A party reads the summary the desk confirmed, and no names."""
    found = visit.actor.case_of_queue(visit.tx.get(Case, case))
    unit = next((one for one in where_to(visit, found) if one.id == visit.number("unit")), None)
    if unit is None:
        raise NotFound()
    reason, shared = said(visit, "reason"), ""
    if private.is_party(visit.community, unit.id):
        shared, reason = visit.told("shared") or private.summary(visit.tx, found), without_names(reason)
    transfers.offer_transfer(visit.tx, visit.actor, case, unit.id, reason, visit.now, shared)


def _not_ours(visit: Visit, case: int) -> None:
    """Of a private or anonymous case they get the summary that stood in the form, and no more."""
    found = visit.actor.case_of_queue(visit.tx.get(Case, case))
    who, why = said(visit, "responsible"), once(visit, case, said(visit, "reason"))
    shared = visit.told("shared") if private.guarded(found) else ""
    escalations.not_ours(visit.tx, visit.actor, case, who, why, visit.told("outside"), visit.now, shared)


def _supervise(visit: Visit, case: int) -> None:
    span = visit.told("span")
    if span not in SPANS:
        raise NothingSaid()
    supervision.supervise(visit.tx, visit.actor, case, span, said(visit, "reason"), visit.now)


def _category(visit: Visit, case: int) -> None:
    category = visit.told("category")
    visit.actor.case_of_queue(visit.tx.get(Case, case))
    if category not in visit.community.categories:
        raise NothingSaid()
    cases.correct_category(visit.tx, visit.actor, case, category, visit.now)


def _ask(visit: Visit, case: int) -> None:
    visit.actor.case_of_queue(visit.tx.get(Case, case))
    cases.inquire(visit.tx, visit.actor, case, once(visit, case, said(visit)), visit.now)


def _word(visit: Visit, case: int) -> None:
    visit.actor.case_of_queue(visit.tx.get(Case, case))
    desk_words.to_holder(visit.tx, visit.actor, case, once(visit, case, said(visit)), visit.now)


def _with_task(name: str) -> Deed:
    """What is done with a task they hold or take, for the one of a case of their queue."""

    def deed(visit: Visit, case: int) -> None:
        visit.actor.case_of_queue(visit.tx.get(Case, case))
        task = task_rows.of_case(visit.tx, case)
        if task is None:
            raise NotFound()
        mine.DEEDS[name](visit, task.id)

    return deed


def _supervision_of(visit: Visit, case: int) -> int:
    """The one that stands over this case and no other. Raises NotFound."""
    visit.actor.case_of_queue(visit.tx.get(Case, case))
    asked, found = supervision.of(visit.tx, visit.number("supervision"))
    if found.id != case:
        raise NotFound()
    return asked.id


DEEDS: dict[str, Deed] = {
    "sign": lambda v, case: cases.sign(v.tx, v.actor, case, v.now),
    "answer": _answer,
    "ask": _ask,
    "word": _word,
    **{name: _with_task(name) for name in ("claim", "progress", "give_back", "hand_over")},
    "assign": _assign,
    "transfer": _transfer,
    "escalate": lambda v, case: escalations.escalate(v.tx, v.actor, case, said(v, "reason"), v.now),
    "not_ours": _not_ours,
    "supervise": _supervise,
    "answer_supervision": lambda v, case: supervision.answer(
        v.tx, v.actor, _supervision_of(v, case), said(v), v.now
    ),
    "lift": lambda v, case: supervision.lift(v.tx, v.actor, _supervision_of(v, case), v.now),
    "merge": lambda v, case: joining.merge(v.tx, v.actor, case, v.number("into"), v.now),
    "unmerge": lambda v, case: joining.unmerge(v.tx, v.actor, v.number("other"), v.now),
    "category": _category,
    "verify": lambda v, case: cases.verify_wish(v.tx, v.actor, case, v.now),
    "refuse": lambda v, case: cases.refuse_wish(v.tx, v.actor, case, said(v, "reason"), v.now),
}


def do(visit: Visit) -> str:
    """One deed on one case; then the panel again. Raises what the action raises."""
    case, name = visit.key("case"), str(visit.request.path_params.get("deed", ""))
    deed = DEEDS.get(name)
    if deed is None:
        raise NotFound()
    deed(visit, case)
    return _after(visit, case, name)


def _after(visit: Visit, case: int, name: str) -> str:
    """Back to the case; to the queue when it has left it."""
    found = visit.tx.get(Case, case)
    if found is not None and visit.actor.may_run(found):
        return f"/desk/case/{case}?said={name}"
    return f"/desk?said={name}"


def show_contact(visit: Visit) -> Response:
    """Whom it is for, in full; that it was read is kept."""
    found = contacts.read(visit.tx, visit.actor, visit.key("case"), visit.now)
    case = visit.actor.case_of_queue(visit.tx.get(Case, visit.key("case")))
    return panel(visit, case, open_contact=found)


def show_code(visit: Visit) -> Response:
    """A code for whom no message reaches, to hand over; that it was given is kept."""
    person, code = on_behalf.code(visit.tx, visit.actor, visit.key("case"), visit.now)
    case = visit.actor.case_of_queue(visit.tx.get(Case, visit.key("case")))
    return panel(visit, case, code=visit.say("code", name=person.name, code=code, days=INVITE_DAYS))


def assign_many(visit: Visit) -> str:
    """Several cases to one member; those that cannot go to them stay as they are and are counted."""
    chosen, member = visit.numbers("case"), visit.number("member")
    if not chosen or not member:
        raise NothingSaid()
    done = 0
    for key in chosen:
        case = visit.actor.case_of_queue(visit.tx.get(Case, key))
        try:
            with visit.tx.savepoint():
                found = tasks.colleague(visit.tx, visit.actor, case.unit_id, member, visit.now)
                cases.assign(visit.tx, visit.actor, case.id, found.id, visit.now)
                done += 1
        except Refusal:
            continue
    told = {"part": visit.told("part") or "all", "assigned": done, "left": len(chosen) - done}
    return "/desk?" + urlencode(told)


def sign_many(visit: Visit) -> str:
    """签收 for several at once."""
    chosen = visit.numbers("case")
    if not chosen:
        raise NothingSaid()
    for key in chosen:
        case = visit.actor.case_of_queue(visit.tx.get(Case, key))
        try:
            with visit.tx.savepoint():
                cases.sign(visit.tx, visit.actor, case.id, visit.now)
        except Refusal:
            continue
    return "/desk?" + urlencode({"part": visit.told("part") or "all", "said": "signed"})


def take_offer(visit: Visit) -> str:
    """What another unit would like us to take: yes or no."""
    offer = visit.key("offer")
    if visit.told("accept") == "yes":
        case = transfers.accept_transfer(visit.tx, visit.actor, offer, visit.now)
        return f"/desk/case/{case.id}?said=accepted"
    transfers.refuse_transfer(visit.tx, visit.actor, offer, visit.now)
    return "/desk?said=declined"
