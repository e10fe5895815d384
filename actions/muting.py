"""What somebody does not want to be sent; safety, own cases and what one has taken on are always told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.access import Actor
from domain.errors import NeverMuted, NotFound
from domain.events import Delivery
from domain.notices import Topic
from domain.people import Person, RoleKind
from storage import people
from storage.tx import Tx

_VOTES = (
    "proposal_opened proposal_amended proposal_withdrawn proposal_voting proposal_last_call proposal_adopted "
    "proposal_rejected proposal_too_few proposal_done proposal_not_done vote_workers vote_committee "
    "vote_last_call"
)
ABOUT: Mapping[str, Topic] = {
    **{f"notify.{key}": Topic.VOTES for key in _VOTES.split()},
    "notify.theme_due": Topic.ACTIVITY,
    "notify.post_to_take": Topic.POSTS,
}
"""What of all that people are told can be turned off; notices to many say themselves what they are about."""


def topics(by: Actor) -> list[Topic]:
    """What somebody is sent and may turn off; posts go to members only."""
    member = by.has(frozenset({RoleKind.MEMBER}))
    return [one for one in Topic if member or one is not Topic.POSTS]


def _topic(by: Actor, name: str) -> Topic:
    if name == "safety":
        raise NeverMuted()
    found = next((one for one in topics(by) if one == name), None)
    if found is None:
        raise NotFound()
    return found


def mute(tx: Tx, by: Actor, name: str) -> Topic:
    """Nothing of this kind is sent to them from now on. Twice is harmless. Raises NeverMuted, NotFound."""
    topic = _topic(by, name)
    _keep(tx, by.person, sorted({*by.person.muted, topic}))
    return topic


def hear(tx: Tx, by: Actor, name: str) -> Topic:
    """It is sent to them again. Twice is harmless. Raises NeverMuted, NotFound."""
    topic = _topic(by, name)
    _keep(tx, by.person, [one for one in by.person.muted if one != topic])
    return topic


def _keep(tx: Tx, person: Person, muted: Sequence[str]) -> None:
    if person.muted != tuple(muted):
        tx.save(replace(person, muted=tuple(muted)))


def split(tx: Tx, person_ids: Sequence[int], topic: Topic, *, safety: bool) -> tuple[list[int], int]:
    """Who is sent something of this kind, in their order, and how many have turned it off."""
    if safety:
        return list(person_ids), 0
    off = {key for key, muted in people.muting(tx, person_ids).items() if topic in muted}
    return [one for one in person_ids if one not in off], len(off)


def without(tx: Tx, told: Sequence[Delivery]) -> list[Delivery]:
    """Deliveries without those that their readers have turned off."""
    asked = {one.person_id for one in told if one.kind in ABOUT and one.person_id}
    if not asked:
        return list(told)
    off = people.muting(tx, asked)
    return [one for one in told if ABOUT.get(one.kind) not in off.get(one.person_id or 0, ())]
