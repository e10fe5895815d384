"""在另一部手机上用: a code for a second phone or chat of the same person."""

from __future__ import annotations

from actions import people
from bot.messages import Card, Reply
from bot.talk import Talk, intent


@intent(consent=True, texts="my_data")
def add_device(talk: Talk) -> Reply:
    """One code, for some minutes, once; as a link and as something to scan."""
    code = people.device_code(talk.tx, talk.actor, talk.now)
    link = f"{talk.community.site}/q/i_{code}"
    minutes = int(people.DEVICE_FOR.total_seconds() // 60)
    text = talk.text("device_code", code=code, link=link, minutes=minutes)
    return Reply(text=text, card=Card(kind="code", title=talk.text("device_title"), lines=(f"i_{code}",)))
