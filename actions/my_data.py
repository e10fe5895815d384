"""我的数据: what somebody may do with what is kept of them: correct it, take consent back, have it erased."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product

from actions import activities, cases, joining, on_behalf, tasks
from actions.holding import drop_visit, title_of
from domain.access import Actor
from domain.case import LIVE, UNFINISHED, Case, Status
from domain.errors import AlreadyDone, HandOverFirst, RoleFirst
from domain.events import Event
from domain.forgetting import Markers
from domain.labels import Category, Intent
from domain.learning import Question
from domain.people import Person, RoleKind
from nlu.complaints import without_names
from nlu.masking import masked
from storage import cases as case_rows
from storage import erasing, lessons, people
from storage import tasks as task_rows
from storage.tx import Tx

CHATS = timedelta(days=90)  # so long chats are kept at all
OPEN = UNFINISHED | {Status.MERGED}


def _happened(kind: str, person: Person, now: datetime) -> Event:
    return Event(kind=kind, at=now, subject="person", subject_id=person.id, actor_id=person.id)


# -- correcting ------------------------------------------------------------------------------------
def rename(tx: Tx, by: Actor, name: str, now: datetime) -> Person:
    """What somebody is called, as they say it themselves; a name on the roster is the branch's to change."""
    assert by.person.key is None
    return tx.save(replace(by.person, name=name), _happened("person_corrected", by.person, now))


def forget_phone(tx: Tx, by: Actor, now: datetime) -> Person:
    """Their number is not kept any more."""
    if not by.person.phone:
        raise AlreadyDone(number=0)
    return tx.save(replace(by.person, phone=""), _happened("person_corrected", by.person, now))


def withdraw_consent(tx: Tx, by: Actor, now: datetime) -> Person:
    """From now on nothing of theirs is filed, and where they live is not known any more."""
    if by.person.consent_at is None:
        raise AlreadyDone(number=0)
    without = replace(by.person, consent_at=None, consent_version="", home_place_id=None, room="")
    return tx.save(without, _happened("consent_withdrawn", by.person, now))


# -- erasing ---------------------------------------------------------------------------------------
def may_erase(tx: Tx, by: Actor) -> None:
    """Whoever answers for others hands over first. Raises RoleFirst, HandOverFirst."""
    office = next((role for role in by.roles if role.kind is not RoleKind.MEMBER), None)
    if office is not None:
        raise RoleFirst(unit=by.community.units[office.unit_id].name, role=office.kind)
    held = len(task_rows.held_by(tx, by.id, limit=200))
    if held:
        raise HandOverFirst(count=held)


def open_cases(tx: Tx, by: Actor) -> list[Case]:
    """What of theirs is still under way: an erasure ends it or goes on without them."""
    return case_rows.of_person(tx, by.id, LIVE | {Status.MERGED}, limit=100)


def erase(tx: Tx, by: Actor, here: int, now: datetime) -> None:
    """Somebody is forgotten: see `storage.erasing` for what goes. The address `here` begins anew.

    Raises RoleFirst, HandOverFirst. The same person twice is harmless.
    """
    may_erase(tx, by)
    for role in by.roles:
        people.end_role(tx, role, now)
    _forget(tx, by, here, now)
    fresh = tx.add(Person(created_at=now, locale=by.person.locale, large_type=by.person.large_type))
    people.bind(tx, here, fresh.id)
    people.set_state(tx, here, {})


def erase_again(tx: Tx, by: Actor, now: datetime) -> None:
    """A backup from before an erasure was restored: the person goes once more, whatever they hold."""
    for task, _ in task_rows.held_by(tx, by.id, limit=200):
        tasks.give_back(tx, by, task.id, "", now)
    for role in by.roles:
        people.end_role(tx, role, now)
    _forget(tx, by, 0, now)


def _forget(tx: Tx, by: Actor, here: int, now: datetime) -> None:
    known = by.person
    before = erasing.cases_of(tx, known.id)
    ids = [case.id for case in before]
    said = erasing.words_of(tx, known.id, ids)
    rooms = {one for one in (known.room, *(case.room for case in before)) if one}
    exact = [known.name, known.phone, *(f"{room}{gap}室" for room, gap in product(rooms, ("", " ")))]
    markers = Markers.of(exact, said)
    readers = [key for key in erasing.who_handled(tx, before) if key != known.id]
    _let_go(tx, by, now)
    gone = erasing.blank_cases(tx, _part(tx, by, now))
    gone += erasing.blank_person(tx, known, here)
    erasing.forget_with(tx, readers, markers, now - CHATS)
    _unlearn(tx, said)
    current = tx.get(Person, known.id)
    assert current is not None
    tx.save(
        Person(id=known.id, created_at=known.created_at, version=current.version),
        _happened("person_erased", known, now),
    )
    erasing.note(tx, erasing.mark_of(tx, known), gone, now)


def _let_go(tx: Tx, by: Actor, now: datetime) -> None:
    """What others wait for is freed: places in activities, and cases joined."""
    for activity_id in erasing.coming(tx, by.id):
        activities.leave(tx, by, activity_id, now)
    for case in case_rows.of_person(tx, by.id, OPEN, limit=1000):
        if joining.joined(tx, by, case):
            joining.take_back(tx, by, case.id, now)


def _part(tx: Tx, by: Actor, now: datetime) -> list[int]:
    """Parts them from their cases; returns those in which nobody else has a share: their words go."""
    alone: list[int] = []
    for case in erasing.cases_of(tx, by.id):
        if case.beneficiary_id != by.id:  # filed for somebody else: it is that person's
            tx.save(replace(case, reporter_id=case.beneficiary_id))
        elif case.reporter_id != by.id and case.status in OPEN:
            on_behalf.not_mine(tx, by, case.id, now)
        elif _go_on_or_end(tx, by, case, now):
            alone.append(case.id)
    return alone


def _go_on_or_end(tx: Tx, by: Actor, case: Case, now: datetime) -> bool:
    """An unfinished case goes on for who joined it, else it ends. Whether its words are theirs alone."""
    if case.status is Status.ANSWERED:
        drop_visit(tx, case.id, now, for_all=True)
        closed = replace(case, status=case.move("expire"), closed_at=now, closed_how="unconfirmed")
        tx.save(closed, cases.happened("case_expired", closed, by, now))
    elif case.urgent and case.status in UNFINISHED:  # danger does not end because somebody leaves
        _unname(tx, by, case)
        return False
    elif case.status in OPEN:
        handed, how = joining.take_back(tx, by, case.id, now)
        if how == "handed_on":
            _unname(tx, by, handed)
            return False
    return True


def _unname(tx: Tx, by: Actor, case: Case) -> None:
    """The case goes on and says what it is about, not who said so."""
    words = without_names(case.text, [by.person.name] if by.person.name else [])
    unnamed = tx.save(replace(case, text=words, room="", place_text=""))
    task = task_rows.of_case(tx, case.id)
    if task is not None:
        tx.save(replace(task, title=title_of(tx, unnamed)))


def _unlearn(tx: Tx, said: list[str]) -> None:
    """What was to be learnt from their words is not."""
    labels = [(Question.INTENT, one) for one in Intent] + [(Question.CATEGORY, one) for one in Category]
    for text in said:
        words = masked(text)
        erasing.drop_lessons(tx, [lessons.key(tx, question, label, words) for question, label in labels])
