"""Browsers that are knocked for, and knocks: rows with a lease, so that any process may send them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from py_vapid import Vapid02
from sqlalchemy import and_, bindparam, delete, func, or_, select, update

from domain.pushes import MOST, Knock, KnockState, Subscription
from storage.tables import addresses, knocks, mailbox, meta, subscriptions
from storage.tx import Tx

LEASE = timedelta(seconds=60)
KEPT = timedelta(days=7)
_VAPID = "vapid"
_BEHIND = (
    select(subscriptions.c.id)
    .where(subscriptions.c.address_id == bindparam("of_address"), subscriptions.c.fetched < bindparam("upto"))
    .limit(1)
)


def vapid(tx: Tx) -> Vapid02:
    """The installation's own pair of keys: made once, kept encrypted, the same in every process."""
    found = tx.rows(select(meta.c.value).where(meta.c.key == _VAPID))
    if not found:
        fresh = Vapid02()
        fresh.generate_keys()
        tx.add_once(meta, {"key": _VAPID, "value": tx.cipher.write(fresh.private_pem().decode())}, "key")
        found = tx.rows(select(meta.c.value).where(meta.c.key == _VAPID))
    return Vapid02.from_pem(tx.cipher.read(found[0][0]).encode())


# -- browsers --------------------------------------------------------------------------------------
def subscribe(tx: Tx, address_id: int, endpoint: str, p256dh: str, auth: str, now: datetime) -> None:
    """This browser is knocked for; one that was another's is this address's now. The oldest give way."""
    mark = tx.cipher.index(endpoint)
    newest = select(func.coalesce(func.max(mailbox.c.id), 0)).where(mailbox.c.address_id == address_id)
    keys = {"p256dh": tx.cipher.write(p256dh), "auth": tx.cipher.write(auth), "failures": 0}
    known = tx.first(Subscription, subscriptions.c.endpoint_hash == mark, lock=True)
    if known is not None and known.address_id != address_id:
        remove(tx, [known.id])
        known = None
    if known is not None:
        tx.connection.execute(update(subscriptions).where(subscriptions.c.id == known.id).values(keys))
        return
    upto = int(tx.connection.execute(newest).scalar() or 0)
    row = {
        "address_id": address_id,
        "endpoint_hash": mark,
        "endpoint": tx.cipher.write(endpoint),
        "created_at": now,
        "fetched": upto,
        **keys,
    }
    tx.add_once(subscriptions, row, "endpoint_hash")
    remove(tx, [one.id for one in of_owner(tx, address_id)[MOST:]])


def of_owner(tx: Tx, address_id: int) -> list[Subscription]:
    """The browsers of whoever has this address, the newest first."""
    owner = select(addresses.c.person_id).where(addresses.c.id == address_id).scalar_subquery()
    return _of(tx, addresses.c.person_id == owner)


def of_person(tx: Tx, person_id: int) -> list[Subscription]:
    return _of(tx, addresses.c.person_id == person_id)


def _of(tx: Tx, whose: Any) -> list[Subscription]:
    theirs = select(addresses.c.id).where(whose)
    newest = (subscriptions.c.created_at.desc(), subscriptions.c.id.desc())
    return tx.all(Subscription, subscriptions.c.address_id.in_(theirs), order=newest)


def at(tx: Tx, address_id: int) -> list[Subscription]:
    return tx.all(Subscription, subscriptions.c.address_id == address_id)


def drop(tx: Tx, address_id: int, endpoint: str) -> None:
    """The browser of this address asked not to be knocked for; another's stays."""
    mark = tx.cipher.index(endpoint)
    remove(tx, [one.id for one in at(tx, address_id) if one.endpoint_hash == mark])


def leave(tx: Tx, address_ids: Collection[int]) -> None:
    """These addresses are somebody else's, or nobody's: nobody is knocked for there."""
    gone = select(subscriptions.c.id).where(subscriptions.c.address_id.in_(sorted(address_ids)))
    remove(tx, [row.id for row in tx.rows(gone)])


def remove(tx: Tx, ids: Collection[int]) -> None:
    """With everything that waited for them."""
    if ids:
        tx.connection.execute(delete(knocks).where(knocks.c.subscription_id.in_(sorted(ids))))
        tx.connection.execute(delete(subscriptions).where(subscriptions.c.id.in_(sorted(ids))))


