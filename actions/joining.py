"""Several households behind one case: join it, leave it, hand it on; staff merge two and part them again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from actions import cases
from actions.concern import theirs
from actions.holding import free_task, list_task
from actions.places import building_of, estate_of
from domain.access import Actor
from domain.case import UNFINISHED, Case, CaseKind, Status
from domain.clusters import (
    Cluster,
    Joiner,
    due_alert,
    level,
    open_to_joiners,
    same_matter,
    sort_of,
    threshold,
)
from domain.community import PlaceKind
from domain.errors import AlreadyDone, AlreadyYours, NeverMerged, NotFound, TakenOver, WrongState
from domain.events import Reminder
from domain.people import Person
from domain.tasks import TaskState
from domain.tree import Place
from nlu.normalize import normalize
from storage import cases as case_rows
from storage import clusters as rows
from storage import outbox
from storage.tx import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A case that may be the same matter: what it is about, where, and how many households it has."""

    case: Case
    size: int
    matter: str  # the word that names it; empty where the category's name says enough
    place: Place
    mine: bool  # they stand behind it already


def near(tx: Tx, by: Actor, category: str, text: str, place: Place | None, now: datetime) -> Near | None:
    """The largest open case of the same matter around a place; never one of danger to life."""
    rule = by.community.category(category)
    if place is None or not rule.merge_hours or rule.emergency or rule.private:
        return None
    said = normalize(text)
    sort = sort_of(rule, said)
    kind = level(rule, sort)
    around = _around(tx, place, kind)
    since = now - timedelta(hours=rule.merge_hours)
    for case, size in rows.near(tx, category, rows.within(tx, around.id), since):
        # of the whole of a kind everything in it; of anything else only what is of the very same place
        inside = case.place_id == around.id or around.kind is kind
        if inside and open_to_joiners(case, rule) and same_matter(rule, said, normalize(case.text)):
            mine = by.concerns(case) or rows.is_in(tx, case.id, by.id)
            name = sort.name if sort else ""
            return Near(case=case, size=size, matter=name, place=around, mine=mine)
    return None


def _around(tx: Tx, place: Place, kind: PlaceKind) -> Place:
    """The unit, building or estate a place lies in; the place itself when it is wider or stands alone."""
    if kind is PlaceKind.ESTATE:
        return estate_of(tx, place) or place
    if kind is PlaceKind.BUILDING:
        return building_of(tx, place) or place
    return place


# -- joining ---------------------------------------------------------------------------------------
def join(
    tx: Tx,
    by: Actor,
    case_id: int,
    words: Sequence[str],
    files: Sequence[int],
    now: datetime,
    *,
    place: Place | None = None,
    room: str = "",
) -> tuple[Case, int]:
    """One more person behind a case; their words and photos are kept with it.

    Returns the case and its size in households. Raises NotFound, AlreadyYours, WrongState (it is over).
    """
    case = _locked(tx, case_id)
    if not open_to_joiners(case, by.community.category(case.category)):
        raise WrongState(number=case.number, status=case.status)
    if by.concerns(case) or rows.is_in(tx, case.id, by.id):
        raise AlreadyYours(number=case.number)
    cluster = _opened(tx, case, now)
    door = rows.household(tx, by.person, place.id if place else None, room)
    _stand_behind(tx, case.id, by.id, door, now)
    for text in words:
        case_rows.add_note(tx, case.id, by.id, text, now)
    case_rows.attach(tx, case.id, files, by.id)
    cluster = _recount(tx, replace(cluster, last_at=now), now)
    tx.add(cases.happened("case_joined", case, by, now, size=cluster.size, files=len(files)))
    return case, cluster.size


def _locked(tx: Tx, case_id: int) -> Case:
    """The case, held against an answer that comes at the same moment."""
    case = case_rows.locked(tx, case_id)
    if case is None:
        raise NotFound()
    return case


def _opened(tx: Tx, case: Case, now: datetime) -> Cluster:
    """The cluster of a case; whoever it is for stands behind it first."""
    cluster = rows.begin(tx, case, now)
    person = tx.get(Person, case.beneficiary_id)
    if person is not None and rows.joiner(tx, case.id, person.id) is None:
        door = rows.household(tx, person, case.place_id, case.room)
        _stand_behind(tx, case.id, person.id, door, case.created_at)
    return cluster


