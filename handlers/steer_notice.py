"""A notice on its way: paused, taken up again, stopped, corrected."""

from __future__ import annotations

from actions import broadcasts
from bot.messages import Reply
from bot.talk import Talk, intent
from domain.people import RUNS_A_QUEUE
from handlers.broadcast_notice import steering
from handlers.slots import text_slot, yes_no

_TEXTS = "steer_notice"
CORRECTION = text_slot("correction")
SURE = yes_no("sure", yes="send_it", no="do_not_send")


@intent(roles=RUNS_A_QUEUE, texts=_TEXTS)
def pause_notice(talk: Talk) -> Reply:
    """Who has not heard it waits."""
    notice = broadcasts.pause(talk.tx, talk.actor, talk.told_id("notice"), talk.now)
    return talk.say("paused", buttons=steering(talk, notice, heard=0))


@intent(roles=RUNS_A_QUEUE, texts=_TEXTS)
def resume_notice(talk: Talk) -> Reply:
    """It goes on where it stopped."""
    notice = broadcasts.resume(talk.tx, talk.actor, talk.told_id("notice"), talk.now)
    return talk.say("resumed", buttons=steering(talk, notice, heard=0))


@intent(roles=RUNS_A_QUEUE, texts=_TEXTS)
def stop_notice(talk: Talk) -> Reply:
    """Who has not heard it never will."""
    notice, heard = broadcasts.stop(talk.tx, talk.actor, talk.told_id("notice"), talk.now)
    return talk.say("stopped", heard=heard, buttons=steering(talk, notice, heard=heard))


@intent(roles=RUNS_A_QUEUE, texts=_TEXTS)
def correct_notice(talk: Talk) -> Reply:
    """更正: at once, to exactly those who heard the wrong one."""
    wrong, heard = broadcasts.correctable(talk.tx, talk.actor, talk.told_id("notice"))
    text = talk.ask(CORRECTION, heard=heard)
    if not talk.ask(SURE, text=text, heard=heard):
        return talk.say("not_corrected")
    notice = broadcasts.correct(talk.tx, talk.actor, wrong.id, text, talk.now)
    receipts = talk.button("receipts", "notice_receipts", notice=notice.id)
    return talk.say("corrected", heard=notice.recipients, buttons=[receipts])
