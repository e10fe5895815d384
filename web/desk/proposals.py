"""议事 from the desk: open, read, amend, withdraw, let vote, publish twice; the same actions as in chat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time

from starlette.responses import Response

from actions import deciding, proposals, tasks
from bot import deciding as telling
from domain.calendar import BEIJING
from domain.errors import NotFound, NothingSaid
from domain.people import RUNS_A_QUEUE, Person
from domain.proposals import LEAST_TURNOUT, Majority, Opinion, Outcome, Proposal, Stage
from nlu.complaints import without_names
from storage import desk_queue
from storage import proposals as rows
from web.desk.notices import own_units
from web.desk.visit import Visit

SHOWN = 20
_FORM = ("title", "text", "days", "seats", "turnout", "majority")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody said, with the words that everybody could read."""

    opinion: Opinion
    name: str
    masked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One proposal with what can be done with it now."""

    proposal: Proposal
    unit: str
    said: list[Said]
    before: str  # how it read before the last change
    told: list[str]  # what was published
    may_start: bool
    colleagues: list[Person]
    late: bool  # the promised day has passed


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What everybody would read, before it is sent: `fields` go along with the yes."""

    text: str
    action: str
    fields: dict[str, str]


def page(visit: Visit, *, preview: Preview | None = None) -> Response:
    """The ledger of what is decided, with a form for a new one."""
    units = own_units(visit)
    able = set(proposals.own_units(visit.actor))
    mine = {below for one in visit.actor.units(RUNS_A_QUEUE) for below in visit.community.below(one)}
    found = rows.of_units(visit.tx, mine, SHOWN)
    return visit.page(
        "proposals.html",
        mine=[one for one in units if one.id in able],
        entries=[_entry(visit, one) for one in found],
        preview=preview,
        given={name: visit.told(name) for name in _FORM},
        turnouts=LEAST_TURNOUT,
        majorities=list(Majority),
        longest=proposals.LONGEST,
    )


def _entry(visit: Visit, about: Proposal) -> Entry:
    before = rows.wordings(visit.tx, about.id)
    adopted = about.stage is Stage.COUNTED and about.outcome is Outcome.ADOPTED
    people = tasks.colleagues(visit.tx, visit.actor, about.unit_id, visit.now) if adopted else []
    promised = about.promised_for
    return Entry(
        proposal=about,
        unit=visit.community.units[about.unit_id].name,
        said=_said(visit, about) if about.ended_at is None else [],
        before=before[-1].text if before else "",
        told=_told(visit, about),
        may_start=about.stage is Stage.DELIBERATING and visit.now >= about.talks_until,
        colleagues=people,
        late=bool(about.awaits_result and promised and promised <= visit.now),
    )


def _said(visit: Visit, about: Proposal) -> list[Said]:
    found = rows.opinions_of(visit.tx, about.id)
    names = desk_queue.names(visit.tx, {one.person_id for one in found})
    return [
        Said(
            opinion=one,
            name=names.get(one.person_id, "") or visit.word("resident"),
            masked=without_names(one.text, [name] if (name := names.get(one.person_id, "")) else []),
        )
        for one in found
    ]


def _told(visit: Visit, about: Proposal) -> list[str]:
    """What was published of it."""
    if about.published_at is None:
        return []
    owner = visit.tx.get(Person, about.owner_id)
    name = owner.name if owner else ""
    found = [telling.announced(visit.tx, visit.community, about, name, visit.locale)]
    if about.stage is Stage.FINISHED:
        found.append(telling.came_of_it(visit.community, about, visit.locale))
    return found


