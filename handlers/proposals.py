"""议事: what is proposed where somebody lives, their word on it, and their vote."""

from __future__ import annotations

from typing import Any

from actions import deciding, proposals
from bot.deciding import announced, basics, came_of_it
from bot.messages import Button, Reply
from bot.talk import Choice, Heard, Slot, Talk, intent, whole
from bot.telling import sentence
from domain.people import RUNS_A_QUEUE, Person
from domain.proposals import Ballot, Outcome, Proposal, Stage
from handlers.slots import text_slot
from storage import proposals as rows

_TEXTS = "proposals"
OPINION = text_slot("opinion", longest=proposals.OPINION)
LISTED = 6

DESK: dict[Stage, tuple[str, ...]] = {
    Stage.DELIBERATING: ("read_opinions", "amend_proposal", "start_vote", "withdraw_proposal"),
    Stage.COUNTED: ("publish_proposal",),
    Stage.PUBLISHED: ("finish_proposal",),
}
"""What the desk can do next."""


@intent(texts=_TEXTS, menu=True, roles=())
def list_proposals(talk: Talk) -> Reply:
    """The newest of where they live and of what they run."""
    found = proposals.known(talk.tx, talk.actor, LISTED)
    mine = proposals.own_units(talk.actor)
    extra = [talk.button("open_proposal", "open_proposal")] if mine else []
    if not found:
        return talk.say("none", buttons=extra)
    lines = [
        talk.text("line", number=place, title=one.title, unit=_unit(talk, one), stage=one.stage)
        for place, one in enumerate(found, 1)
    ]
    buttons = [talk.button(one.title[:10], "show_proposal", proposal=one.id) for one in found]
    return talk.say("listed", lines="\n".join(lines), buttons=[*buttons, *extra])


def _unit(talk: Talk, one: Proposal) -> str:
    return talk.community.units[one.unit_id].name


@intent(texts=_TEXTS)
def show_proposal(talk: Talk) -> Reply:
    """Everything about one, and what can be done with it."""
    about = proposals.seen_by(talk.tx, talk.actor, talk.told_id("proposal"))
    parts = [_head(talk, about), *_before(talk, about), *_said(talk, about), *_where(talk, about)]
    return Reply(text="\n".join(parts), buttons=tuple((one,) for one in _can_do(talk, about)))


def _head(talk: Talk, about: Proposal) -> str:
    facts = basics(talk.community, about)
    return sentence(talk.community, "proposals.head", facts | {"stage": about.stage}, talk.locale)


def _before(talk: Talk, about: Proposal) -> list[str]:
    """How it read before the last change."""
    before = rows.wordings(talk.tx, about.id)
    return [talk.text("before", count=len(before), text=before[-1].text)] if before else []


def _said(talk: Talk, about: Proposal) -> list[str]:
    """What the desk lets everybody read."""
    found = rows.opinions_of(talk.tx, about.id, shown=True)
    said = "\n".join(talk.text("said_line", text=one.shown) for one in found[-10:])
    return [talk.text("said", lines=said)] if found else []


def _where(talk: Talk, about: Proposal) -> list[str]:
    """Until when, or what became of it. Nothing of a count before it is published."""
    if about.stage is Stage.DELIBERATING:
        return [talk.text("talks", until=about.talks_until)]
    if about.stage is Stage.VOTING:
        return [talk.text("votes", closes=about.closes_at)]
    if about.stage is Stage.COUNTED:
        return [talk.text("counting")]
    if about.stage is Stage.WITHDRAWN:
        return [talk.text("withdrawn_because", reason=about.result)]
    owner = talk.tx.get(Person, about.owner_id)
    found = [announced(talk.tx, talk.community, about, owner.name if owner else "", talk.locale)]
    if about.stage is Stage.FINISHED:
        found.append(came_of_it(talk.community, about, talk.locale))
    return found


def _can_do(talk: Talk, about: Proposal) -> list[Button]:
    found = []
    if about.stage is Stage.DELIBERATING:
        found.append(talk.button("say_opinion", "say_opinion", proposal=about.id))
    if about.id in {one.id for one in deciding.waiting(talk.tx, talk.actor, talk.now)}:
        found += vote_buttons(talk, about)
    runs = any(talk.community.is_within(about.unit_id, mine) for mine in set(talk.actor.units(RUNS_A_QUEUE)))
    ended = about.stage is Stage.PUBLISHED and about.outcome is not Outcome.ADOPTED
    for deed in DESK.get(about.stage, ()) if runs and not ended else ():
        found.append(talk.button(deed, deed, proposal=about.id))
    return found


def vote_buttons(talk: Talk, about: Proposal) -> list[Button]:
    return [talk.button(f"vote_{one}", "vote_proposal", proposal=about.id, choice=str(one)) for one in Ballot]


@intent(consent=True, texts=_TEXTS)
def say_opinion(talk: Talk) -> Reply:
    """A word on it; the desk reads it."""
    about = proposals.may_say(talk.tx, talk.actor, talk.told_id("proposal"))
    text = talk.ask(OPINION, title=about.title)
    proposals.say(talk.tx, talk.actor, about.id, text, talk.now)
    return talk.say("opinion_kept", title=about.title, until=about.talks_until)


# -- 二议 ------------------------------------------------------------------------------------------
def _offer(talk: Talk) -> list[Choice]:
    found = deciding.waiting(talk.tx, talk.actor, talk.now)
    return [Choice(label=one.title[:20], value=one.id) for one in found]


def _only(talk: Talk, _heard: Heard) -> int | None:
    found = deciding.waiting(talk.tx, talk.actor, talk.now)
    return found[0].id if len(found) == 1 else None


VOTE: Slot[Proposal] = Slot(
    name="proposal",
    read=_only,
    load=lambda talk, value: deciding.to_vote(talk.tx, talk.actor, whole(value), talk.now),
    offer=_offer,
    early=True,
)


def _ballots(talk: Talk) -> list[Choice]:
    return [Choice(label=talk.text(f"buttons.vote_{one}"), value=str(one)) for one in Ballot]


def _read_ballot(talk: Talk, heard: Heard) -> Any:
    said = heard.meaning.text.strip("。.!！ ")
    return next((one.value for one in _ballots(talk) if one.label == said), None)


BALLOT: Slot[Ballot] = Slot(
    name="choice",
    read=_read_ballot,
    load=lambda talk, value: Ballot(value) if value in set(Ballot) else None,
    offer=_ballots,
)


@intent(texts=_TEXTS, secret=True)
def vote_proposal(talk: Talk) -> Reply:
    """One tap is one vote. What was pressed stands nowhere, also when it came too late."""
    talk.hides = "choice" in talk.flow.told or talk.flow.asked == "choice"
    if not talk.hides and not talk.flow.told and not talk.flow.heard and not _offer(talk):
        return talk.say("no_vote")
    about = talk.ask(VOTE)
    facts = {"title": about.title, "text": about.text, "closes": about.closes_at}
    ballot = talk.ask(BALLOT, **facts)
    voted = deciding.vote(talk.tx, talk.actor, about.id, ballot, talk.now)
    return talk.say("voted", closes=voted.closes_at)
