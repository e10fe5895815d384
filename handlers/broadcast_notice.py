"""一键发送: a notice to many, seen with its count before it goes, taken back within a minute."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

from actions import notices
from actions.broadcasts import totals_of
from bot.messages import Button, Reply
from bot.talk import Choice, Heard, Slot, Talk, intent, rows_of, whole
from domain.community import PlaceKind
from domain.notices import SECOND_PERSON_ABOVE, WRITTEN, Notice, NoticeState, Topic, guessed
from domain.people import RUNS_A_QUEUE
from domain.tree import Place
from handlers.slots import WHEN, number_in, text_slot, yes_no
from nlu.normalize import normalize
from storage import community as place_rows
from storage import notices as rows

_TEXTS = "broadcast_notice"
LONG = timedelta(hours=2)  # what takes longer should not rest on this channel alone


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


_EVERYBODY = re.compile(
    r"(?:发给|给)?(?:(?:全|整个?|我们)(?:社区|小区|院|村|支部)|全体|全部|全员|所有|大家|每家每户|每[户家]|家家户户|都|everybody|all)"
    r"(?:的?(?:居民|人|住户|业主|邻居))*(?:都?发|和党员)?",
    re.IGNORECASE,
)


def _read_audience(talk: Talk, heard: Heard) -> Any:
    said = heard.meaning.text
    named = next((choice.value for choice in _audiences(talk) if normalize(choice.label) in said), None)
    return named or ("all" if _EVERYBODY.fullmatch(said.strip("。.!！ ")) else None)


AUDIENCE: Slot[str] = Slot(
    name="audience",
    read=_read_audience,
    load=lambda talk, value: next((c.value for c in _audiences(talk) if c.value == value), None),
    offer=_audiences,
)
_WORDS = text_slot("notice")
_SAID = re.compile(
    r"(?:[请請]|麻[烦煩]|[帮幫]我|[帮幫]忙|替我|我要|我想)*+(?:[给給][^,，:：发發推群下]{1,12})?"
    r"(?:群[发發]|(?:[发發][布佈送]?|推送|下[发發])(?:一?[个個条條则則份下])?(?:通知|公告|消息|提醒))"
    r"(?:[给給][^,，:：]{1,12})?\s*[,，:：]\s*(?P<words>\S.{5,})",
    re.DOTALL,
)
_PLEASE = r"(?:[请請]|麻[烦煩]|[帮幫]忙|[帮幫]我|你|要|得)*"
_EACH = (
    r"(?:[给給]|到)?(?:大家|全体|各家|每家|他们|[0-9一二三四五六七八九十]+[栋棟号號][楼樓]?)?"
    r"(?:的?(?:居民|党员|人|住户|业主|邻居))*"
)
_TOLD_ON = re.compile(  # 明天停水通知一下3栋; 明天停水,发个通知吧
    rf"(?P<words>(?!{_PLEASE}(?:我想|我要|替我)*(?:[给給群].{{0,8}})?(?:[发發]|推送|通知|公告))\S.{{3,}}?)[,，。]?{_PLEASE}"
    rf"(?:(?:通知|告[诉訴]|提醒)(?:一?[下声聲]{_EACH}|{_EACH}一?[下声聲])|[发發](?:一?[个個条條则則份下])?(?:通知|公告){_EACH})[。.!！吧]*",
    re.DOTALL,
)


def _read_notice(talk: Talk, heard: Heard) -> Any:
    """What stands behind 发个通知: in the message that began it is the notice already."""
    if talk.flow.asked == "notice":
        return _WORDS.read(talk, heard)
    said = _SAID.fullmatch(heard.text.strip()) or _TOLD_ON.fullmatch(heard.text.strip())
    return said["words"] if said else None


NOTICE: Slot[str] = replace(_WORDS, read=_read_notice, early=True)
_WAYS = {"yes": "send_it", "later": "send_later", "urgent": "send_urgent", "no": "do_not_send"}
_PLAIN = yes_no("confirm")
TOPIC: Slot[Topic] = Slot(
    name="topic",
    read=lambda talk, heard: None,
    load=lambda talk, value: next((one for one in WRITTEN if one == value), None),
)


def _topic(talk: Talk, text: str) -> Topic:
    """What was chosen, else what it seems to be about."""
    return talk.known(TOPIC) or guessed(text)


def _ways(talk: Talk) -> dict[str, str]:
    """What can be pressed under a preview: ways to send it, and the other kinds it could be."""
    topic = _topic(talk, talk.known(NOTICE) or "")
    return _WAYS | {f"as_{one}": f"as_{one}" for one in WRITTEN if one is not topic}


def _read_way(talk: Talk, heard: Heard) -> Any:
    said = heard.meaning.text.strip("。.!！ ")
    named = {talk.text(f"buttons.{label}"): way for way, label in _ways(talk).items()}
    return named.get(said) or _PLAIN.read(talk, heard)


CONFIRM: Slot[str] = Slot(
    name="confirm",
    read=_read_way,
    load=lambda talk, value: str(value) if value in _ways(talk) else None,
    offer=lambda talk: [
        Choice(label=talk.text(f"buttons.{label}"), value=way) for way, label in _ways(talk).items()
    ],
)
AT = replace(WHEN, name="at", early=False)  # a notice names times that are not its own
SURE = yes_no("sure", yes="send_it", no="do_not_send")
_BUILDING = re.compile(r"(\d{1,3}|[一二三四五六七八九十]{1,3})(?:号楼|栋|幢|座)")


def _buildings(talk: Talk) -> list[Place]:
    """The buildings of the unit in whose name they act."""
    below = set(talk.community.below(my_unit(talk)))
    found = place_rows.of_kind(talk.tx, PlaceKind.BUILDING)
    return [one for one in found if (branch := talk.community.branch_of(one)) and branch.id in below]


def _read_first(talk: Talk, heard: Heard) -> Any:
    """The buildings named: 3栋和5栋; 不分先后 is none."""
    said = heard.meaning.text
    if said.strip("。.!！ ") == talk.text("buttons.all_alike"):
        return "-"
    wanted = {str(number_in(match[1])) for match in _BUILDING.finditer(said)}
    if "building" in said:
        wanted |= set(re.findall(r"\d{1,3}", said))
    named = [one for one in _buildings(talk) if one.short in wanted or one.full_name in said]
    return ",".join(str(one.id) for one in named) or None


def _load_first(talk: Talk, value: Any) -> tuple[Place, ...] | None:
    if value == "-":
        return ()
    known = {str(one.id): one for one in _buildings(talk)}
    return tuple(known[key] for key in str(value).split(",") if key in known) or None


FIRST: Slot[tuple[Place, ...]] = Slot(
    name="first",
    read=_read_first,
    load=_load_first,
    offer=lambda talk: [Choice(label=talk.text("buttons.all_alike"), value="-")],
)


@intent(roles=RUNS_A_QUEUE, menu=True)
def broadcast_notice(talk: Talk) -> Reply:
    """What, to whom, how many, until when; then a minute to take it back."""
    unit_id = my_unit(talk)
    text = talk.ask(NOTICE)
    audience = talk.ask(AUDIENCE)
    way, topic, seen = _way(talk, unit_id, text, audience)
    if way == "no":
        return talk.say("not_sent")
    at = talk.ask(AT) if way == "later" else None
    first = tuple(str(place.id) for place in talk.ask(FIRST)) if way == "urgent" else ()
    if way != "yes":
        urgent = way == "urgent"
        seen = notices.forecast(
            talk.tx, talk.actor, unit_id, audience, talk.now, first=first, at=at, safety=urgent, topic=topic
        )
        key = "preview_later" if way == "later" else "preview_urgent"
        words = _preview(talk, text, audience, seen, topic) | {"when": at or talk.now, "first": seen.first}
        if not talk.ask(SURE, preview=talk.text(key, **words)):
            return talk.say("not_sent")
    notice = notices.send(
        talk.tx,
        talk.actor,
        unit_id,
        text=text,
        audience=audience,
        previewed=seen.count,
        now=talk.now,
        safety=way == "urgent",
        topic=topic,
        first=first,
        at=at,
    )
    return _confirmed(talk, notice)


def _way(talk: Talk, unit_id: int, text: str, audience: str) -> tuple[str, Topic, notices.Forecast]:
    """How it goes; whoever says that it is of another kind sees it again with those who hear it then."""
    while True:
        topic = _topic(talk, text)
        seen = notices.forecast(talk.tx, talk.actor, unit_id, audience, talk.now, topic=topic)
        way = talk.ask(CONFIRM, **_preview(talk, text, audience, seen, topic))
        if way in _WAYS:
            return way, topic, seen
        talk.flow.heard["topic"] = way.removeprefix("as_")
        del talk.flow.heard["confirm"]
        talk.flow.answers = [one for one in talk.flow.answers if one[0] != "confirm"]


def _preview(talk: Talk, text: str, audience: str, seen: notices.Forecast, topic: Topic) -> dict[str, Any]:
    to = next(choice.label for choice in _audiences(talk) if choice.value == audience)
    long = seen.ends_at - seen.begins_at > LONG
    return {
        "text": text,
        "topic": topic,
        "count": seen.count,
        "muted": talk.text("muted", count=seen.muted) if seen.muted else "",
        "reachable": seen.reachable,
        "audience": to,
        "until": seen.ends_at,
        "advice": talk.text("too_long") if long else "",
    }


def _confirmed(talk: Talk, notice: Notice) -> Reply:
    cancel = talk.button("undo", "cancel_notice", notice=notice.id, style="danger")
    if notice.state is NoticeState.WAITING:
        above = talk.community.next_up(notice.unit_id).name
        return talk.say(
            "waits", count=notice.recipients, limit=SECOND_PERSON_ABOVE, unit=above, buttons=[cancel]
        )
    buttons = [cancel, talk.button("receipts", "notice_receipts", notice=notice.id)]
    when = notice.goes_at
    if when is None or when - talk.now <= timedelta(minutes=2):
        return talk.say("sending", count=notice.recipients, buttons=buttons)
    quiet = talk.community.calendar.quiet(talk.now)
    return talk.say("later" if quiet else "planned", count=notice.recipients, when=when, buttons=buttons)


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
    lines, buttons = [], list[Button]()
    for key in found:
        notice, counts = notices.receipts(talk.tx, talk.actor, key)
        totals = totals_of(counts)
        lines.append(
            talk.text("totals", text=notice.text[:20], state=notice.state, count=notice.recipients, **totals)
        )
        if len(found) == 1:
            buttons = steering(talk, notice, heard=totals["sent"] + totals["unknown"])
    return Reply(text="\n\n".join(lines), buttons=rows_of(buttons))


def steering(talk: Talk, notice: Notice, *, heard: int) -> list[Button]:
    """What can be done with a notice as it is now."""
    names = list(_STEERING.get(notice.state, ()))
    if heard and notice.state not in (NoticeState.WAITING, NoticeState.SENDING):
        names.append("correct_notice")
    return [
        talk.button("undo" if name == "cancel_notice" else name, name, notice=notice.id) for name in names
    ]


_STEERING = {
    NoticeState.SENDING: ("cancel_notice",),
    NoticeState.SENT: ("pause_notice", "stop_notice"),
    NoticeState.PAUSED: ("resume_notice", "stop_notice"),
    NoticeState.HELD: ("resume_notice", "stop_notice"),
}
