"""民主评议: a community asks for a vote on named people; each votes once; the count comes at the end."""

from __future__ import annotations

from typing import Any

from actions import appraisals as actions
from actions import deciding, notices
from bot import appraising as telling
from bot.messages import Button, Reply
from bot.talk import Choice, Heard, Redirect, Slot, Talk, intent, whole
from domain.appraisals import Appraisal, AppraisalKind, Mark
from domain.community import UnitKind
from domain.errors import NotAVoter
from domain.notices import Topic
from domain.people import RUNS_A_QUEUE, Person
from handlers.broadcast_notice import my_unit
from handlers.slots import count_slot, yes_no
from storage import appraisals as rows

_TEXTS = "appraisals"
CONFIRM = yes_no("confirm", yes="send_it", no="do_not_send")


# -- opening ---------------------------------------------------------------------------------------
def _kinds(talk: Talk) -> list[Choice]:
    return [Choice(label=talk.text(f"appraisals.{kind}"), value=str(kind)) for kind in AppraisalKind]


KIND: Slot[AppraisalKind] = Slot(
    name="kind",
    read=lambda talk, heard: next((c.value for c in _kinds(talk) if c.label in heard.meaning.text), None),
    load=lambda talk, value: AppraisalKind(value) if value in set(AppraisalKind) else None,
    offer=_kinds,
)


def _people(talk: Talk) -> list[Person]:
    kind = talk.known(KIND)
    if kind is None:
        return []
    return actions.candidates(talk.tx, talk.actor, my_unit(talk), kind, talk.now)


def _read_who(talk: Talk, heard: Heard) -> Any:
    named = [one.id for one in _people(talk) if one.name and one.name in heard.meaning.text]
    return ",".join(str(one) for one in named) or None


def _load_who(talk: Talk, value: Any) -> list[Person] | None:
    wanted = {whole(one) for one in str(value).split(",")}
    found = [one for one in _people(talk) if value == "-" or one.id in wanted]
    return found or None


WHO: Slot[list[Person]] = Slot(
    name="who",
    read=_read_who,
    load=_load_who,
    offer=lambda talk: [Choice(label=talk.text("appraisals.all_of_them"), value="-")],
)
DAYS = count_slot("days", actions.LONGEST, offers=(7, 14))
SURE = yes_no("sure", yes="open_vote", no="do_not_send")


@intent(roles=RUNS_A_QUEUE, texts=_TEXTS)
def open_appraisal(talk: Talk) -> Reply:
    """Which kind, on whom, how long; names and roll are frozen with the last yes."""
    unit_id = my_unit(talk)
    if talk.community.units[unit_id].kind is not UnitKind.COMMUNITY:
        return talk.say("only_community")
    kind = talk.ask(KIND)
    names = "、".join(one.name for one in _people(talk))
    if not names:
        return talk.say("nobody")
    who = talk.ask(WHO, names=names)
    days = talk.ask(DAYS)
    about = telling.span_words(actions.period(kind, talk.now).key, talk.locale)
    voters = len(actions.voters(talk.tx, talk.actor, unit_id, kind))
    names = "、".join(one.name for one in who)
    unit = talk.community.units[unit_id].name
    if not talk.ask(SURE, unit=unit, period=about, names=names, voters=voters, days=days):
        return talk.say("not_opened")
    opened = actions.begin(talk.tx, talk.actor, unit_id, kind, [one.id for one in who], days, talk.now)
    return talk.say("opened", voters=opened.eligible, closes=opened.closes_at)


# -- voting ----------------------------------------------------------------------------------------
def _marks(talk: Talk) -> list[Choice]:
    return [Choice(label=talk.text(f"appraisals.{mark}"), value=str(mark)) for mark in Mark]


MARK: Slot[Mark] = Slot(
    name="mark",
    read=lambda talk, heard: next((c.value for c in _marks(talk) if c.label == heard.text.strip()), None),
    load=lambda talk, value: Mark(value) if value in set(Mark) else None,
    offer=_marks,
)
CAST = yes_no("cast", yes="cast_vote", no="vote_again")


def _open_vote(talk: Talk, value: Any) -> Appraisal:
    return actions.to_vote(talk.tx, talk.actor, whole(value), talk.now)[0]


