"""Other systems' keys and what they filed; cases as others may see them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select, true, tuple_, update

from domain.case import Case, Status
from domain.systems import ApiKey, Asked, Filing
from storage.board import is_public
from storage.tables import api_keys, cases, filings, units
from storage.tx import Tx


def key_of(tx: Tx, token: str) -> ApiKey | None:
    """The key with this token, while it stands."""
    return tx.first(ApiKey, api_keys.c.token_hash == hashed(tx, token), api_keys.c.revoked_at.is_(None))


def hashed(tx: Tx, token: str) -> str:
    return tx.cipher.index(f"api:{token}")


def keys(tx: Tx) -> list[ApiKey]:
    return tx.all(ApiKey, limit=1000)


def revoke(tx: Tx, key_id: int, now: datetime) -> bool:
    """Takes the right away; False when there was none."""
    standing = (api_keys.c.id == key_id, api_keys.c.revoked_at.is_(None))
    return bool(tx.connection.execute(update(api_keys).where(*standing).values(revoked_at=now)).rowcount)


def lock_key(tx: Tx, key_id: int) -> None:
    """One filing of a system at a time: two of the same are then one."""
    tx.first(ApiKey, api_keys.c.id == key_id, lock=True)


def filing(tx: Tx, key_id: int, token: str) -> Filing | None:
    return tx.first(Filing, filings.c.api_key_id == key_id, filings.c.token == token)


def filed_by(tx: Tx, key_id: int, case_id: int) -> bool:
    """Whether a case came from this system."""
    return tx.first(Filing, filings.c.api_key_id == key_id, filings.c.case_id == case_id) is not None


def filed_among(tx: Tx, key_id: int, case_ids: Collection[int]) -> set[int]:
    """Those of these cases that came from this system."""
    own = select(filings.c.case_id).where(
        filings.c.api_key_id == key_id, filings.c.case_id.in_(sorted(case_ids))
    )
    return {row[0] for row in tx.rows(own)}


def by_numbers(tx: Tx, wanted: Collection[tuple[str, int, int]]) -> dict[tuple[str, int, int], Case]:
    """Cases by the key of the community that numbered them, the year and the number."""
    if not wanted:
        return {}
    keys = {
        row.id: row.key
        for row in tx.rows(
            select(units.c.id, units.c.key).where(units.c.key.in_(sorted({key for key, _, _ in wanted})))
        )
    }
    ids = {key: one for one, key in keys.items()}
    numbers = [(ids[key], year, number) for key, year, number in sorted(wanted) if key in ids]
    numbered = tuple_(cases.c.community_id, cases.c.year, cases.c.number)
    found = tx.all(Case, numbered.in_(numbers)) if numbers else []
    return {(keys[case.community_id], case.year, case.number): case for case in found}


def with_external(tx: Tx, number: str, limit: int = 20) -> list[Case]:
    """Cases that another system knows under this number, newest first."""
    found = func.lower(cases.c.external_number) == number.lower()
    return tx.all(Case, cases.c.external_number != "", found, order=cases.c.id.desc(), limit=limit)


def asked_for(
    tx: Tx,
    asked: Asked,
    hidden: Collection[str],
    key: tuple[int, Collection[int]] | None,
    classes: Collection[tuple[str, int]] | None,
) -> list[Case]:
    """Public cases as they were asked for, newest first.

    `key` is a system with the units it may see: it sees its own cases, too. `classes` are the categories
    and communities of which anybody may see single cases; None: all.
    """
    seen: Any = and_(*is_public(hidden))
    if key is not None:
        own = cases.c.id.in_(select(filings.c.case_id).where(filings.c.api_key_id == key[0]))
        units = sorted(key[1])
        seen = or_(own, and_(seen, or_(cases.c.unit_id.in_(units), cases.c.community_id.in_(units))))
    where: list[Any] = [
        seen,
        cases.c.created_at >= asked.start,
        cases.c.created_at < asked.end,
        cases.c.community_id.in_(asked.unit_ids),
        cases.c.category.in_(asked.codes) if asked.codes else true(),
    ]
    if classes is not None:
        where.append(tuple_(cases.c.category, cases.c.community_id).in_(sorted(classes)))
    if asked.statuses == {"closed"}:
        where.append(cases.c.status.not_in((Status.OPEN, Status.CLAIMED, Status.ANSWERED)))
    elif asked.statuses == {"open"}:
        where.append(cases.c.status.in_((Status.OPEN, Status.CLAIMED, Status.ANSWERED)))
    return tx.all(Case, *where, order=cases.c.id.desc(), limit=asked.limit, offset=asked.offset)


def large_classes(tx: Tx, hidden: Collection[str], since: datetime, fewest: int) -> set[tuple[str, int]]:
    """Categories and communities in which so many different people have public cases since a moment."""
    statement = (
        select(cases.c.category, cases.c.community_id)
        .where(cases.c.created_at >= since, *is_public(hidden))
        .group_by(cases.c.category, cases.c.community_id)
        .having(func.count(cases.c.reporter_id.distinct()) >= fewest)
    )
    return {(row[0], row[1]) for row in tx.rows(statement)}
