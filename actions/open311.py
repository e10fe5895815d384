"""Open311 GeoReport v2: public cases for other systems, and cases that come from them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from actions import board, cases, closing, private, systems
from actions.places import Resolved, resolve
from domain.access import Actor
from domain.board import public
from domain.case import Case, Status
from domain.errors import NotFound
from domain.figures import FEWEST
from domain.labels import Emergency
from domain.people import Person
from domain.systems import EXTERNAL, ApiKey, Asked, Filing
from domain.tree import Community, Unit
from nlu.complaints import complaint, names_somebody
from nlu.meaning import Meaning
from storage import board as public_rows
from storage import community as places
from storage import systems as rows
from storage.tx import Tx

SPAN = timedelta(days=90)
_ID = re.compile(r"(?P<unit>[A-Za-z0-9_-]{1,64})\.(?P<year>2\d{3})\.(?P<number>\d{1,7})")
_URGENT = {
    Emergency.LIFT: "lift",
    Emergency.VIOLENCE: "safety",
    Emergency.MISSING: "safety",
    Emergency.MEDICAL: "care",
    Emergency.SUICIDE: "care",
}


def request_id(community: Community, case: Case) -> str:
    """The number of a case for others: its community's key, the year, its number."""
    return f"{community.units[case.community_id].key}.{case.year}.{case.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A case as somebody outside may see it. `mine`: the system that filed it asks."""

    case: Case
    agency: Unit
    place: str
    place_id: str  # the place's key
    mine: bool
    whole: bool  # with place, branch and times; else only what a stranger may know


# -- reading ---------------------------------------------------------------------------------------
def listed(tx: Tx, community: Community, key: ApiKey | None, asked: Asked, now: datetime) -> list[Seen]:
    """Public cases. Whoever has no key sees only cases of a kind that enough people have."""
    hidden = board.hidden(community)
    classes = None if key else rows.large_classes(tx, hidden, now - SPAN, FEWEST)
    if asked.ids:
        found = by_request_ids(tx, asked.ids[: asked.limit])
        mine = _own(tx, key, found)
        cases_found = [one for one in found if _may_see(community, key, one, classes, mine)]
    elif classes is not None and not classes:
        return []
    else:
        reach = (key.id, community.below(key.unit_id)) if key else None
        cases_found = rows.asked_for(tx, asked, hidden, reach, classes)
    return _seen(tx, community, key, cases_found)


def one(tx: Tx, community: Community, key: ApiKey | None, asked_id: str, now: datetime) -> Seen:
    """One case. Raises NotFound, also for what is not to be seen."""
    found = by_request_ids(tx, [asked_id])
    classes = None if key else rows.large_classes(tx, board.hidden(community), now - SPAN, FEWEST)
    if not found or not _may_see(community, key, found[0], classes, _own(tx, key, found)):
        raise NotFound()
    return _seen(tx, community, key, found)[0]


def fetched(tx: Tx, key: ApiKey, case_id: int, now: datetime) -> None:
    """The system that filed a case has read its answer: it arrived."""
    case = tx.get(Case, case_id)
    if case is None or case.status is not Status.ANSWERED or case.delivered_at is not None:
        return
    if rows.filed_by(tx, key.id, case.id):
        closing.delivered(tx, case, now, "message", None, now)


def by_request_ids(tx: Tx, asked: Iterable[str]) -> list[Case]:
    """The cases others know under these ids, in the order asked; what is none is left out."""
    read = [found for one in asked if (found := _ID.fullmatch(one))]
    wanted = [(one["unit"], int(one["year"]), int(one["number"])) for one in read]
    known = rows.by_numbers(tx, set(wanted))
    return [known[one] for one in dict.fromkeys(wanted) if one in known]


def _own(tx: Tx, key: ApiKey | None, found: Sequence[Case]) -> set[int]:
    """Which of these the system that asks has filed."""
    return rows.filed_among(tx, key.id, [case.id for case in found]) if key is not None and found else set()


def _may_see(
    community: Community,
    key: ApiKey | None,
    case: Case,
    classes: Collection[tuple[str, int]] | None,
    mine: Collection[int],
) -> bool:
    if case.id in mine:
        return True
    hidden = board.hidden(community)
    if not public(case, hidden) or case.status not in public_rows.PUBLIC:
        return False
    if key is not None:
        return community.is_within(case.community_id, key.unit_id) or community.is_within(
            case.unit_id, key.unit_id
        )
    return (case.category, case.community_id) in (classes or ())


