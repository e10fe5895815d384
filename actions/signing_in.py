"""The way to the desk: a pass from the chat, six digits sent to the chat, a session that ends by itself.

Whoever holds the link alone, or the chat alone, does not get in; and every request asks again whether
the person still has a desk.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.access import Actor
from domain.errors import NotAllowed, TooOften, WrongCode
from domain.events import Delivery, Event
from domain.people import DESKS, Person
from domain.signing_in import NUMBER_FOR, PASS_FOR, PASSES_AN_HOUR, TOUCH, DeskPass, DeskSession
from domain.tree import Community
from storage import outbox, people
from storage import signing_in as rows
from storage.tx import Tx

_TYPED = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is taken for something else
_CODE_LENGTH = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What the chat shows once: the end of a link, and a code to type where the link cannot be opened."""

    link: str
    code: str


def issue(tx: Tx, by: Actor, now: datetime) -> Pass:
    """A pass for ten minutes and one use; an earlier one ends. Raises NotAllowed, TooOften."""
    if not by.has(DESKS):
        raise NotAllowed()
    if rows.issued_since(tx, by.id, now - timedelta(hours=1)) >= PASSES_AN_HOUR:
        raise TooOften()
    rows.drop_unused(tx, by.id, now)
    link = secrets.token_urlsafe(24)
    code = "".join(secrets.choice(_TYPED) for _ in range(_CODE_LENGTH))
    tx.add(
        DeskPass(
            person_id=by.id,
            link_hash=_hash(tx, "link", link),
            code_hash=_hash(tx, "code", code),
            issued_at=now,
            expires_at=now + PASS_FOR,
        )
    )
    return Pass(link=link, code=f"{code[:4]}-{code[4:]}")


def _hash(tx: Tx, what: str, secret: str) -> str:
    return tx.cipher.index(f"desk:{what}:{secret}")


def _typed(code: str) -> str:
    return "".join(char for char in code.upper() if char.isalnum())


def knock(tx: Tx, now: datetime, *, link: str = "", code: str = "") -> str:
    """Uses a pass; six digits go to the person's chat. Returns the token of a session that waits for them.

    Raises WrongCode for every kind of bad pass, also of somebody who has no desk any more.
    """
    hashed = _hash(tx, "link", link) if link else _hash(tx, "code", _typed(code))
    person = tx.get(Person, rows.use(tx, hashed, now))
    if person is None or not _has_desk(tx, person, now):
        raise WrongCode()
    token, number = secrets.token_urlsafe(32), f"{secrets.randbelow(1_000_000):06d}"
    session = tx.add(
        DeskSession(
            person_id=person.id,
            token_hash=_hash(tx, "token", token),
            number_hash=_hash(tx, f"number:{person.id}", number),
            number_until=now + NUMBER_FOR,
            began_at=now,
            seen_at=now,
        )
    )
    outbox.put(
        tx,
        Delivery(
            key=f"desk:{session.id}",
            kind="open_desk.number",
            lane="alert",
            person_id=person.id,
            payload={"facts": {"number": number}},
            due_at=now,
        ),
    )
    return token


def _has_desk(tx: Tx, person: Person, now: datetime) -> bool:
    return any(role.kind in DESKS for role in people.roles_of(tx, person.id, now))


def verify(tx: Tx, token: str, number: str, now: datetime) -> str | None:
    """The token of the open session when the digits are right; None when they are not, which is counted."""
    session = rows.session(tx, _hash(tx, "token", token), lock=True)
    if session is None or not session.may_try(now):
        return None
    typed = "".join(char for char in number if char.isdecimal())
    if not secrets.compare_digest(session.number_hash, _hash(tx, f"number:{session.person_id}", typed)):
        tx.save(replace(session, tries=session.tries + 1))
        return None
    fresh = secrets.token_urlsafe(32)
    tx.save(session.verified(_hash(tx, "token", fresh), now), _entered(session.person_id, now))
    return fresh


def waits(tx: Tx, token: str, now: datetime) -> bool:
    """Whether six digits may still be typed in this browser."""
    session = rows.session(tx, _hash(tx, "token", token))
    return session is not None and session.may_try(now)


def admit(tx: Tx, person: Person, now: datetime) -> str:
    """A session at once, without pass and digits: for the demo's people only."""
    token = secrets.token_urlsafe(32)
    hashed = _hash(tx, "token", token)
    tx.add(DeskSession(person_id=person.id, token_hash=hashed, began_at=now, seen_at=now, verified_at=now))
    tx.add(_entered(person.id, now))
    return token


def _entered(person_id: int, now: datetime) -> Event:
    return Event(kind="desk_entered", at=now, subject="person", subject_id=person_id, actor_id=person_id)


def present(
    tx: Tx, community: Community, token: str, now: datetime, *, lock: bool = False
) -> tuple[Actor, DeskSession] | None:
    """Who sits at this desk, with the roles of this moment; None once the session or the last role ended.

    `lock`: one browser's forms come one after the other, so that the same one twice is seen to be that.
    """
    session = rows.session(tx, _hash(tx, "token", token), lock=lock) if token else None
    if session is None or session.verified_at is None or not session.alive(now):
        return None
    person = tx.get(Person, session.person_id)
    if person is None:
        return None
    actor = Actor(person=person, roles=tuple(people.roles_of(tx, person.id, now)), community=community)
    return (actor, session) if actor.has(DESKS) else None


def was_there(tx: Tx, session: DeskSession, now: datetime) -> None:
    """Keeps that the desk is in use; two pages of one browser at once do not get into each other's way."""
    rows.touch(tx, session.id, now - TOUCH, now)


def stale(session: DeskSession, now: datetime) -> bool:
    """Whether it is time to note that somebody is there."""
    return now - session.seen_at >= TOUCH


def leave(tx: Tx, token: str, now: datetime) -> None:
    """Signs this browser out."""
    session = rows.session(tx, _hash(tx, "token", token), lock=True) if token else None
    if session is not None and session.ended_at is None:
        tx.save(session.ended(now))
