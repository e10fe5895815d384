"""Everything that can be done with a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from actions import deadlines, lapses, learning, pauses, routing, supervision
from actions.concern import theirs
from actions.holding import drop_visit, free_task, hold, list_task, title_of
from actions.levels import above
from domain.access import Actor
from domain.calendar import BEIJING
from domain.case import UNFINISHED, Case, CaseKind, Status
from domain.community import UnitKind
from domain.errors import AlreadyDone, NotFound, WrongState
from domain.events import Event
from domain.people import Person
from domain.tasks import TaskState
from domain.tree import Place, Unit
from storage import cases as rows
from storage import community as places
from storage import tasks as task_rows
from storage.tx import Tx


def report(
    tx: Tx,
    by: Actor,
    *,
    text: str,
    category: str,
    now: datetime,
    kind: CaseKind = CaseKind.ISSUE,
    place: Place | None = None,
    place_text: str = "",
    room: str = "",
    files: Sequence[int] = (),
    more: Sequence[str] = (),
    private: bool = False,
    urgent: bool = False,
    place_asked: bool = False,
    anonymity: str = "",
    about: Unit | None = None,
    beneficiary: Person | None = None,
    queue: Unit | None = None,
) -> Case:
    """Files a numbered case in the queue its place belongs to; an unknown place goes to the community.

    `more` are further words of the same dialogue: they are kept as notes. A complaint `about` a unit goes
    one level up, past its whole line. `beneficiary` is whom it is for, when that is somebody else; `queue`
    is whose it is, when others know that better than the place.
    """
    unit = queue or queue_for(tx, by, place)
    rule = by.community.category(category)
    private = private or rule.private or kind is CaseKind.INQUIRY or about is not None
    if about is not None:
        unit = routing.above(by.community, about)
    if private and not urgent and kind is CaseKind.ISSUE:
        unit = routing.staffed(tx, by.community, unit, about, now)
    plain = not urgent and about is None
    community = by.community.numbering(unit.id)
    year = now.astimezone(BEIJING).year
    filed = deadlines.set_from(
        by.community,
        Case(
            kind=kind,
            number=rows.next_number(tx, community.id, year),
            year=year,
            community_id=community.id,
            unit_id=unit.id,
            category=category,
            text=text,
            place_id=place.id if place else None,
            place_text=place_text[:200],
            room=room,
            status=Status.UNVERIFIED if kind is CaseKind.WISH else Status.OPEN,
            reporter_id=by.id,
            beneficiary_id=beneficiary.id if beneficiary else by.id,
            responsible=rule.first[0] if rule.first and plain and kind is CaseKind.ISSUE else "",
            sign_by=now,
            answer_by=now,
            created_at=now,
            private=private,
            urgent=urgent,
            anonymity=anonymity,
            subject_unit_id=about.id if about else None,
        ),
        now,
    )
    case = tx.add(filed)
    rows.attach(tx, case.id, files, by.id)
    for words in more:
        rows.add_note(tx, case.id, by.id, words, now)
    if kind is not CaseKind.WISH:
        list_task(tx, case, now)
    asked = {"place_asked": True} if place_asked else {}
    what = {"case_kind": str(kind), "category": category, "urgent": urgent}
    tx.add(happened("case_reported", case, by, now, **what, **asked))
    deadlines.watch(tx, by.community, case, now)
    return case


def queue_for(tx: Tx, by: Actor, place: Place | None) -> Unit:
    """Place → grid → branch. Without a place: the home's community, else whoever covers everybody."""
    branch = by.community.branch_of(place)
    if branch is not None:
        return branch
    home = places.place(tx, by.person.home_place_id)
    home_branch = by.community.branch_of(home)
    if home_branch is not None:
        return by.community.nearest(home_branch.id, UnitKind.COMMUNITY) or home_branch
    return by.community.duty()


def happened(kind: str, case: Case, by: Actor | None, now: datetime, **data: object) -> Event:
    """The event of something that was done with a case."""
    return Event(
        kind=kind,
        at=now,
        subject="case",
        subject_id=case.id,
        actor_id=by.id if by else None,
        unit_id=case.unit_id,
        data=data,
    )