def _seen(tx: Tx, community: Community, key: ApiKey | None, found: Sequence[Case]) -> list[Seen]:
    """Cases with what goes with them, in a few statements however many they are."""
    whole, mine = key is not None, _own(tx, key, found)
    at = {case.place_id for case in found if case.place_id is not None} if whole else set()
    above = public_rows.places_above(tx, at) if at else {}
    seen = []
    for case in found:
        name, place_id = _named(above, case.place_id)
        agency = community.units[case.unit_id if whole else case.community_id]
        own = case.id in mine
        seen.append(Seen(case=case, agency=agency, place=name, place_id=place_id, mine=own, whole=whole))
    return seen


def _named(above: Mapping[int, Any], place_id: int | None) -> tuple[str, str]:
    """The whole name and the key of a place's building or estate; never of a stairwell."""
    place = above.get(place_id or 0)
    while place is not None and place.kind not in public_rows.NAMED:
        place = above.get(place.parent_id)
    key, names = place.key if place is not None else "", []
    while place is not None:
        names.append(place.name)
        place = above.get(place.parent_id)
    return "".join(reversed(names)), key


# -- filing ----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What another system asks for."""

    code: str
    text: str
    address: str = ""
    address_id: str = ""  # a place's key
    external: str = ""
    token: str  # the same again is the same request

    @property
    def words(self) -> tuple[str, ...]:
        """What has to be understood, the place first."""
        return tuple(one for one in (self.address, self.text) if one)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    case: Case
    emergency: Emergency | None
    again: bool


def file(
    tx: Tx,
    community: Community,
    key: ApiKey,
    asked: Request,
    understand: Callable[[str], Meaning],
    now: datetime,
) -> Filed:
    """Files a case as a message in the chat would be; the same request twice is one case.

    Its words are read for danger to life, for a complaint about those who would handle it, and for
    other people's names. The place is looked up among the community's own; without one, or with one
    outside the key's unit, the key's unit has it.
    """
    rows.lock_key(tx, key.id)
    before = rows.filing(tx, key.id, asked.token)
    if before is not None:
        known = tx.get(Case, before.case_id)
        assert known is not None
        return Filed(case=known, emergency=None, again=True)
    person = tx.get(Person, key.person_id)
    assert person is not None
    by = Actor(person=person, community=community)
    meaning = understand(asked.text)
    found = _place(tx, community, key, asked, understand)
    branch = community.branch_of(found.place)
    complained = complaint(asked.text)
    about = private.subject(tx, by, complained, found.place) if complained and complained.sure else None
    emergency = meaning.emergency
    category = _URGENT.get(emergency, "danger") if emergency else asked.code
    case = cases.report(
        tx,
        by,
        text=asked.text,
        category=category,
        queue=branch or community.units[key.unit_id],
        place=found.place,
        place_text=found.text,
        room=found.room,
        private=names_somebody(asked.text) or about is not None,
        urgent=emergency is not None,
        about=about,
        now=now,
    )
    tx.add(Filing(api_key_id=key.id, token=asked.token, case_id=case.id, at=now))
    if EXTERNAL.fullmatch(asked.external):
        case = systems.number_of_others(tx, case, asked.external, key.name, now)
    return Filed(case=case, emergency=emergency, again=False)


def _place(
    tx: Tx, community: Community, key: ApiKey, asked: Request, understand: Callable[[str], Meaning]
) -> Resolved:
    """The place that is named by key, by the address, else in the words; nothing outside the key's unit."""
    named = places.place_by_key(tx, asked.address_id) if asked.address_id else None
    branch = community.branch_of(named)
    if branch is not None and community.is_within(branch.id, key.unit_id):
        return Resolved(place=named)
    for words in asked.words:
        found = resolve(tx, understand(words).entities.place, None)
        branch = community.branch_of(found.place)
        if branch is not None and community.is_within(branch.id, key.unit_id):
            return found
    return Resolved(text=asked.address[:200])


def told_later(tx: Tx, community: Community, key: ApiKey, token: str) -> str:
    """The number of what was filed under a token. Raises NotFound."""
    filing = rows.filing(tx, key.id, token)
    case = tx.get(Case, filing.case_id) if filing else None
    if case is None:
        raise NotFound()
    return request_id(community, case)


def without_key(asked: Asked) -> Asked:
    """What a stranger may ask for at once."""
    return replace(asked, limit=min(asked.limit, 200))
