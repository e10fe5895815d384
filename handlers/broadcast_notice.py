"""一键发送: a notice to many, seen with its count before it goes, taken back within a minute."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from actions import notices
from bot.messages import Reply
from bot.talk import Choice, Heard, Slot, Talk, intent, whole
from domain.notices import SECOND_PERSON_ABOVE, NoticeState
from domain.people import RUNS_A_QUEUE
from handlers.slots import text_slot, yes_no
from storage import notices as rows

_TEXTS = "broadcast_notice"


def _my_units(talk: Talk) -> list[int]:
    return sorted(set(talk.actor.units(RUNS_A_QUEUE)))


UNIT: Slot[int] = Slot(
    name="unit",
    read=lambda talk, heard: next(
        (one for one in _my_units(talk) if talk.community.units[one].name in heard.meaning.text), None
    ),
    load=lambda talk, value: whole(value) if whole(value) in _my_units(talk) else None,
    offer=lambda talk: [Choice(label=talk.community.units[one].name, value=one) for one in _my_units(talk)],
    early=True,
)


def my_unit(talk: Talk) -> int:
    """The unit in whose name they act; who has only one is not asked."""
    mine = _my_units(talk)
    return mine[0] if len(mine) == 1 else talk.ask(UNIT)


def _audiences(talk: Talk) -> list[Choice]:
    unit = my_unit(talk)
    choices = [
        Choice(label=talk.text("words.audience.all"), value="all"),
        Choice(label=talk.text("words.audience.members"), value="members"),
    ]
    below = set(talk.community.below(unit))
    grids = [grid for grid in talk.community.grids.values() if grid.branch_id in below]
    return choices + [Choice(label=grid.name, value=f"grid:{grid.id}") for grid in grids]


def _read_audience(talk: Talk, heard: Heard) -> Any:
    said = heard.meaning.text
    return next((choice.value for choice in _audiences(talk) if choice.label in said), None)


AUDIENCE: Slot[str] = Slot(
    name="audience",
    read=_read_audience,
    load=lambda talk, value: next((c.value for c in _audiences(talk) if c.value == value), None),
    offer=_audiences,
)
NOTICE = text_slot("notice")
CONFIRM = yes_no("confirm", yes="send_it", no="do_not_send")


@intent(roles=RUNS_A_QUEUE, menu=True)
def broadcast_notice(talk: Talk) -> Reply:
    """What, to whom, how many; then a minute to take it back."""
    unit_id = my_unit(talk)
    text = talk.ask(NOTICE)
    audience = talk.ask(AUDIENCE)
    number = notices.count(talk.tx, talk.actor, unit_id, audience)
    to = next(choice.label for choice in _audiences(talk) if choice.value == audience)
    seconds = max(1, number // notices.BULK_PER_SECOND)
    preview = {"text": text, "count": number, "audience": to, "minutes": -(-seconds // 60)}
    if not talk.ask(CONFIRM, **preview):
        return talk.say("not_sent")
    notice = notices.send(
        talk.tx, talk.actor, unit_id, text=text, audience=audience, previewed=number, now=talk.now
    )
    cancel = talk.button("undo", "cancel_notice", notice=notice.id, style="danger")
    if notice.state is NoticeState.WAITING:
        above = talk.community.next_up(unit_id).name
        return talk.say(
            "waits", count=notice.recipients, limit=SECOND_PERSON_ABOVE, unit=above, buttons=[cancel]
        )
    receipts = talk.button("receipts", "notice_receipts", notice=notice.id)
    when = notice.goes_at
    if when is not None and when - talk.now > timedelta(minutes=2):
        return talk.say("later", count=notice.recipients, when=when, buttons=[cancel, receipts])
    return talk.say("sending", count=notice.recipients, buttons=[cancel, receipts])


@intent(roles=RUNS_A_QUEUE, texts=_TEXTS)
def cancel_notice(talk: Talk) -> Reply:
    """Within the undo window nobody has heard it yet."""
    notices.cancel(talk.tx, talk.actor, talk.told_id("notice"), talk.now)
    return talk.say("cancelled")


@intent(roles=RUNS_A_QUEUE, texts=_TEXTS)
def approve_notice(talk: Talk) -> Reply:
    """The second person of a large notice."""
    notice = notices.approve(talk.tx, talk.actor, talk.told_id("notice"), talk.now)
    return talk.say(
        "approved",
        count=notice.recipients,
        buttons=[talk.button("undo", "cancel_notice", notice=notice.id, style="danger")],
    )


@intent(roles=RUNS_A_QUEUE, texts=_TEXTS)
def notice_receipts(talk: Talk) -> Reply:
    """Totals of the last notices: sent, unreached, acknowledged; never names."""
    told = talk.told_id("notice")
    found = [told] if told else [notice.id for notice in rows.of_author(talk.tx, talk.person.id)]
    if not found:
        return talk.say("no_notices")
    lines = []
    for key in found:
        notice, counts = notices.receipts(talk.tx, talk.actor, key)
        waiting = counts.get("queued", 0) + counts.get("sending", 0)
        failed = counts.get("refused", 0) + counts.get("unreached", 0) + counts.get("unknown", 0)
        lines.append(
            talk.text(
                "totals",
                text=notice.text[:20],
                state=notice.state,
                count=notice.recipients,
                sent=counts.get("sent", 0),
                waiting=waiting,
                failed=failed,
                read=counts["read"],
            )
        )
    return Reply(text="\n\n".join(lines))