def _stand_behind(
    tx: Tx, case_id: int, person_id: int, door: str, now: datetime, from_case_id: int | None = None
) -> Joiner:
    before = rows.joiner(tx, case_id, person_id)
    if before is None:
        return tx.add(
            Joiner(
                case_id=case_id, person_id=person_id, household=door, from_case_id=from_case_id, joined_at=now
            )
        )
    if before.left_at is None:
        return before
    return tx.save(
        replace(
            before, household=door, from_case_id=from_case_id, joined_at=now, left_at=None, solved_at=None
        )
    )


def _recount(tx: Tx, cluster: Cluster, now: datetime, *, known: bool = False) -> Cluster:
    """The new size; staff hear of it now, or when five minutes have passed since they last did.

    What staff did themselves is `known`.
    """
    cluster = replace(cluster, size=rows.households(tx, cluster.case_id))
    if known:
        return tx.save(replace(cluster, alerted=max(cluster.alerted, threshold(cluster.size))))
    when = due_alert(cluster, now)
    if when is not None and when <= now:
        return _alert(tx, cluster, now)
    if when is not None:
        key = f"cluster:{cluster.case_id}:{cluster.alerted_at.isoformat()}"
        outbox.remind(tx, Reminder(key=key, kind="cluster", subject_id=cluster.case_id, due_at=when))
    return tx.save(cluster)


def _alert(tx: Tx, cluster: Cluster, now: datetime) -> Cluster:
    case = tx.get(Case, cluster.case_id)
    if case is not None and case.status in UNFINISHED:
        tx.add(cases.happened("cluster_grown", case, None, now, size=cluster.size))
    return tx.save(replace(cluster, alerted=threshold(cluster.size), alerted_at=now))


def alert_due(tx: Tx, case_id: int, now: datetime) -> None:
    """Five minutes have passed: staff hear how many there are by now, if it has grown."""
    cluster = rows.of_case(tx, case_id, lock=True)
    when = due_alert(cluster, now) if cluster else None
    if cluster is not None and when is not None and when <= now:
        _alert(tx, cluster, now)


# -- leaving ---------------------------------------------------------------------------------------
def take_back(tx: Tx, by: Actor, case_id: int, now: datetime) -> tuple[Case, str]:
    """Somebody no longer needs it. Returns the case and what became of it:

    "left" (a joiner went, the case goes on), "handed_on" (its reporter went, a joiner has it now) or
    "withdrawn" (nobody else stood behind it). Raises NotFound, AlreadyDone, WrongState.
    """
    case = theirs(tx, by, case_rows.locked(tx, case_id))
    case.move("withdraw")
    if case.taken_over and by.id == case.reporter_id != case.beneficiary_id:
        raise TakenOver(number=case.number)
    if not by.concerns(case):
        return _leave(tx, by, case, now), "left"
    lead = rows.lead_of(tx, case.id) if case.status is Status.MERGED else None
    if lead is not None:
        if rows.is_in(tx, lead.id, by.id) and lead.status in UNFINISHED:
            _leave(tx, by, lead, now)
        return cases.withdraw(tx, by, case.id, now), "withdrawn"
    others = rows.joiners_of(tx, case.id, but=(case.reporter_id, case.beneficiary_id))
    if not others:
        return cases.withdraw(tx, by, case.id, now), "withdrawn"
    for person_id in {case.reporter_id, case.beneficiary_id}:
        mine = rows.joiner(tx, case.id, person_id)
        if mine is not None and mine.left_at is None:
            tx.save(replace(mine, left_at=now))
    cluster = rows.begin(tx, case, now)
    _recount(tx, cluster, now)
    handed = case.handed_on(others[0].person_id)
    return tx.save(handed, cases.happened("case_handed_on", handed, by, now)), "handed_on"


def _leave(tx: Tx, by: Actor, case: Case, now: datetime) -> Case:
    mine = rows.joiner(tx, case.id, by.id)
    if mine is None or mine.left_at is not None:
        raise AlreadyDone(number=case.number)
    tx.save(replace(mine, left_at=now))
    _recount(tx, rows.begin(tx, case, now), now)
    tx.add(cases.happened("case_left", case, by, now))
    return case


def say_solved(tx: Tx, by: Actor, case_id: int, now: datetime) -> Case:
    """解决了, from somebody who joined: kept as theirs; the case is closed by whom it is for."""
    case = theirs(tx, by, tx.get(Case, case_id))
    mine = rows.joiner(tx, case.id, by.id)
    if mine is None or mine.solved_at is not None:
        raise AlreadyDone(number=case.number)
    if case.status not in (Status.ANSWERED, Status.CLOSED):
        raise WrongState(number=case.number, status=case.status)
    tx.save(replace(mine, solved_at=now))
    tx.add(cases.happened("joiner_confirmed", case, by, now))
    return case