# -- what is done ----------------------------------------------------------------------------------
def begin(visit: Visit) -> str | Response:
    """Seen first, then opened. Raises what the action raises."""
    mine = proposals.own_units(visit.actor)
    unit = visit.number("unit") or next(iter(mine), 0)
    title, text = visit.told("title")[: proposals.TITLE], visit.told("text")[: proposals.TEXT]
    if not (title and text):
        raise NothingSaid()
    by_household, majority = visit.told("seats") == "household", _majority(visit)
    if visit.told("sure") != "yes":
        if unit not in mine:
            raise NotFound()
        votes = proposals.votes(visit.tx, visit.actor, unit, by_household=by_household)
        shown = Proposal(
            unit_id=unit, title=title, text=text, by_household=by_household, majority=majority,
            turnout=visit.number("turnout"), opened_by=visit.actor.id, opened_at=visit.now,
            talks_until=visit.now,
        )  # fmt: skip
        rule = telling.rule(visit.community, shown, visit.locale)
        words = f"{title}\n{text}\n{rule}\n{visit.say('proposal.votes_now', votes=votes)}"
        fields = {name: visit.told(name) for name in _FORM} | {"unit": str(unit)}
        return page(visit, preview=Preview(text=words, action="/desk/proposals/open", fields=fields))
    proposals.begin(
        visit.tx,
        visit.actor,
        unit,
        title=title,
        text=text,
        days=visit.number("days"),
        by_household=by_household,
        turnout=visit.number("turnout"),
        majority=majority,
        now=visit.now,
    )
    return _back("proposal_opened")


def _majority(visit: Visit) -> Majority:
    asked = visit.told("majority")
    if asked not in set(Majority):
        raise NotFound()
    return Majority(asked)


def _back(said: str) -> str:
    return f"/desk/proposals?said={said}"


def _amend(visit: Visit, key: int) -> str:
    proposals.amend(visit.tx, visit.actor, key, visit.told("text"), visit.now)
    return _back("proposal_amended")


def _withdraw(visit: Visit, key: int) -> str:
    proposals.withdraw(visit.tx, visit.actor, key, visit.told("text"), visit.now)
    return _back("proposal_withdrawn")


def _start(visit: Visit, key: int) -> str:
    deciding.start(visit.tx, visit.actor, key, visit.number("days"), visit.now)
    return _back("proposal_voting")


def _publish(visit: Visit, key: int) -> str | Response:
    about, _ = deciding.counted(visit.tx, visit.actor, key, visit.now)
    day, owner = _day(visit), visit.number("owner") or None
    if visit.told("sure") != "yes":
        if about.outcome is Outcome.ADOPTED and day is None:
            raise NothingSaid()
        person = visit.tx.get(Person, owner)
        seen = replace(about, promised_for=day, owner_id=owner)
        text = telling.announced(visit.tx, visit.community, seen, person.name if person else "", visit.locale)
        fields = {"day": visit.told("day"), "owner": visit.told("owner")}
        return page(visit, preview=Preview(text=text, action=f"/desk/proposals/{key}/publish", fields=fields))
    proposals.publish(visit.tx, visit.actor, key, visit.now, promised_for=day, owner_id=owner)
    return _back("proposal_published")


def _day(visit: Visit) -> datetime | None:
    """The promised day, at the end of office hours."""
    try:
        asked = datetime.fromisoformat(visit.told("day")).date()
    except ValueError:
        return None
    return datetime.combine(asked, time(18), BEIJING)


def _finish(visit: Visit, key: int) -> str | Response:
    about = proposals.run_by(visit.tx, visit.actor, key)
    about.must_await_result()
    done, text = visit.told("done") == "yes", visit.told("text")[: proposals.TEXT]
    if not text:
        raise NothingSaid()
    if visit.told("sure") != "yes":
        told = telling.came_of_it(visit.community, replace(about, done=done, result=text), visit.locale)
        fields = {"done": "yes" if done else "no", "text": text}
        return page(visit, preview=Preview(text=told, action=f"/desk/proposals/{key}/finish", fields=fields))
    proposals.finish(visit.tx, visit.actor, key, text, visit.now, done=done)
    return _back("proposal_finished")


def _show(visit: Visit, key: int) -> str:
    proposals.show(visit.tx, visit.actor, visit.number("opinion"), visit.told("text"), visit.now)
    return _back("proposal_shown")


DEEDS: dict[str, Callable[[Visit, int], str | Response]] = {
    "amend": _amend,
    "withdraw": _withdraw,
    "start": _start,
    "publish": _publish,
    "finish": _finish,
    "show": _show,
}


def do(visit: Visit) -> str | Response:
    """One of DEEDS on one proposal. Raises NotFound for what is none."""
    deed = DEEDS.get(visit.request.path_params.get("deed", ""))
    if deed is None:
        raise NotFound()
    return deed(visit, visit.key("proposal"))
