"""Every table, one file a noun. What is marked secret is encrypted with a key kept elsewhere."""

from __future__ import annotations

from storage.tables.appraisals import appraisal_tallies, appraisal_voters, appraisals
from storage.tables.cases import cases, clusters, counters, joiners, notes, supervisions
from storage.tables.columns import metadata
from storage.tables.community import categories, grids, meta, places, policies, units
from storage.tables.desk import desk_passes, desk_sessions
from storage.tables.desk_edits import edits, rosters
from storage.tables.erasures import erasures
from storage.tables.events import deliveries, events, reminders, seals
from storage.tables.messages import files, lessons, mailbox, quarantine, recordings, seen
from storage.tables.notices import activities, calls, door_visits, notices, signups, themes
from storage.tables.people import addresses, invites, memberships, people, roles
from storage.tables.proposals import (
    opinions,
    proposal_tallies,
    proposal_voters,
    proposal_wordings,
    proposals,
)
from storage.tables.pushes import knocks, subscriptions
from storage.tables.ratings import rating_batches, ratings, return_visits
from storage.tables.running import heartbeats, paces
from storage.tables.systems import api_keys, filings, webhook_sends, webhooks
from storage.tables.tasks import claims, offers, tasks

__all__ = [
    "activities",
    "addresses",
    "api_keys",
    "appraisal_tallies",
    "appraisal_voters",
    "appraisals",
    "calls",
    "cases",
    "categories",
    "claims",
    "clusters",
    "counters",
    "deliveries",
    "desk_passes",
    "desk_sessions",
    "door_visits",
    "edits",
    "erasures",
    "events",
    "files",
    "filings",
    "grids",
    "heartbeats",
    "invites",
    "joiners",
    "knocks",
    "lessons",
    "mailbox",
    "memberships",
    "meta",
    "metadata",
    "notes",
    "notices",
    "offers",
    "opinions",
    "paces",
    "people",
    "places",
    "policies",
    "proposal_tallies",
    "proposal_voters",
    "proposal_wordings",
    "proposals",
    "quarantine",
    "rating_batches",
    "ratings",
    "recordings",
    "reminders",
    "return_visits",
    "roles",
    "rosters",
    "seals",
    "seen",
    "signups",
    "subscriptions",
    "supervisions",
    "tasks",
    "themes",
    "units",
    "webhook_sends",
    "webhooks",
]