# -- merging ---------------------------------------------------------------------------------------
def mergeable(tx: Tx, case: Case) -> list[Case]:
    """The cases of the same queue into which this one may be merged, those of its category first."""
    found = rows.in_queue(tx, [case.unit_id], case.category)
    return [one for one in found if one.id != case.id]


def merge(tx: Tx, by: Actor, case_id: int, into_id: int, now: datetime) -> tuple[Case, Case]:
    """Staff say that two cases are one: the first goes on in the second, with everybody behind it.

    Raises NotFound, NeverMerged (danger to life, private), WrongState.
    """
    held = {key: by.case_of_queue(case_rows.locked(tx, key)) for key in sorted({case_id, into_id})}
    case, lead = held[case_id], held[into_id]
    if case.id == lead.id or CaseKind.ISSUE is not case.kind or case.kind is not lead.kind:
        raise NotFound()
    if case.urgent or case.private or lead.private:
        raise NeverMerged(number=case.number if case.urgent or case.private else lead.number)
    if lead.status not in UNFINISHED:
        raise WrongState(number=lead.number, status=lead.status)
    merged = case.merge()
    cluster, into = _opened(tx, case, now), _opened(tx, lead, now)
    for one in rows.joiners_of(tx, case.id):
        _stand_behind(tx, lead.id, one.person_id, one.household, now, from_case_id=case.id)
    tx.save(replace(cluster, lead_id=lead.id))
    _recount(tx, replace(into, last_at=now), now, known=True)
    free_task(tx, merged, now, TaskState.GONE)
    data = {"into": lead.id, "owner": case.owner_id}
    merged = tx.save(merged, cases.happened("case_merged", merged, by, now, **data))
    tx.add(cases.happened("merged_in", lead, by, now, other=case.id))
    return merged, lead


def unmerge(tx: Tx, by: Actor, case_id: int, now: datetime) -> tuple[Case, Case]:
    """It was another thing after all: it stands by itself again, with the people it came with.

    Raises NotFound, AlreadyDone, WrongState.
    """
    case = tx.get(Case, case_id)
    cluster = rows.of_case(tx, case_id, lock=True)
    lead = case_rows.locked(tx, cluster.lead_id) if cluster and cluster.lead_id else None
    if case is None or cluster is None or lead is None:
        raise NotFound()
    by.case_of_queue(lead)
    if lead.status is Status.MERGED:
        raise WrongState(number=lead.number, status=lead.status)
    back = case.unmerge(lead.unit_id)
    for one in rows.joiners_of(tx, lead.id):
        if one.from_case_id == case.id and one.person_id not in (lead.reporter_id, lead.beneficiary_id):
            tx.save(replace(one, left_at=now))
    tx.save(replace(cluster, lead_id=None))
    _recount(tx, rows.begin(tx, lead, now), now)
    if free_task(tx, back, now) is None:
        list_task(tx, back, now)
    key = f"overdue:{case.id}:{now.isoformat()}"
    outbox.remind(tx, Reminder(key=key, kind="overdue", subject_id=case.id, due_at=max(now, case.answer_by)))
    tx.add(cases.happened("parted_from", lead, by, now, other=case.id))
    return tx.save(back, cases.happened("case_unmerged", back, by, now, lead=lead.id)), lead


def merged_into(tx: Tx, case: Case) -> list[Case]:
    """The cases that go on in this one now."""
    return rows.merged_into(tx, case.id)


def lead_of(tx: Tx, case: Case) -> Case | None:
    """The case a merged one goes on in."""
    return rows.lead_of(tx, case.id)


def size(tx: Tx, case_id: int) -> int:
    """How many households stand behind a case."""
    return rows.size(tx, case_id)


def people_of(tx: Tx, case: Case) -> set[int]:
    """Everybody who joined a case, also those who left it."""
    return rows.people_of(tx, case.id)


def joined(tx: Tx, by: Actor, case: Case) -> bool:
    """Whether they stand behind somebody else's case."""
    return not by.concerns(case) and rows.is_in(tx, case.id, by.id)


def history(tx: Tx, case: Case) -> list[tuple[Any, int, str]]:
    """What was merged into a case and taken out, oldest first: event, number, who did it."""
    found = []
    for one in case_rows.history(tx, case.id):
        if one.kind in ("merged_in", "parted_from"):
            other, person = tx.get(Case, one.data["other"]), tx.get(Person, one.actor_id)
            found.append((one, other.number if other else 0, person.name if person else ""))
    return found
