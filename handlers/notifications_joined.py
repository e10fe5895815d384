"""What happened to cases with several households behind them → who hears of it."""

from __future__ import annotations

from collections.abc import Iterable

from bot.telling import Tell, World, tells
from domain.case import Case


@tells("cluster_grown")
def cluster_grown(world: World) -> Iterable[Tell]:
    """Who handles it hears how many there are by now: seldom, however many join."""
    case = world.case()
    if case is None:
        return
    facts = world.case_facts(case) | {"households": world.event.data["size"]}
    buttons = (("open", f"handle_case case={case.id}"),)
    for person in dict.fromkeys([case.owner_id, *world.desk(case)]):
        if person:
            yield Tell(to=person, key="cluster_grown", facts=facts, buttons=buttons)


@tells("case_merged")
def case_merged(world: World) -> Iterable[Tell]:
    """The people of the merged case hear where theirs goes on; who had taken it, that they need not."""
    case, into = world.case(), world.tx.get(Case, world.event.data["into"])
    if case is None or into is None:
        return
    facts = {"number": case.number, "into": into.number}
    yield Tell(to=case.beneficiary_id, key="case_merged", facts=facts, shared=case.id)
    owner = world.event.data.get("owner")
    if owner and owner != world.event.actor_id:
        yield Tell(to=owner, key="case_merged_owner", facts=facts)


@tells("case_unmerged")
def case_unmerged(world: World) -> Iterable[Tell]:
    case = world.case()
    if case is not None:
        yield Tell(to=case.beneficiary_id, key="case_unmerged", facts=world.case_facts(case), shared=case.id)


@tells("case_handed_on")
def case_handed_on(world: World) -> Iterable[Tell]:
    """Who reported it is out; the first who joined has it now and hears so."""
    case = world.case()
    if case is not None:
        buttons = (("withdraw", f"withdraw_case case={case.id}"),)
        yield Tell(
            to=case.beneficiary_id, key="case_handed_on", facts=world.case_facts(case), buttons=buttons
        )
