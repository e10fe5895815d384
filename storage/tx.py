"""One transaction: adds, reads and saves the domain's values as rows."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    Select,
    Table,
    Update,
    bindparam,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from domain.appraisals import Appraisal
from domain.case import Case
from domain.clusters import Cluster, Joiner
from domain.errors import Conflict
from domain.events import Delivery, Event, Reminder
from domain.learning import Lesson
from domain.notices import Activity, Call, DoorVisit, Notice, SignUp, Theme
from domain.people import Membership, Person, Role
from domain.proposals import Opinion, Proposal, Wording
from domain.pushes import Knock, Subscription
from domain.ratings import Batch, Rating, ReturnVisit
from domain.recordings import Recording
from domain.rosters import Roster
from domain.settings import Edit
from domain.signing_in import DeskPass, DeskSession
from domain.supervision import Supervision
from domain.systems import ApiKey, Filing, Webhook, WebhookSend
from domain.tasks import Claim, Offer, Task
from storage import tables
from storage.secret import Cipher

V = TypeVar("V", bound=Hashable)

TABLE_OF: dict[type[Any], Table] = {
    Person: tables.people,
    Role: tables.roles,
    Membership: tables.memberships,
    Case: tables.cases,
    Cluster: tables.clusters,
    Joiner: tables.joiners,
    Task: tables.tasks,
    Claim: tables.claims,
    Offer: tables.offers,
    Rating: tables.ratings,
    ReturnVisit: tables.return_visits,
    Batch: tables.rating_batches,
    Supervision: tables.supervisions,
    Appraisal: tables.appraisals,
    Proposal: tables.proposals,
    Wording: tables.proposal_wordings,
    Opinion: tables.opinions,
    Notice: tables.notices,
    DoorVisit: tables.door_visits,
    Theme: tables.themes,
    Activity: tables.activities,
    SignUp: tables.signups,
    Call: tables.calls,
    Event: tables.events,
    Lesson: tables.lessons,
    Reminder: tables.reminders,
    Delivery: tables.deliveries,
    Recording: tables.recordings,
    ApiKey: tables.api_keys,
    Filing: tables.filings,
    Webhook: tables.webhooks,
    Subscription: tables.subscriptions,
    Knock: tables.knocks,
    WebhookSend: tables.webhook_sends,
    DeskPass: tables.desk_passes,
    DeskSession: tables.desk_sessions,
    Roster: tables.rosters,
    Edit: tables.edits,
}
_FIELDS = {kind: tuple(field.name for field in fields(kind)) for kind in TABLE_OF}
_SECRETS = {
    kind: frozenset(column.name for column in table.columns if column.info.get("secret"))
    for kind, table in TABLE_OF.items()
}


# Statements are built once: building one costs more than running it.
@cache
def _all_of(kind: type[Any]) -> Select[Any]:
    return select(*Tx.columns(kind))


@cache
def _insert(kind: type[Any]) -> Insert:
    return insert(TABLE_OF[kind])


@cache
def _update(kind: type[Any]) -> Update:
    table = TABLE_OF[kind]
    cells: dict[str, Any] = {name: bindparam(f"new_{name}") for name in _FIELDS[kind] if name != "id"}
    if kind is Person:
        cells["phone_index"] = bindparam("new_phone_index")
    of_version = table.c.version == bindparam("of_version")
    return update(table).where(table.c.id == bindparam("of_id"), of_version).values(cells)


@cache
def _by_id(kind: type[Any]) -> Select[Any]:
    table = TABLE_OF[kind]
    return select(*Tx.columns(kind)).where(table.c.id == bindparam("of_id"))


class Tx:
    """One open transaction. Values go in and come out; versions are checked when they are saved."""

    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self.connection = connection
        self.cipher = cipher
        self.stirred = False  # something happened that others may have to hear

    def add(self, value: V) -> V:
        """Inserts a new value and returns it with its id."""
        kind = type(value)
        self.stirred = self.stirred or kind is Event
        row = self.row(value)
        del row["id"]
        result = self.connection.execute(_insert(kind), row)
        (key,) = result.inserted_primary_key or (0,)
        return replace(value, id=key)  # type: ignore[type-var]

    def add_once(self, table: Table, row: dict[str, Any], *unique: str) -> bool:
        """Inserts a row unless one with the same unique columns stands there, or is being put there now."""
        dialect = sqlite if self.connection.dialect.name == "sqlite" else postgresql
        statement = dialect.insert(table).values(row).on_conflict_do_nothing(index_elements=unique)
        added = self.connection.execute(statement.returning(table.c[unique[0]]))
        return added.first() is not None

    def save(self, value: V, *happened: Event) -> V:
        """Writes a changed value and what happened. Raises Conflict when somebody changed it meanwhile."""
        kind = type(value)
        row = self.row(value)
        key, version = row["id"], row["version"]
        new = {f"new_{name}": cell for name, cell in row.items() if name not in ("id", "version")}
        changed = self.connection.execute(
            _update(kind), new | {"new_version": version + 1, "of_id": key, "of_version": version}
        )
        if changed.rowcount != 1:
            raise Conflict(kind.__name__, key)
        for event in happened:
            self.add(event)
        return replace(value, version=version + 1)  # type: ignore[type-var]

    def get(self, kind: type[V], key: int | None) -> V | None:
        """One value by its id."""
        if key is None:
            return None
        found = self.connection.execute(_by_id(kind), {"of_id": key}).first()
        return None if found is None else self.value(kind, found)

    def first(self, kind: type[V], *where: ColumnElement[bool], lock: bool = False) -> V | None:
        statement = _all_of(kind).where(*where).limit(1)
        if lock:
            statement = statement.with_for_update()
        found = self.connection.execute(statement).first()
        return None if found is None else self.value(kind, found)

    def all(
        self, kind: type[V], *where: ColumnElement[bool], order: Any = None, limit: int = 200, offset: int = 0
    ) -> list[V]:
        table = TABLE_OF[kind]
        ordered = order if isinstance(order, tuple) else (table.c.id if order is None else order,)
        statement = _all_of(kind).where(*where).order_by(*ordered).limit(limit).offset(offset)
        return self.values(kind, statement)

    def values(self, kind: type[V], statement: Select[Any], given: dict[str, Any] | None = None) -> list[V]:
        """The values of a select over exactly the kind's own columns (see `columns`)."""
        return [self.value(kind, row) for row in self.connection.execute(statement, given or {})]

    @staticmethod
    def columns(kind: type[Any]) -> list[Any]:
        """The columns of a kind, in the order of its fields."""
        table = TABLE_OF[kind]
        return [table.c[name] for name in _FIELDS[kind]]

    def rows(self, statement: Any, given: dict[str, Any] | None = None) -> Sequence[Any]:
        return self.connection.execute(statement, given or {}).all()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What happens inside is undone when it raises; the transaction around it lives on."""
        with self.connection.begin_nested():
            yield

    def row(self, value: Any) -> dict[str, Any]:
        """A value as a row, secrets encrypted."""
        kind = type(value)
        row = {name: getattr(value, name) for name in _FIELDS[kind]}
        for name in _SECRETS[kind]:
            row[name] = self.cipher.write(row[name])
        if kind is Person:
            row["phone_index"] = self.cipher.index(value.phone) if value.phone else None
        return row

    def value(self, kind: type[V], row: Any) -> V:
        """One value from a row of its columns (see `columns`)."""
        found = dict(zip(_FIELDS[kind], row, strict=True))
        for name in _SECRETS[kind]:
            found[name] = self.cipher.read(found[name])
        return kind(**found)