# -- what the person who asked can do --------------------------------------------------------------
def add(
    tx: Tx, by: Actor, case_id: int, text: str, files: Sequence[int], now: datetime, *, quiet: bool = False
) -> Case:
    """More words or photos for a case that is not finished; `quiet` when its people hear of it otherwise.

    Raises NotFound, WrongState.
    """
    case = theirs(tx, by, tx.get(Case, case_id))
    if case.status not in UNFINISHED and case.status is not Status.ANSWERED:
        raise WrongState(number=case.number, status=case.status)
    note_id = rows.add_note(tx, case.id, by.id, text, now) if text else 0
    rows.attach(tx, case.id, files, by.id)
    quiet = quiet or not by.concerns(case)  # of those who joined, staff hear how many they are
    waited = case.paused_at is not None and by.concerns(case)
    if waited:
        case = pauses.resume(tx, by.community, case, now)
    told = happened("case_added", case, by, now, note=note_id, files=len(files), quiet=quiet, waited=waited)
    if waited:
        return tx.save(case, told)
    tx.add(told)
    return case


def place_found(
    tx: Tx, by: Actor, case_id: int, place: Place, now: datetime, place_text: str | None = None
) -> Case:
    """The place of a case, or a better one: while nobody has it, it moves to that place's queue.

    Raises NotFound, WrongState.
    """
    case = by.their_case(tx.get(Case, case_id))
    if case.status not in UNFINISHED:
        raise WrongState(number=case.number, status=case.status)
    said = case.place_text if place_text is None else place_text[:200]
    room = case.room if place.id == case.place_id else ""
    case = replace(case, place_id=place.id, place_text=said, room=room)
    here = by.community.units[case.unit_id]
    unit = here if case.subject_unit_id else by.community.branch_of(place) or here
    if case.sealed and unit.id != here.id:
        unit = routing.staffed(tx, by.community, unit, None, now)
    if unit.id == case.unit_id or case.owner_id is not None or case.level_since is not None:
        return tx.save(case, happened("case_placed", case, by, now))
    moved = replace(case, unit_id=unit.id)
    task = task_rows.of_case(tx, case.id, lock=True)
    if task:
        tx.save(replace(task, unit_id=unit.id))
    return tx.save(moved, happened("case_placed", moved, by, now))


def correct_category(tx: Tx, by: Actor, case_id: int, category: str, now: datetime) -> Case:
    """The reporter or the desk says what it really is; deadlines follow the new category."""
    case = tx.get(Case, case_id)
    if case is None or not (by.concerns(case) or by.may_run(case)):
        raise NotFound()
    if case.status not in UNFINISHED:
        raise WrongState(number=case.number, status=case.status)
    rule = by.community.category(category)
    changed = replace(
        case,
        category=category,
        responsible=rule.first[0] if rule.first and case.passed_on_at is None else case.responsible,
        private=case.private or rule.private,
    )
    if not changed.private:
        learning.corrected(tx, case, category, now)
    changed = deadlines.set_from(by.community, changed, case.level_since or case.created_at)
    changed = pauses.credited(tx, by.community, changed)
    stands = case.paused_at or now
    if changed.answer_by <= stands:  # what was wrong about it is nobody's delay
        changed = deadlines.set_from(by.community, changed, stands)
    deadlines.watch(tx, by.community, changed, now)
    task = task_rows.of_case(tx, case.id, lock=True)
    if task and changed.private and task.listed:
        tx.save(replace(task, listed=False, title=title_of(tx, changed)))
    return tx.save(
        changed, happened("case_recategorised", changed, by, now, before=case.category, to=category)
    )


def withdraw(tx: Tx, by: Actor, case_id: int, now: datetime) -> Case:
    """No longer needed. Whoever holds it is told. Raises NotFound, AlreadyDone, WrongState."""
    case = by.their_case(tx.get(Case, case_id))
    if case.status is Status.WITHDRAWN:
        raise AlreadyDone(number=case.number)
    gone = case.withdraw(now)
    free_task(tx, gone, now, TaskState.GONE)
    return tx.save(gone, happened("case_withdrawn", gone, by, now, owner=case.owner_id))


def confirm(tx: Tx, by: Actor, case_id: int, now: datetime) -> Case:
    """解决了: the person served says it is right. Saying so twice is one act."""
    case = by.their_case(tx.get(Case, case_id))
    if case.status is Status.CLOSED:
        raise AlreadyDone(number=case.number)
    closed = case.confirmed(now)
    drop_visit(tx, case.id, now)
    return tx.save(closed, happened("case_confirmed", closed, by, now))


