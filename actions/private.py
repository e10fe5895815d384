"""Who sees a case and who learns a name: not public, anonymous, and what a party may read."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from actions import cases
from actions.concern import public_words
from actions.holding import title_of
from actions.people import home_of
from domain.access import Actor
from domain.case import UNFINISHED, Case, CaseKind
from domain.community import UnitKind
from domain.errors import AlreadyJoined, WrongState
from domain.people import DESKS, Person, RoleKind
from domain.tree import Community, Place, Unit
from nlu.complaints import Complaint, Party, without_names
from storage import clusters
from storage import people as person_rows
from storage import tasks as task_rows
from storage.tx import Tx

PARTIES = frozenset({UnitKind.PROPERTY, UnitKind.DEPARTMENT, UnitKind.PARTNER})


class Secrecy(StrEnum):
    """What the person who asks can choose."""

    PUBLIC = "public"
    PRIVATE = "private"  # only those who handle it see it
    DESK = "desk"  # the name is for the queue's own staff
    ALL = "all"  # the name is for nobody


def keep(tx: Tx, by: Actor, case_id: int, how: Secrecy, now: datetime) -> Case:
    """The person who asked says who may see it and who may know their name.

    What is private by its category or by whom it is about stays so. Raises NotFound, WrongState,
    AlreadyJoined (neighbours stand behind it).
    """
    case = by.their_case(tx.get(Case, case_id))
    if case.status not in UNFINISHED:
        raise WrongState(number=case.number, status=case.status)
    if how in (Secrecy.DESK, Secrecy.ALL):
        changed = replace(case, anonymity=str(how))
    elif how is Secrecy.PRIVATE:
        if clusters.size(tx, case.id) > 1:
            raise AlreadyJoined(number=case.number)
        changed = replace(case, private=True)
    else:
        rule = by.community.category(case.category)
        stays = rule.private or case.subject_unit_id is not None or case.kind is not CaseKind.ISSUE
        changed = replace(case, anonymity="", private=stays)
    task = task_rows.of_case(tx, case.id, lock=True)
    if task is not None:
        tx.save(replace(task, listed=not changed.private, title=title_of(tx, changed)))
    return tx.save(changed, cases.happened("case_kept", changed, by, now, how=str(how)))


# -- complaints about those who would handle it ----------------------------------------------------
def subject(tx: Tx, by: Actor, complaint: Complaint, place: Place | None) -> Unit | None:
    """The unit a complaint is about, as it stands over the place; None when there is none of that kind."""
    community = by.community
    branch = community.branch_of(place) or _own_branch(tx, by)
    if complaint.party is Party.COMMUNITY:
        return community.nearest(branch.id, UnitKind.COMMUNITY) if branch else None
    if complaint.party is Party.SUBDISTRICT:
        return community.nearest(branch.id, UnitKind.SUBDISTRICT) if branch else None
    if complaint.party is Party.PROPERTY and branch is not None:
        beside = (one for one in community.units.values() if one.parent_id == branch.id)
        return next((one for one in beside if one.kind is UnitKind.PROPERTY), branch)
    return branch


def _own_branch(tx: Tx, by: Actor) -> Unit | None:
    return by.community.branch_of(home_of(tx, by.person))


def staff_named(tx: Tx, by: Actor, text: str, place: Place | None, now: datetime) -> bool:
    """Whether somebody who serves in the branch of a place is named in these words."""
    branch = by.community.branch_of(place) or _own_branch(tx, by)
    if branch is None:
        return False
    serve = person_rows.in_unit(tx, [branch.id], DESKS | {RoleKind.MEMBER}, now)
    return any(len(one.name) > 1 and one.name in text for one in serve)


def words_for(tx: Tx, by: Actor, case: Case) -> str:
    """The words of a case for this reader: a party reads what the desk confirmed for it.

    Of an anonymous case those without the name read them masked, for their own words give people away.
    """
    if by.is_party(case) and not by.concerns(case):
        return case.shared or summary(tx, case)
    may_read = by.handles(case) and (not case.anonymity or by.may_name(case))
    return case.text if by.concerns(case) or may_read else public_words(tx, case)


# -- what a party may read -------------------------------------------------------------------------
def summary(tx: Tx, case: Case) -> str:
    """The words of a case without names, numbers and rooms, to be confirmed before a party reads them."""
    return masked_for(tx, case, case.text)


def guarded(case: Case) -> bool:
    """Whether what others outside hear of a case is only what the desk has confirmed."""
    return case.private or bool(case.anonymity)


def masked_for(tx: Tx, case: Case, text: str) -> str:
    """A text about a case as a party may read it: whoever wrote it, the people of the case are not in it."""
    people = [tx.get(Person, key) for key in {case.reporter_id, case.beneficiary_id}]
    return without_names(text, [one.name for one in people if one and one.name])


def is_party(community: Community, unit_id: int) -> bool:
    """Whether a unit is a body beside the queues: what it gets is a summary."""
    unit = community.units.get(unit_id)
    return unit is not None and unit.kind in PARTIES
