"""A proposal → who hears of it: who lives there, who has a vote, and the desk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from actions import proposals as actions
from bot import deciding
from bot.telling import Tell, World, tells
from domain.proposals import Ballot, Proposal, Stage, Wording
from storage import proposals as rows


def _about(world: World) -> Proposal | None:
    return world.tx.get(Proposal, world.event.subject_id)


def _everybody(world: World, about: Proposal) -> Sequence[int]:
    return actions.told_to(world.tx, about, world.community.units[about.unit_id].path)


@tells("proposal_opened")
def proposal_opened(world: World) -> Iterable[Tell]:
    """一议: everybody who lives there may say something."""
    about = _about(world)
    if about is None or about.stage is not Stage.DELIBERATING:
        return
    facts = {**deciding.basics(world.community, about), "until": about.talks_until}
    buttons = (("say_opinion", f"say_opinion proposal={about.id}"),)
    for person in _everybody(world, about):
        yield Tell(to=person, key="proposal_opened", facts=facts, buttons=buttons, lane="bulk")


@tells("proposal_amended")
def proposal_amended(world: World) -> Iterable[Tell]:
    """What it was and what it is now."""
    about, before = _about(world), world.tx.get(Wording, world.event.data["before"])
    if about is None or before is None or about.stage is not Stage.DELIBERATING:
        return
    facts = {**deciding.basics(world.community, about), "before": before.text, "until": about.talks_until}
    buttons = (("say_opinion", f"say_opinion proposal={about.id}"),)
    for person in _everybody(world, about):
        yield Tell(to=person, key="proposal_amended", facts=facts, buttons=buttons, lane="bulk")


@tells("proposal_talked")
def proposal_talked(world: World) -> Iterable[Tell]:
    about = _about(world)
    if about is not None:
        said = len(rows.opinions_of(world.tx, about.id))
        facts = {"title": about.title, "count": said}
        buttons = (
            ("start_vote", f"start_vote proposal={about.id}"),
            ("read_opinions", f"read_opinions proposal={about.id}"),
            ("withdraw_proposal", f"withdraw_proposal proposal={about.id}"),
        )
        for person in world.staff(about.unit_id):
            yield Tell(to=person, key="proposal_talked", facts=facts, buttons=buttons)


@tells("proposal_withdrawn")
def proposal_withdrawn(world: World) -> Iterable[Tell]:
    about = _about(world)
    if about is not None:
        facts = {**deciding.basics(world.community, about), "reason": about.result}
        for person in _everybody(world, about):
            yield Tell(to=person, key="proposal_withdrawn", facts=facts, lane="bulk")


@tells("proposal_voting")
@tells("proposal_last_call")
def proposal_voting(world: World) -> Iterable[Tell]:
    """二议: everybody on the roll, and a day before the end those who have not voted."""
    about = _about(world)
    if about is None or about.stage is not Stage.VOTING:
        return
    last = world.event.kind == "proposal_last_call"
    facts = {**deciding.basics(world.community, about), "closes": about.closes_at}
    buttons = tuple((f"vote_{one}", f"vote_proposal proposal={about.id} choice={one}") for one in Ballot)
    for person in rows.ROLL.people(world.tx, about.id, silent=True):
        key = "proposal_last_call" if last else "proposal_voting"
        yield Tell(to=person, key=key, facts=facts, buttons=buttons, lane="bulk")


@tells("proposal_counted")
def proposal_counted(world: World) -> Iterable[Tell]:
    """The desk publishes it."""
    about = _about(world)
    if about is not None:
        facts = {"title": about.title, "outcome": {"$word": f"outcome_{about.outcome}"}}
        buttons = (("publish_proposal", f"publish_proposal proposal={about.id}"),)
        for person in world.staff(about.unit_id):
            yield Tell(to=person, key="proposal_counted", facts=facts, buttons=buttons)


@tells("proposal_published")
def proposal_published(world: World) -> Iterable[Tell]:
    """一公开: everybody on the roll; whoever carries it out hears so too."""
    about = _about(world)
    if about is None:
        return
    facts = {**deciding.decision(world.tx, world.community, about, world.name(about.owner_id))}
    for person in _everybody(world, about):
        yield Tell(to=person, key=f"proposal_{about.outcome}", facts=facts, lane="bulk")
    if about.owner_id is not None:
        yield Tell(to=about.owner_id, key="proposal_yours", facts=facts)


@tells("proposal_due")
def proposal_due(world: World) -> Iterable[Tell]:
    """The promised day has come: the desk and whoever carries it out."""
    about = _about(world)
    if about is None or not about.awaits_result:
        return
    facts = {"title": about.title, "promised": about.promised_for}
    staff = world.staff(about.unit_id)
    buttons = (("finish_proposal", f"finish_proposal proposal={about.id}"),)
    for person in staff:
        yield Tell(to=person, key="proposal_due", facts=facts, buttons=buttons)
    if about.owner_id is not None and about.owner_id not in staff:
        yield Tell(to=about.owner_id, key="proposal_due_owner", facts=facts)


@tells("proposal_finished")
def proposal_finished(world: World) -> Iterable[Tell]:
    """二公开."""
    about = _about(world)
    if about is None:
        return
    facts = {**deciding.result(world.community, about)}
    for person in _everybody(world, about):
        yield Tell(
            to=person,
            key="proposal_done" if about.done else "proposal_not_done",
            facts=facts,
            lane="bulk",
        )
