"""Every table. A column marked secret is encrypted with a key that is not in the database."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.schema import SchemaItem

from domain.case import CaseKind, Status
from domain.community import PlaceKind, UnitKind
from domain.learning import LessonState, Question
from domain.notices import NoticeState
from domain.people import RoleKind
from domain.recordings import RecordingState
from domain.supervision import SupervisionState
from domain.tasks import ClaimState, TaskState
from storage.types import Moment, Several, Word

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True, autoincrement=True)


def _version() -> Column[int]:
    return Column("version", Integer, nullable=False, default=0)


def _ref(name: str, target: str, *, null: bool = False, index: bool = True) -> Column[int]:
    return Column(name, Integer, ForeignKey(f"{target}.id"), nullable=null, index=index)


def _table(name: str, *items: SchemaItem) -> Table:
    return Table(name, metadata, *items, sqlite_autoincrement=True)


def _secret(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, default="", info={"secret": True})


meta = Table("meta", metadata, Column("key", String(64), primary_key=True), Column("value", JSON))

# -- the community ---------------------------------------------------------------------------------
units = _table(
    "units",
    _id(),
    Column("key", String(64), nullable=False, unique=True),
    Column("kind", Word(UnitKind), nullable=False),
    Column("name", String(120), nullable=False),
    _ref("parent_id", "units", null=True),
    Column("path", String(200), nullable=False, index=True),  # "/1/4/9/": itself and everything above it
    Column("phone", String(40), nullable=False, default=""),
    Column("address", String(200), nullable=False, default=""),
)
grids = _table(
    "grids",
    _id(),
    Column("key", String(64), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    _ref("branch_id", "units"),
)
places = _table(
    "places",
    _id(),
    Column("key", String(120), nullable=False, unique=True),
    Column("kind", Word(PlaceKind), nullable=False),
    Column("name", String(120), nullable=False),
    Column("short", String(60), nullable=False, default=""),  # "3" of 3号楼: what people say
    _ref("parent_id", "places", null=True),
    _ref("grid_id", "grids", null=True),
    Column("aliases", Several, nullable=False, default=()),
    Column("households", Integer, nullable=False, default=0),
    Column("x", Float, nullable=False, default=0.0),
    Column("y", Float, nullable=False, default=0.0),
    Index("ix_places_parent_short", "parent_id", "short"),
)
categories = _table(
    "categories",
    _id(),
    Column("key", String(40), nullable=False, unique=True),
    Column("names", JSON, nullable=False),
    Column("first", Several, nullable=False, default=()),
    Column("next", Several, nullable=False, default=()),
    Column("sign", String(16), nullable=False),
    Column("answer", String(16), nullable=False),
    Column("emergency", Boolean, nullable=False, default=False),
    Column("private", Boolean, nullable=False, default=False),
    Column("lapse_days", Integer, nullable=False, default=3),
    Column("merge_hours", Integer, nullable=False, default=24),
    Column("merge_at", String(16), nullable=False, default="building", server_default="building"),
    Column("merge_sorts", Several, nullable=False, default=(), server_default="[]"),
)
policies = _table(
    "policies",
    _id(),
    Column("key", String(64), nullable=False, unique=True),
    Column("title", String(200), nullable=False),
    Column("words", Several, nullable=False, default=()),
    Column("bring", Text, nullable=False, default=""),
    Column("where", Text, nullable=False, default=""),
    Column("hours", Text, nullable=False, default=""),
    _ref("unit_id", "units", null=True),
)

# -- people ----------------------------------------------------------------------------------------
people = _table(
    "people",
    _id(),
    Column("key", String(64), unique=True),
    _secret("name"),
    _secret("phone"),
    Column("phone_index", String(64), index=True),  # keyed hash: finds a number without storing it
    _ref("home_place_id", "places", null=True),
    _secret("room"),
    Column("locale", String(12), nullable=False, default="zh_Hans"),
    Column("consent_at", Moment),
    Column("consent_version", String(16), nullable=False, default=""),
    Column("large_type", Boolean, nullable=False, default=False),
    Column("muted", Several, nullable=False, default=()),
    Column("created_at", Moment, nullable=False),
    _version(),
)
roles = _table(
    "roles",
    _id(),
    _ref("person_id", "people"),
    Column("kind", Word(RoleKind), nullable=False),
    _ref("unit_id", "units"),
    Column("since", Moment, nullable=False),
    Column("until", Moment),
    UniqueConstraint("person_id", "kind", "unit_id"),
)
memberships = _table(
    "memberships",
    _id(),
    Column("person_id", Integer, ForeignKey("people.id"), nullable=False, unique=True),
    _ref("unit_id", "units"),
    Column("work_unit", String(120), nullable=False, default=""),
    Column("skills", Several, nullable=False, default=()),
    Column("full_time", Boolean, nullable=False, default=False),
    Column("duty", String(120), nullable=False, default=""),
    Column("state", String(16), nullable=False, default="pending"),
    Column("asked_at", Moment, nullable=False),
    Column("decided_at", Moment),
    Column("decided_by", Integer, ForeignKey("people.id")),
    _version(),
)
addresses = _table(
    "addresses",
    _id(),
    Column("channel", String(16), nullable=False),
    Column("address", String(128), nullable=False),
    _ref("person_id", "people"),
    Column("active", Boolean, nullable=False, default=True),
    Column("state", JSON, nullable=False, default=dict),  # the dialogue
    Column("seen_at", Moment, nullable=False),
    _version(),
    UniqueConstraint("channel", "address"),
)
seen = Table(
    "seen",
    metadata,
    Column("address_id", Integer, ForeignKey("addresses.id"), primary_key=True),
    Column("message_id", String(128), primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("reply", JSON),
)
invites = _table(
    "invites",
    _id(),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("person_id", Integer, ForeignKey("people.id"), nullable=False),
    Column("issued_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
)
files = _table(
    "files",
    _id(),
    Column("sha256", String(64), nullable=False),
    Column("mime", String(60), nullable=False),
    Column("size", Integer, nullable=False),
    _ref("person_id", "people"),
    _ref("case_id", "cases", null=True),
    Column("at", Moment, nullable=False),
)
recordings = _table(
    "recordings",
    _id(),
    Column("address_id", Integer, ForeignKey("addresses.id"), nullable=False),
    Column("message_id", String(128), nullable=False),
    Column("file_id", Integer, ForeignKey("files.id"), nullable=False),
    Column("state", Word(RecordingState), nullable=False),
    Column("words", Text, nullable=False, default=""),
    Column("attempts", Integer, nullable=False, default=0),
    Column("at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("lease_until", Moment),
    UniqueConstraint("address_id", "message_id"),
    Index(
        "ix_recordings_todo",
        "id",
        sqlite_where=text("state != 'done'"),
        postgresql_where=text("state != 'done'"),
    ),
)

# -- cases and tasks -------------------------------------------------------------------------------
counters = Table(
    "counters",
    metadata,
    Column("unit_id", Integer, ForeignKey("units.id"), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
)
cases = _table(
    "cases",
    _id(),
    Column("kind", Word(CaseKind), nullable=False),
    Column("number", Integer, nullable=False),
    Column("year", Integer, nullable=False),
    _ref("community_id", "units", index=False),
    _ref("unit_id", "units", index=False),
    Column("category", String(40), nullable=False),
    Column("text", Text, nullable=False),
    _ref("place_id", "places", null=True),
    Column("place_text", String(200), nullable=False, default=""),
    _secret("room"),
    Column("status", Word(Status), nullable=False),
    _ref("reporter_id", "people"),
    _ref("beneficiary_id", "people"),
    _ref("owner_id", "people", null=True),
    Column("responsible", String(120), nullable=False, default=""),
    Column("passed_on_at", Moment),
    Column("external_number", String(60), nullable=False, default="", server_default=""),
    Column("sign_by", Moment, nullable=False),
    Column("signed_at", Moment),
    Column("answer_by", Moment, nullable=False),
    Column("level_since", Moment),
    Column("paused_at", Moment),
    Column("paused_until", Moment),
    Column("alarmed_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("answered_at", Moment),
    Column("delivered_at", Moment),
    Column("closed_how", String(16), nullable=False, default="", server_default=""),
    Column("closed_at", Moment),
    Column("answer", Text, nullable=False, default=""),
    Column("private", Boolean, nullable=False, default=False),
    Column("urgent", Boolean, nullable=False, default=False),
    Column("reopened", Integer, nullable=False, default=0),
    Column("anonymity", String(8), nullable=False, default="", server_default=""),
    _ref("subject_unit_id", "units", null=True, index=False),
    Column("shared", Text, nullable=False, default="", server_default=""),
    Column("taken_over", Boolean, nullable=False, default=False, server_default=false()),
    _version(),
    UniqueConstraint("community_id", "year", "number"),
    Index("ix_cases_queue", "unit_id", "status", "answer_by"),
    Index("ix_cases_due", "status", "answer_by"),
    Index("ix_cases_delivered", "status", "delivered_at"),
)
supervisions = _table(
    "supervisions",
    _id(),
    _ref("case_id", "cases"),
    _ref("unit_id", "units"),
    Column("by_id", Integer, ForeignKey("people.id"), nullable=False),
    Column("span", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("since", Moment, nullable=False),
    Column("answer_by", Moment, nullable=False),
    Column("state", Word(SupervisionState), nullable=False),
    Column("late_at", Moment),
    Column("answer", Text, nullable=False, default=""),
    Column("answered_by", Integer, ForeignKey("people.id")),
    Column("answered_at", Moment),
    Column("lifted_by", Integer, ForeignKey("people.id")),
    Column("lifted_at", Moment),
    _version(),
    Index("ix_supervisions_due", "state", "answer_by"),
    Index(
        "uq_supervisions_standing",
        "case_id",
        unique=True,
        sqlite_where=text("state != 'lifted'"),
        postgresql_where=text("state != 'lifted'"),
    ),
)
clusters = _table(
    "clusters",
    _id(),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False, unique=True),
    _ref("lead_id", "cases", null=True),
    Column("size", Integer, nullable=False, default=1),
    Column("alerted", Integer, nullable=False, default=1),
    Column("alerted_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    _version(),
)
joiners = _table(
    "joiners",
    _id(),
    _ref("case_id", "cases", index=False),
    _ref("person_id", "people"),
    Column("household", String(64), nullable=False),
    _ref("from_case_id", "cases", null=True),
    Column("joined_at", Moment, nullable=False),
    Column("left_at", Moment),
    Column("solved_at", Moment),
    _version(),
    UniqueConstraint("case_id", "person_id"),
)
notes = _table(
    "notes",
    _id(),
    _ref("case_id", "cases"),
    Column("person_id", Integer, ForeignKey("people.id"), nullable=False),
    Column("text", Text, nullable=False),
    Column("kind", String(16), nullable=False, default="", server_default=""),  # question, reason, progress
    Column("at", Moment, nullable=False),
)
tasks = _table(
    "tasks",
    _id(),
    Column("case_id", Integer, ForeignKey("cases.id"), unique=True),
    _ref("visits_case_id", "cases", null=True),
    _ref("unit_id", "units", index=False),
    Column("number", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("places", Integer, nullable=False, default=1),
    Column("taken", Integer, nullable=False, default=0),
    Column("starts_at", Moment),
    Column("skills", Several, nullable=False, default=()),
    Column("listed", Boolean, nullable=False, default=True),
    Column("urgent", Boolean, nullable=False, default=False),
    Column("state", Word(TaskState), nullable=False),
    Column("created_at", Moment, nullable=False),
    _version(),
    Index("ix_tasks_list", "unit_id", "state", "created_at"),
)
claims = _table(
    "claims",
    _id(),
    _ref("task_id", "tasks", index=False),
    _ref("person_id", "people", index=False),
    Column("state", Word(ClaimState), nullable=False),
    Column("claimed_at", Moment, nullable=False),
    Column("lapses_at", Moment),
    Column("ended_at", Moment),
    Column("note", Text, nullable=False, default=""),
    _version(),
    Index("ix_claims_task", "task_id", "state"),
    Index("ix_claims_person", "person_id", "state"),
    Index("ix_claims_lapse", "state", "lapses_at"),
    Index(
        "uq_claims_active",
        "task_id",
        "person_id",
        unique=True,
        sqlite_where=text("state IN ('held', 'waiting')"),
        postgresql_where=text("state IN ('held', 'waiting')"),
    ),
)
offers = _table(
    "offers",
    _id(),
    _ref("task_id", "tasks"),
    Column("from_person_id", Integer, ForeignKey("people.id"), nullable=False),
    _ref("to_person_id", "people", null=True),
    _ref("to_unit_id", "units", null=True),
    Column("note", Text, nullable=False, default=""),
    Column("state", String(16), nullable=False, default="open"),
    Column("created_at", Moment, nullable=False),
    _version(),
)
ratings = _table(
    "ratings",
    _id(),
    _ref("task_id", "tasks", index=False),
    _ref("person_id", "people"),
    _ref("handler_id", "people", null=True),
    _ref("unit_id", "units"),
    Column("stars", Integer, nullable=False),
    Column("words", Text, nullable=False, default=""),
    Column("created_at", Moment, nullable=False),
    _version(),
    UniqueConstraint("task_id", "person_id"),
)

# -- notices, themes, activities, calls ------------------------------------------------------------
notices = _table(
    "notices",
    _id(),
    _ref("unit_id", "units"),
    _ref("author_id", "people"),
    Column("text", Text, nullable=False),
    Column("audience", String(60), nullable=False),
    Column("receipt", Boolean, nullable=False, default=True),
    Column("safety", Boolean, nullable=False, default=False),
    Column("state", Word(NoticeState), nullable=False),
    Column("recipients", Integer, nullable=False, default=0),
    Column("created_at", Moment, nullable=False),
    Column("goes_at", Moment),
    Column("approved_by", Integer, ForeignKey("people.id")),
    _version(),
)
themes = _table(
    "themes",
    _id(),
    _ref("unit_id", "units", index=False),
    Column("month", String(7), nullable=False),
    Column("title", String(200), nullable=False),
    Column("author_id", Integer, ForeignKey("people.id"), nullable=False),
    Column("created_at", Moment, nullable=False),
    _version(),
    UniqueConstraint("unit_id", "month"),
)
activities = _table(
    "activities",
    _id(),
    _ref("unit_id", "units", index=False),
    _ref("theme_id", "themes", null=True),
    Column("title", String(200), nullable=False),
    Column("where", String(200), nullable=False, default=""),
    Column("starts_at", Moment, nullable=False),
    Column("places", Integer, nullable=False, default=0),
    Column("taken", Integer, nullable=False, default=0),
    Column("state", String(16), nullable=False, default="open"),
    Column("created_at", Moment, nullable=False),
    _version(),
    Index("ix_activities_calendar", "unit_id", "starts_at"),
)
signups = _table(
    "signups",
    _id(),
    _ref("activity_id", "activities", index=False),
    _ref("person_id", "people"),
    Column("state", String(16), nullable=False, default="joined"),
    Column("created_at", Moment, nullable=False),
    _version(),
    UniqueConstraint("activity_id", "person_id"),
)
calls = _table(
    "calls",
    _id(),
    _ref("caller_id", "people"),
    _ref("callee_id", "people", null=True),
    Column("tried", Several, nullable=False, default=()),
    _ref("unit_id", "units"),
    Column("state", String(16), nullable=False, default="ringing"),
    Column("ring_until", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    _version(),
)

# -- what happened, and who is told ----------------------------------------------------------------
events = _table(
    "events",
    _id(),
    Column("kind", String(40), nullable=False),
    Column("at", Moment, nullable=False),
    Column("subject", String(20), nullable=False),
    Column("subject_id", Integer, nullable=False),
    Column("actor_id", Integer, ForeignKey("people.id")),
    Column("unit_id", Integer, ForeignKey("units.id")),
    Column("data", JSON, nullable=False, default=dict),
    Column("handled_at", Moment),
    Index("ix_events_subject", "subject", "subject_id"),
    Index("ix_events_at", "at"),
    Index(
        "ix_events_todo",
        "id",
        sqlite_where=text("handled_at IS NULL"),
        postgresql_where=text("handled_at IS NULL"),
    ),
)
seals = Table(
    "seals",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("event_id", Integer, nullable=False, unique=True),  # no foreign key: a seal outlives what it shows
    Column("digest", String(64), nullable=False),
)
reminders = _table(
    "reminders",
    _id(),
    Column("key", String(120), nullable=False, unique=True),
    Column("kind", String(40), nullable=False),
    Column("subject_id", Integer, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("done_at", Moment),
    Index(
        "ix_reminders_due",
        "due_at",
        sqlite_where=text("done_at IS NULL"),
        postgresql_where=text("done_at IS NULL"),
    ),
)
deliveries = _table(
    "deliveries",
    _id(),
    Column("key", String(160), nullable=False, unique=True),
    Column("kind", String(60), nullable=False),
    Column("lane", String(12), nullable=False, default="personal"),
    _ref("event_id", "events", null=True),
    _ref("notice_id", "notices", null=True, index=False),
    _ref("person_id", "people", null=True),
    _ref("address_id", "addresses", null=True),
    Column("payload", JSON, nullable=False, default=dict),
    Column("state", String(12), nullable=False, default="queued"),
    Column("reason", String(200), nullable=False, default=""),
    Column("attempts", Integer, nullable=False, default=0),
    Column("due_at", Moment, nullable=False),
    Column("lease_until", Moment),
    Column("sent_at", Moment),
    Column("read_at", Moment),
    Column("ref", String(64), nullable=False, default=""),
    Index("ix_deliveries_due", "state", "lane", "due_at"),
    Index("ix_deliveries_notice", "notice_id", "state"),
)
lessons = _table(
    "lessons",
    _id(),
    Column("key", String(64), nullable=False, unique=True),
    Column("question", Word(Question), nullable=False),
    _secret("text"),
    Column("label", String(40), nullable=False),
    Column("guess", String(40), nullable=False, default=""),
    Column("source", String(12), nullable=False),
    Column("state", Word(LessonState), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("decided_at", Moment),
    _version(),
)
mailbox = _table(
    "mailbox",
    _id(),
    Column("address_id", Integer, ForeignKey("addresses.id"), nullable=False),
    Column("mine", Boolean, nullable=False),  # written by the person
    Column("client_id", String(128), nullable=False, default=""),
    Column("body", JSON, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_mailbox_stream", "address_id", "id"),
)
quarantine = _table(
    "quarantine",
    _id(),
    Column("channel", String(16), nullable=False),
    Column("address", String(128), nullable=False),
    Column("message_id", String(128), nullable=False),
    Column("crashes", Integer, nullable=False, default=0),
    Column("words", Text, nullable=False, default=""),
    Column("reason", String(200), nullable=False, default=""),
    Column("at", Moment, nullable=False),
    UniqueConstraint("channel", "address", "message_id"),
)