def reopen(tx: Tx, by: Actor, case_id: int, reason: str, now: datetime) -> Case:
    """没解决: it comes back one level up, with its history. Raises NotFound, WrongState."""
    case = theirs(tx, by, tx.get(Case, case_id))
    if case.status in UNFINISHED:
        raise AlreadyDone(number=case.number)
    return come_back(tx, by, case, reason, now)


def come_back(tx: Tx, by: Actor, case: Case, reason: str, now: datetime) -> Case:
    """The answer was not right, whoever brings the news of it."""
    up = above(tx, by.community, case.unit_id, now)
    back = case.reopen(up.id if up else case.unit_id).at_level(now)
    back = deadlines.set_from(by.community, back, now)
    if reason:
        rows.add_note(tx, case.id, by.id, reason, now)
    free_task(tx, back, now)
    drop_visit(tx, case.id, now, for_all=True)
    deadlines.watch(tx, by.community, back, now)
    supervision.again(tx, by.community, back, now)
    return tx.save(back, happened("case_reopened", back, by, now, before=case.unit_id, owner=case.owner_id))


# -- what the desk can do --------------------------------------------------------------------------
def answer(tx: Tx, by: Actor, case_id: int, text: str, files: Sequence[int], now: datetime) -> Case:
    """An answer to the person, from whoever holds the case or runs its queue. Raises NotFound, WrongState."""
    case = by.case_in_hand(tx.get(Case, case_id))
    done = case.answered(text, now)
    if done.owner_id is None:
        done = replace(done, owner_id=by.id)
    rows.attach(tx, case.id, files, by.id)
    if task_rows.of_case(tx, case.id) is None:
        list_task(tx, done, now)  # a wish answered before it was listed: ratings hang on its task
    free_task(tx, done, now, TaskState.DONE)
    supervision.answered_to_resident(tx, by, done, text, now)
    told = happened("case_answered", done, by, now, files=list(files), owner=done.owner_id)
    return tx.save(done, told)


def inquire(tx: Tx, by: Actor, case_id: int, question: str, now: datetime) -> Case:
    """A question to the person, kept with the case. Raises NotFound, WrongState."""
    case = by.case_in_hand(tx.get(Case, case_id))
    if case.status not in UNFINISHED:
        raise WrongState(number=case.number, status=case.status)
    note_id = rows.add_note(tx, case.id, by.id, question, now, kind="question")
    paused = replace(pauses.pause(tx, by.community, case, now), signed_at=case.signed_at or now)
    return tx.save(paused, happened("case_question", paused, by, now, note=note_id))


def sign(tx: Tx, by: Actor, case_id: int, now: datetime) -> Case:
    """签收: the desk has seen it. Raises NotFound, AlreadyDone, WrongState."""
    case = by.case_of_queue(tx.get(Case, case_id))
    if case.status not in UNFINISHED:
        raise WrongState(number=case.number, status=case.status)
    if case.signed:
        raise AlreadyDone(number=case.number)
    return tx.save(replace(case, signed_at=now), happened("case_signed", case, by, now))


def assign(tx: Tx, by: Actor, case_id: int, member_id: int, now: datetime) -> Case:
    """The secretary gives a case to a member, who may give it back. Raises NotFound, WrongState."""
    case = by.case_of_queue(tx.get(Case, case_id))
    if case.owner_id == member_id:
        raise AlreadyDone(number=case.number)
    routing.must_not_serve(tx, by.community, member_id, case.subject_unit_id, now)
    given = case.assign(member_id)
    task = free_task(tx, given, now) or list_task(tx, given, now)
    got = hold(tx, task, member_id, now)
    if given.paused_at is None:
        lapses.begin(tx, by.community, given, got, now)
    return tx.save(given, happened("case_assigned", given, by, now, to=member_id, before=case.owner_id))


def verify_wish(tx: Tx, by: Actor, case_id: int, now: datetime) -> Case:
    """The branch has looked at a wish: it is listed, without the name."""
    case = by.case_of_queue(tx.get(Case, case_id))
    if case.kind is not CaseKind.WISH:
        raise NotFound()
    listed = case.verify()
    list_task(tx, listed, now)
    return tx.save(listed, happened("wish_verified", listed, by, now))


def refuse_wish(tx: Tx, by: Actor, case_id: int, reason: str, now: datetime) -> Case:
    case = by.case_of_queue(tx.get(Case, case_id))
    if case.kind is not CaseKind.WISH:
        raise NotFound()
    refused = case.refuse(reason, now)
    return tx.save(refused, happened("wish_refused", refused, by, now))
