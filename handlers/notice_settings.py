"""通知设置: what somebody does not want to be sent, and what is always told."""

from __future__ import annotations

from actions import muting
from bot.messages import Reply
from bot.talk import Choice, Heard, Slot, Talk, intent
from domain.errors import NeverMuted
from domain.notices import Topic

_SAFETY = "safety"
_WORDS = {
    _SAFETY: "安全 紧急 危险 safety urgent emergency",
    Topic.ACTIVITY: "活动 主题 activit",
    Topic.NEWS: "宣传 公示 news",
    Topic.VOTES: "议事 投票 议题 表决 评议 vote proposal",
    Topic.POSTS: "招募 岗位 post",
    Topic.GENERAL: "日常 general everyday",
}


def _read(talk: Talk, heard: Heard) -> str | None:
    said = heard.meaning.text.lower()
    return next(
        (str(name) for name, words in _WORDS.items() if any(one in said for one in words.split())), None
    )


def _load(talk: Talk, value: object) -> str | None:
    if value == _SAFETY:
        raise NeverMuted()
    return next((str(one) for one in muting.topics(talk.actor) if one == value), None)


def _offer(talk: Talk) -> list[Choice]:
    return [
        Choice(label=talk.text(f"words.topic.{one}"), value=str(one)) for one in muting.topics(talk.actor)
    ]


TOPIC: Slot[str] = Slot(name="topic", read=_read, load=_load, offer=_offer, early=True)


@intent()
def notice_settings(talk: Talk) -> Reply:
    """Each kind with its state; one tap turns it off or on."""
    lines, buttons = [], []
    for topic in muting.topics(talk.actor):
        off = topic in talk.person.muted
        lines.append(talk.text("off" if off else "on", topic=topic))
        label = talk.text("turn_on" if off else "turn_off", topic=topic)
        buttons.append(talk.button(label, "hear_notices" if off else "mute_notices", topic=topic))
    return talk.say("settings", lines="\n".join(lines), buttons=buttons)


@intent(texts="notice_settings")
def mute_notices(talk: Talk) -> Reply:
    """不想收活动通知: from now on they are left out of what is about it."""
    topic = muting.mute(talk.tx, talk.actor, talk.ask(TOPIC))
    again = talk.button("notice_settings", "notice_settings")
    return talk.say("muted_general" if topic is Topic.GENERAL else "muted", topic=topic, buttons=[again])


@intent(texts="notice_settings")
def hear_notices(talk: Talk) -> Reply:
    """They are sent what is about it again."""
    topic = muting.hear(talk.tx, talk.actor, talk.ask(TOPIC))
    again = talk.button("notice_settings", "notice_settings")
    return talk.say("heard", topic=topic, buttons=[again])
