"""What a unit decides together: its wordings, what people said of it, the roll and the sums of the vote."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, false

from domain.proposals import Ballot, Majority, Outcome, Stage
from storage.tables.columns import identity, metadata, ref, table, version
from storage.types import Moment, Word

proposals = table(
    "proposals",
    identity(),
    ref("unit_id", "units"),
    Column("title", String(120), nullable=False),
    Column("text", Text, nullable=False),
    Column("by_household", Boolean, nullable=False, default=False),
    Column("turnout", Integer, nullable=False),
    Column("majority", Word(Majority), nullable=False),
    Column("stage", Word(Stage), nullable=False),
    Column("opened_by", Integer, ForeignKey("people.id"), nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("talks_until", Moment, nullable=False),
    Column("closes_at", Moment),
    Column("eligible", Integer, nullable=False, default=0),
    Column("outcome", Word(Outcome), nullable=False, default=Outcome.NONE),
    Column("decided_at", Moment),
    Column("owner_id", Integer, ForeignKey("people.id")),
    Column("promised_for", Moment),
    Column("published_at", Moment),
    Column("done", Boolean),
    Column("result", Text, nullable=False, default=""),
    Column("ended_at", Moment),
    version(),
)
proposal_wordings = table(
    "proposal_wordings",
    identity(),
    ref("proposal_id", "proposals"),
    Column("title", String(120), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Moment, nullable=False),
)
opinions = table(
    "opinions",
    identity(),
    ref("proposal_id", "proposals"),
    ref("person_id", "people"),
    Column("text", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("shown", Text, nullable=False, default=""),
    version(),
)
proposal_voters = Table(
    "proposal_voters",
    metadata,
    Column("proposal_id", Integer, ForeignKey("proposals.id"), primary_key=True),
    Column("person_id", Integer, ForeignKey("people.id"), primary_key=True),
    Column("seat", Integer, ForeignKey("people.id"), nullable=False),  # whose row stands for their door
    Column("voted", Boolean, nullable=False, default=False, server_default=false()),
    Index("ix_proposal_voters_person", "person_id", "proposal_id"),
)
proposal_tallies = Table(
    "proposal_tallies",
    metadata,
    Column("proposal_id", Integer, ForeignKey("proposals.id"), primary_key=True),
    Column("ballot", Word(Ballot), primary_key=True),
    Column("count", Integer, nullable=False, default=0),
)
