"""通知: the last notices, and 收到."""

from __future__ import annotations

from dataclasses import replace

from actions import notices
from bot.messages import Card, Reply
from bot.talk import Talk, intent
from bot.telling import notice_card
from domain.notices import Notice, NoticeState
from storage import broadcasts

_LISTED = 3


@intent(menu=True)
def read_notices(talk: Talk) -> Reply:
    """What was sent to somebody, newest first; 收到 counts once."""
    if "got" in talk.flow.told:
        first = notices.acknowledge(talk.tx, talk.actor, talk.told_id("got"), talk.now)
        reply = talk.say("got" if first else "got_before")
        return replace(reply, settles=f"read_notices got={talk.told_id('got')}")
    found = [
        notice
        for key in broadcasts.of_person(talk.tx, talk.person.id, _LISTED)
        if (notice := talk.tx.get(Notice, key)) and notice.state is not NoticeState.CANCELLED
    ]
    settings = talk.button("notice_settings", "notice_settings")
    if not found:
        return talk.say("none", buttons=[settings])
    lines = [
        talk.text(
            "line",
            unit=talk.community.units[notice.unit_id].name,
            when=notice.goes_at or notice.created_at,
            text=notice.text,
        )
        for notice in found
    ]
    newest = found[0]
    button = talk.button("got_it", "read_notices", got=newest.id)
    reply = talk.say(
        "list", lines="\n\n".join(lines), buttons=[button, settings] if newest.receipt else [settings]
    )
    return replace(reply, cards=tuple(_card(talk, notice) for notice in found))


def _card(talk: Talk, notice: Notice) -> Card:
    card = notice_card(talk.tx, talk.community, notice, talk.locale)
    when = talk.text("sent_at", when=notice.goes_at or notice.created_at)
    return replace(card, lines=(when, *card.lines))
