"""督办 as rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select

from domain.case import Case
from domain.supervision import Supervision, SupervisionState
from storage.tables import cases, supervisions
from storage.tx import Tx


def of_case(tx: Tx, case_id: int) -> Supervision | None:
    """The one that is not lifted; there is at most one."""
    return tx.first(
        Supervision, supervisions.c.case_id == case_id, supervisions.c.state != SupervisionState.LIFTED
    )


def locked(tx: Tx, supervision_id: int) -> Supervision | None:
    return tx.first(Supervision, supervisions.c.id == supervision_id, lock=True)


def standing(
    tx: Tx, unit_ids: Sequence[int], limit: int = 50, *, lifted: bool = False
) -> list[tuple[Supervision, Case]]:
    """Those of cases in these queues, or asked by these units, what is due first; `lifted` ones too."""
    own = tx.columns(Supervision)
    where: list[Any] = [or_(cases.c.unit_id.in_(unit_ids), supervisions.c.unit_id.in_(unit_ids))]
    if not lifted:
        where.append(supervisions.c.state != SupervisionState.LIFTED)
    rows = tx.rows(
        select(*own, *tx.columns(Case))
        .join(cases, cases.c.id == supervisions.c.case_id)
        .where(*where)
        .order_by(supervisions.c.state.desc(), supervisions.c.answer_by, supervisions.c.id)
        .limit(limit)
    )
    return [(tx.value(Supervision, row[: len(own)]), tx.value(Case, row[len(own) :])) for row in rows]