def behind(tx: Tx, address_id: int, upto: int) -> bool:
    """Whether a browser of this address is not known yet to have shown its messages up to this one."""
    return bool(tx.rows(_BEHIND, {"of_address": address_id, "upto": upto}))


def fetched(tx: Tx, address_id: int, upto: int) -> None:
    """The page has its messages up to this one."""
    late = (subscriptions.c.address_id == address_id, subscriptions.c.fetched < upto)
    tx.connection.execute(update(subscriptions).where(*late).values(fetched=upto))


def worked(tx: Tx, subscription_id: int, now: datetime) -> None:
    mine = subscriptions.c.id == subscription_id
    tx.connection.execute(update(subscriptions).where(mine).values(ok_at=now, failures=0))


def failed(tx: Tx, subscription_id: int) -> int:
    """How often in a row by now."""
    mine = subscriptions.c.id == subscription_id
    more = update(subscriptions).where(mine).values(failures=subscriptions.c.failures + 1)
    found = tx.connection.execute(more.returning(subscriptions.c.failures)).first()
    return int(found[0]) if found else 0


# -- knocks ----------------------------------------------------------------------------------------
def put(tx: Tx, one: Knock) -> bool:
    """Queues a knock; False when this message knocks there already."""
    row = tx.row(one)
    del row["id"]
    return tx.add_once(knocks, row, "subscription_id", "letter")


def _due(now: datetime) -> Any:
    return or_(
        and_(knocks.c.state == KnockState.QUEUED, knocks.c.due_at <= now),
        and_(knocks.c.state == KnockState.SENDING, knocks.c.lease_until < now),  # its sender died
    )


def anything(tx: Tx, now: datetime) -> bool:
    return tx.connection.execute(select(knocks.c.id).where(_due(now)).limit(1)).first() is not None


def lease(tx: Tx, now: datetime, limit: int) -> list[tuple[Knock, Subscription, int]]:
    """Takes what is due for a minute, danger first, each with its browser and its person's id.

    A sender that dies leaves its knocks to be tried once more; after that they are "unknown". What an open
    page has shown meanwhile, and what is too late, is over.
    """
    mine = (
        select(knocks.c.id)
        .where(_due(now))
        .order_by(knocks.c.urgent.desc(), knocks.c.due_at, knocks.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken: list[tuple[Knock, Subscription, int]] = []
    for one in tx.all(Knock, knocks.c.id.in_([row.id for row in tx.rows(mine)]), limit=limit):
        browser = tx.get(Subscription, one.subscription_id)
        owner = select(addresses.c.person_id).where(addresses.c.id == (browser.address_id if browser else 0))
        person = tx.connection.execute(owner).scalar()
        if browser is None or person is None or one.expires_at <= now:
            keep(tx, one.over(KnockState.DEAD, "too late"))
        elif browser.fetched >= one.letter:
            keep(tx, one.over(KnockState.SEEN, ""))
        elif one.state is KnockState.SENDING and one.attempts > 1:
            keep(tx, one.over(KnockState.UNKNOWN, "sender died"))
        else:
            mine_now = replace(
                one, state=KnockState.SENDING, lease_until=now + LEASE, attempts=one.attempts + 1
            )
            keep(tx, mine_now)
            taken.append((mine_now, browser, int(person)))
    return taken


def keep(tx: Tx, one: Knock) -> None:
    """How far it is: under way, ended, or never begun."""
    row = {name: getattr(one, name) for name in ("state", "attempts", "due_at", "lease_until", "answer")}
    tx.connection.execute(update(knocks).where(knocks.c.id == one.id).values(**row))


def hold(tx: Tx) -> None:
    """After a restore: what waited may have knocked since."""
    waited = knocks.c.state.in_((KnockState.QUEUED, KnockState.SENDING))
    tx.connection.execute(update(knocks).where(waited).values(state=KnockState.UNKNOWN, lease_until=None))


def purge(tx: Tx, now: datetime) -> int:
    """Deletes knocks whose time is over."""
    return tx.connection.execute(delete(knocks).where(knocks.c.due_at < now - KEPT)).rowcount