def _offer_votes(talk: Talk) -> list[Choice]:
    found = actions.waiting(talk.tx, talk.actor, talk.now)
    return [Choice(label=telling.called(talk.community, one, talk.locale), value=one.id) for one in found]


def _only_vote(talk: Talk, _heard: Heard) -> int | None:
    found = actions.waiting(talk.tx, talk.actor, talk.now)
    return found[0].id if len(found) == 1 else None


VOTE: Slot[Appraisal] = Slot(
    name="appraisal", read=_only_vote, load=_open_vote, offer=_offer_votes, early=True
)


@intent(texts=_TEXTS, secret=True)
def vote(talk: Talk) -> Reply:
    """One box for each person, then one yes. What was ticked is forgotten with the flow."""
    if not talk.flow.told and not talk.flow.heard and not _offer_votes(talk):
        if deciding.waiting(talk.tx, talk.actor, talk.now):
            raise Redirect("vote_proposal")
        return talk.say("no_vote")
    appraisal = talk.ask(VOTE)
    others = actions.to_vote(talk.tx, talk.actor, appraisal.id, talk.now)[1]
    _fill_in(talk, others)
    if not talk.ask(CAST):
        del talk.flow.heard["cast"]
        talk.flow.told["marks"] = {}
        _fill_in(talk, others)
    marks = {int(who): Mark(mark) for who, mark in talk.flow.told["marks"].items()}
    actions.vote(talk.tx, talk.actor, appraisal.id, marks, talk.now)
    return talk.say("voted", closes=appraisal.closes_at)


def _fill_in(talk: Talk, others: list[int]) -> None:
    """Asks for one mark after the other; kept apart, since each is an answer to the same question."""
    given = talk.flow.told.get("marks")
    if not isinstance(given, dict):  # a button could say anything
        given = talk.flow.told["marks"] = {}
    for number, key in enumerate(others, 1):
        if str(key) not in given:
            person = talk.tx.get(Person, key)
            if person is None:
                raise NotAVoter()
            mark = talk.ask(MARK, name=person.name, number=number, of=len(others))
            given[str(key)] = str(mark)
            del talk.flow.heard["mark"]


# -- the count -------------------------------------------------------------------------------------
@intent(roles=RUNS_A_QUEUE, texts=_TEXTS)
def appraisal_results(talk: Talk) -> Reply:
    """The newest count, or the one that was pressed; before the end only how long it still runs."""
    told = talk.told_id("appraisal")
    if not told and "appraisal" not in talk.flow.told:
        found = rows.of_units(talk.tx, talk.actor.queues(), limit=1)
        if not found:
            return talk.say("no_vote_yet")
        told = found[0].id
    text, publishable = telling.count(talk.tx, talk.actor, told, talk.now, talk.locale)
    publish = talk.button("publish", "publish_appraisal", appraisal=told)
    return Reply(text=text, buttons=((publish,),) if publishable else ())


@intent(roles=RUNS_A_QUEUE, texts=_TEXTS)
def publish_appraisal(talk: Talk) -> Reply:
    """The count as a notice to everybody: seen first, with how many it reaches."""
    appraisal_id = talk.told_id("appraisal")
    text, publishable = telling.count(talk.tx, talk.actor, appraisal_id, talk.now, talk.locale)
    appraisal = talk.tx.get(Appraisal, appraisal_id)
    if appraisal is None or not publishable:
        return talk.say("not_publishable")
    return send_out(talk, appraisal.unit_id, text)


def send_out(talk: Talk, unit_id: int, text: str) -> Reply:
    """Preview, one yes, and the notice goes; it can be taken back like any other."""
    seen = notices.forecast(talk.tx, talk.actor, unit_id, "all", talk.now, topic=Topic.NEWS)
    number = seen.count
    to = talk.text("words.audience.all")
    minutes = -(-int((seen.ends_at - seen.begins_at).total_seconds()) // 60)
    if not talk.ask(CONFIRM, text=text, count=number, audience=to, minutes=minutes):
        return talk.say("broadcast_notice.not_sent")
    notice = notices.send(
        talk.tx,
        talk.actor,
        unit_id,
        text=text,
        audience="all",
        previewed=number,
        now=talk.now,
        topic=Topic.NEWS,
    )
    undo: Button = talk.button("undo", "cancel_notice", notice=notice.id, style="danger")
    return talk.say("appraisals.published", count=notice.recipients, buttons=[undo])
