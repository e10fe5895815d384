"""What is told of a proposal: the same facts for the phones, for a preview in chat and at the desk."""

from __future__ import annotations

from typing import Any

from bot.telling import sentence
from domain.proposals import Outcome, Proposal, least, told
from domain.tree import Community
from storage import proposals as rows
from storage.tx import Tx


def number(count: int | None, *, exact: bool) -> dict[str, Any]:
    """A count as everybody may read it."""
    if count is None:
        return {"$word": "votes_few"}
    return {"$text": "votes_exact" if exact else "votes_at_least", "number": count}


def basics(community: Community, about: Proposal) -> dict[str, Any]:
    """What it is and by which rule it is decided."""
    return {
        "unit": community.units[about.unit_id].name,
        "title": about.title,
        "text": about.text,
        "turnout": about.turnout,
        "seats": {"$word": "vote_of_household" if about.by_household else "vote_of_person"},
        "majority": {"$word": f"majority_{about.majority}"},
    }


def rule(community: Community, about: Proposal, locale: str) -> str:
    """By which rule it is decided, in a line."""
    facts = basics(community, about)
    return sentence(community, "proposals.rule", facts, locale)


def decision(tx: Tx, community: Community, about: Proposal, owner: str) -> dict[str, Any]:
    """The facts of 一公开, notify.proposal_<outcome>. Of a vote with too few nothing is counted out."""
    facts = basics(community, about) | {"eligible": about.eligible}
    if about.outcome is Outcome.TOO_FEW:
        return facts | {"least": least(about.eligible, about.turnout)}
    counts = told(rows.counts(tx, about.id))
    facts |= {
        name: number(getattr(counts, name), exact=counts.exact) for name in ("cast", "yes", "no", "abstain")
    }
    return facts | {"promised": about.promised_for, "owner": owner or facts["unit"]}


def result(community: Community, about: Proposal) -> dict[str, Any]:
    """The facts of 二公开, notify.proposal_done and proposal_not_done."""
    return basics(community, about) | {"result": about.result}


def announced(tx: Tx, community: Community, about: Proposal, owner: str, locale: str) -> str:
    """The decision as everybody reads it."""
    facts = decision(tx, community, about, owner)
    return sentence(community, f"notify.proposal_{about.outcome}", facts, locale)


def came_of_it(community: Community, about: Proposal, locale: str) -> str:
    """The result as everybody reads it."""
    key = "notify.proposal_done" if about.done else "notify.proposal_not_done"
    return sentence(community, key, result(community, about), locale)
