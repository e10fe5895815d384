"""数据: a month's account for its desk, and a member's own record."""

from __future__ import annotations

from actions import figures
from bot.messages import Reply
from bot.month_report import month_report, month_words
from bot.talk import Talk, intent, rows_of, whole
from domain.figures import FEWEST
from domain.people import RUNS_A_QUEUE, RoleKind
from handlers.claim_task import MEMBERS


@intent(roles=RUNS_A_QUEUE, texts="figures")
def month_figures(talk: Talk) -> Reply:
    """Reports, the three rates and what is not counted among them; one tap says how each is made."""
    back = min(talk.told_id("back"), 24)
    period = figures.Period.month_of(talk.now, back)
    mine = talk.actor.units(RUNS_A_QUEUE)
    asked = whole(talk.flow.told.get("unit")) or mine[0]
    unit, found = figures.of_unit(talk.tx, talk.actor, asked, period)
    month = talk.text("words.month", year=period.year, month=period.month)
    buttons = [
        talk.button("how_counted", "how_counted"),
        talk.button("month_before", "month_figures", unit=unit.id, back=back + 1),
    ]
    if talk.keep_picture is not None:
        buttons.insert(0, talk.button("month_picture", "month_picture", unit=unit.id, back=back))
    return Reply(text=month_words(talk.locale, unit, month, found), buttons=rows_of(buttons))


@intent(roles=RUNS_A_QUEUE, texts="figures")
def month_picture(talk: Talk) -> Reply:
    """The month as a picture, with everything it shows in words beside it."""
    if talk.keep_picture is None:
        return talk.say("no_picture")
    period = figures.Period.month_of(talk.now, min(talk.told_id("back"), 24))
    asked = talk.told_id("unit") or talk.actor.units(RUNS_A_QUEUE)[0]
    report = month_report(talk.tx, talk.actor, asked, period, talk.now, talk.keep_picture)
    return Reply(text=report.words, files=(report.file_id,))


@intent(roles=RUNS_A_QUEUE, texts="figures")
def how_counted(talk: Talk) -> Reply:
    """The three definitions."""
    return talk.say("definitions", fewest=FEWEST)


@intent(roles=MEMBERS | {RoleKind.MEMBER}, texts="figures")
def my_service(talk: Talk) -> Reply:
    """What a member has done; their ratings only in batches and a month late."""
    record = figures.of_member(talk.tx, talk.actor, talk.now)
    if record.average is None:
        return talk.say("record_few", done=record.done, fewest=FEWEST)
    return talk.say("record", done=record.done, ratings=record.ratings, average=f"{record.average:.1f}")
