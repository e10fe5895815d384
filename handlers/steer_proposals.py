"""The desk's side of a proposal: open, read, amend, withdraw, let vote, publish twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from actions import deciding, proposals, tasks
from bot.deciding import announced, came_of_it
from bot.messages import Reply
from bot.talk import Choice, Heard, Slot, Talk, intent, whole
from domain.calendar import BEIJING
from domain.people import RUNS_A_QUEUE, Person
from domain.proposals import LEAST_TURNOUT, Majority, Outcome, Proposal
from handlers.broadcast_notice import my_unit
from handlers.slots import REASON, TITLE, count_slot, moment_of, number_in, text_slot, yes_no
from nlu.complaints import without_names
from nlu.meaning import TimeMention
from storage import proposals as rows

_TEXTS = "proposals"
ABOUT = text_slot("about", longest=proposals.TEXT)
WORDING = text_slot("wording", longest=proposals.TEXT)
RESULT = text_slot("result", longest=proposals.TEXT)
DAYS = count_slot("days", proposals.LONGEST, offers=(3, 7, 14))
SURE = yes_no("sure", yes="open_vote", no="do_not_send")
FREEZE = yes_no("freeze", yes="open_vote", no="do_not_send")
CONFIRM = yes_no("confirm", yes="publish", no="do_not_send")


def _load_words(talk: Talk, value: Any) -> str:
    said = proposals.hidden_yet(talk.tx, talk.actor, talk.told_id("opinion"))
    return without_names(said.text if value == "-" else str(value)[: proposals.OPINION])


def _labels(name: str, *values: object) -> Slot[str]:
    """One of a few named answers."""

    def offer(talk: Talk) -> list[Choice]:
        return [Choice(label=talk.text(f"{name}_{one}"), value=str(one)) for one in values]

    def read(talk: Talk, heard: Heard) -> Any:
        return next((one.value for one in offer(talk) if one.label in heard.meaning.text), None)

    known = {str(one) for one in values}
    return Slot(
        name=name, read=read, load=lambda _, value: str(value) if str(value) in known else None, offer=offer
    )


WORDS: Slot[str] = Slot(
    name="words",
    read=lambda talk, heard: heard.text.strip() or None,
    load=_load_words,
    offer=lambda talk: [Choice(label=talk.text("as_it_is"), value="-")],
    free=True,
)
SEATS = _labels("seats", "person", "household")
MAJORITY = _labels("majority", *Majority)
DONE = _labels("done", "yes", "no")
TURNOUT: Slot[int] = Slot(
    name="turnout",
    read=lambda talk, heard: number_in(heard.meaning.text),
    load=lambda _, value: whole(value) if whole(value) in LEAST_TURNOUT else None,
    offer=lambda talk: [Choice(label=f"{one}%", value=one) for one in LEAST_TURNOUT],
)


@intent(roles=RUNS_A_QUEUE, texts=_TEXTS)
def open_proposal(talk: Talk) -> Reply:
    """一议: what it is about, how long people may speak, and by which rule it is decided."""
    unit_id = my_unit(talk)
    if unit_id not in proposals.own_units(talk.actor):
        return talk.say("not_here")
    title = talk.ask(TITLE)
    about = talk.ask(ABOUT, title=title)
    days = talk.ask(DAYS)
    by_household = talk.ask(SEATS) == "household"
    turnout = talk.ask(TURNOUT)
    majority = Majority(talk.ask(MAJORITY))
    votes = proposals.votes(talk.tx, talk.actor, unit_id, by_household=by_household)
    rule = _rule(talk, turnout, majority)
    unit = talk.community.units[unit_id].name
    facts = {"unit": unit, "title": title, "text": about, "days": days, "votes": votes}
    if not talk.ask(SURE, rule=rule, **facts):
        return talk.say("not_opened")
    opened = proposals.begin(
        talk.tx,
        talk.actor,
        unit_id,
        title=title,
        text=about,
        days=days,
        by_household=by_household,
        turnout=turnout,
        majority=majority,
        now=talk.now,
    )
    return talk.say("opened", until=opened.talks_until, buttons=[_show(talk, opened)])


def _rule(talk: Talk, turnout: int, majority: Majority) -> str:
    return talk.text("rule", turnout=turnout, majority=talk.text(f"words.majority_{majority}"))


def _show(talk: Talk, about: Proposal) -> Any:
    return talk.button("show_proposal", "show_proposal", proposal=about.id)


def _theirs(talk: Talk) -> Proposal:
    return proposals.run_by(talk.tx, talk.actor, talk.told_id("proposal"))


@intent(roles=RUNS_A_QUEUE, texts=_TEXTS)
def read_opinions(talk: Talk) -> Reply:
    """What people said, by whom; one press lets everybody read it without the name."""
    about = _theirs(talk)
    found = rows.opinions_of(talk.tx, about.id)[-10:]
    if not found:
        return talk.say("no_opinions")
    lines = []
    for place, one in enumerate(found, 1):
        person = talk.tx.get(Person, one.person_id)
        name = (person.name if person else "") or talk.text("words.resident")
        lines.append(talk.text("opinion_line", number=place, name=name, text=one.text))
    picks = [
        talk.button(talk.text("show_number", number=place), "show_opinion", opinion=one.id)
        for place, one in enumerate(found, 1)
        if not one.shown
    ]
    return talk.say("opinions", title=about.title, lines="\n".join(lines), buttons=picks)


@intent(roles=RUNS_A_QUEUE, texts=_TEXTS)
def show_opinion(talk: Talk) -> Reply:
    """Everybody may read it, as it was masked or as the desk words it."""
    said = proposals.hidden_yet(talk.tx, talk.actor, talk.told_id("opinion"))
    words = talk.ask(WORDS, text=without_names(said.text))
    shown = proposals.show(talk.tx, talk.actor, said.id, words, talk.now)
    return talk.say("opinion_shown", text=shown.shown)


@intent(roles=RUNS_A_QUEUE, texts=_TEXTS)
def amend_proposal(talk: Talk) -> Reply:
    """Another wording, while people still speak."""
    about = _theirs(talk)
    about.must_be_deliberated()
    text = talk.ask(WORDING, title=about.title, text=about.text)
    proposals.amend(talk.tx, talk.actor, about.id, text, talk.now)
    return talk.say("amended", title=about.title, buttons=[_show(talk, about)])


@intent(roles=RUNS_A_QUEUE, texts=_TEXTS)
def withdraw_proposal(talk: Talk) -> Reply:
    """Before the vote, with a reason that everybody hears."""
    about = _theirs(talk)
    about.must_be_deliberated()
    reason = talk.ask(REASON, title=about.title)
    proposals.withdraw(talk.tx, talk.actor, about.id, reason, talk.now)
    return talk.say("withdrawn", title=about.title)


@intent(roles=RUNS_A_QUEUE, texts=_TEXTS)
def start_vote(talk: Talk) -> Reply:
    """二议: text and roll are frozen with the yes."""
    about = _theirs(talk)
    about.must_be_talked_over(talk.now)
    days = talk.ask(DAYS)
    votes = proposals.votes(talk.tx, talk.actor, about.unit_id, by_household=about.by_household)
    facts = {"title": about.title, "text": about.text, "days": days, "votes": votes}
    if not talk.ask(FREEZE, rule=_rule(talk, about.turnout, about.majority), **facts):
        return talk.say("not_opened")
    opened = deciding.start(talk.tx, talk.actor, about.id, days, talk.now)
    return talk.say("vote_opened", votes=opened.eligible, closes=opened.closes_at)


# -- 两公开 ----------------------------------------------------------------------------------------
def _day(said: TimeMention) -> datetime | None:
    """The day by which something is promised, at the end of office hours."""
    if said.date is not None:
        return datetime.combine(said.date, time(18), BEIJING)
    moment = said.by or said.end or moment_of(said)
    return moment and datetime.combine(moment.astimezone(BEIJING).date(), time(18), BEIJING)


def _read_day(talk: Talk, heard: Heard) -> Any:
    days = [day for said in heard.meaning.entities.times if (day := _day(said))]
    if days and days[0] <= talk.now:
        talk.notes.append(talk.text("common.time_past", when=days[0]))
        return None
    return days[0].isoformat() if days else None


def _load_day(_talk: Talk, value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _offer_days(talk: Talk) -> list[Choice]:
    found = []
    for days in (30, 90):
        day = (talk.now + timedelta(days=days)).astimezone(BEIJING).date()
        at = datetime.combine(day, time(18), BEIJING)
        found.append(Choice(label=talk.text("within_days", days=days), value=at.isoformat()))
    return found


BY_DAY: Slot[datetime] = Slot(name="day", read=_read_day, load=_load_day, offer=_offer_days)


def _owners(talk: Talk) -> list[Choice]:
    about = proposals.run_by(talk.tx, talk.actor, talk.told_id("proposal"))
    found = tasks.colleagues(talk.tx, talk.actor, about.unit_id, talk.now)
    nobody = Choice(label=talk.text("no_owner"), value="-")
    return [nobody, *(Choice(label=one.name, value=one.id) for one in found)]


def _load_owner(talk: Talk, value: Any) -> int | None:
    if value == "-":
        return 0
    about = proposals.run_by(talk.tx, talk.actor, talk.told_id("proposal"))
    return tasks.colleague(talk.tx, talk.actor, about.unit_id, whole(value), talk.now).id


OWNER: Slot[int] = Slot(
    name="owner",
    read=lambda talk, heard: next(
        (one.value for one in _owners(talk) if one.label in heard.meaning.text), None
    ),
    load=_load_owner,
    offer=_owners,
)


@intent(roles=RUNS_A_QUEUE, texts=_TEXTS)
def publish_proposal(talk: Talk) -> Reply:
    """一公开: the decision as everybody will read it, then one yes."""
    about, _ = deciding.counted(talk.tx, talk.actor, talk.told_id("proposal"), talk.now)
    adopted = about.outcome is Outcome.ADOPTED
    day = talk.ask(BY_DAY, title=about.title) if adopted else None
    owner = talk.ask(OWNER) if adopted else 0
    preview = replace(about, promised_for=day, owner_id=owner or None)
    person = talk.tx.get(Person, owner)
    text = announced(talk.tx, talk.community, preview, person.name if person else "", talk.locale)
    if not talk.ask(CONFIRM, text=text, count=about.eligible):
        return talk.say("not_published")
    proposals.publish(talk.tx, talk.actor, about.id, talk.now, promised_for=day, owner_id=owner or None)
    return talk.say("published", buttons=[_show(talk, about)])


@intent(roles=RUNS_A_QUEUE, texts=_TEXTS)
def finish_proposal(talk: Talk) -> Reply:
    """二公开: done, or why not."""
    about = _theirs(talk)
    about.must_await_result()
    done = talk.ask(DONE, title=about.title) == "yes"
    result = talk.ask(RESULT)
    preview = replace(about, done=done, result=result)
    text = came_of_it(talk.community, preview, talk.locale)
    if not talk.ask(CONFIRM, text=text, count=about.eligible):
        return talk.say("not_published")
    proposals.finish(talk.tx, talk.actor, about.id, result, talk.now, done=done)
    return talk.say("finished", title=about.title)
