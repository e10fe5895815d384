"""What whoever runs a queue says of an activity in one line: it is to be, who comes, it is moved or off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from actions import activities
from bot.messages import Reply
from nlu.meaning import Meaning
from nlu.thresholds import SURE

if TYPE_CHECKING:
    from bot.turn import Turn

A_LINE = 30  # characters; what is longer asks for more than this
_PLANS = re.compile(
    r"(?:帮我|我要|我想|请|咱们|我们)*+(?:安排|组织|策划|计划|举办|发布|发起|搞|办|开|发)(?:一[次个场]|次|个|场)"
    r"[^,，。]{0,12}?(?:主题党日|党日活动|组织生活会|党课|活动|志愿服务|讲座|义诊|联欢)(?!的?(?:通知|公告|预告|信息|照片|报道|总结))"
)
_MEETS = re.compile(
    r"(?<!为)(?:召开|举行|开展|开|上)(?:一[次个场堂])?[^,，。?？吗]{0,6}?"
    r"(?:党员大会|支部大会|支委会|党小组会|组织生活会|民主生活会|主题党日|党课|座谈会|居民大会|居民代表大会|议事会|动员会)"
)
_AN_ACTIVITY = r"(?:活动|讲座|党课|义诊|大会|党日|座谈会)"
_WHO_COMES = re.compile(
    rf"(?:{_AN_ACTIVITY}|周[一二三四五六日天末]|那个|这次|明天|今天|的)*"
    r"(?:(?:一共|现在|有|都)*(?:几个?人|多少人|谁|哪些人)(?:已经|都)*(?:报名|报了|参加|来)|报名(?:情况|人数|名单|多少人|了几个人?)).{0,6}"
)
_CALL_OFF = re.compile(
    rf".{{0,12}}{_AN_ACTIVITY}[^,，。?？]{{0,4}}(?:取消|不办|不搞|不开|不弄)(?:了|吧|掉)*(?:[,，。].{{0,12}})?"
    rf"|取消.{{0,12}}{_AN_ACTIVITY}(?:吧|了)*(?:[,，。].{{0,12}})?"
)
_TO = r"(?:改到|改成|改在|改为|推迟到|推到|延到|延期到|延后到|提前到|提早到|挪到|移到|换到|换成|调到|调整到)"
_MOVES = re.compile(
    r"(?:[^,，。?？:：]{1,12}[,，])?(?!群发|发|通知)(?P<which>[^,，。?？:：]{0,16}?)(?:的?(?:时间|地点|地方|集合地点))?"
    rf"(?:{_TO}.{{1,24}}(?<![吗么?？])|(?:推迟|延期|延后|改期|提前|改时间|改地点|改个时间|换个时间|换个地方|改一下时间|改一下地点).{{0,12}})"
    r"|(?:move|postpone|reschedule|delay) (?P<what>.{2,30}?)(?: (?:to|until|till|by) .{2,30})?",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"(?:能|可以|我|想|我想|我能)*(?:带|领)(?:个|[一两二三几]个|着|上)?.{0,4}(?:朋友|孩子|小孩|娃|老人|家人|家属|老伴|爱人|邻居|狗|人).{0,6}"
    r"|.{0,6}(?:要|需要|用|该)(?:自己)?(?:带|穿|准备)(?:些|点)?(?:什么|啥|哪些|工具|身份证).{0,6}"
    r"|.{0,8}(?:下雨|下雪|刮风|下大雨).{0,10}(?:吗|怎么办|还|照常|[?？]).{0,4}"
    r"|.{0,8}(?:晚(?:点|一点|一些|些)到|晚来|迟到|早走|提前走).{0,6}"
    r"|.{0,6}(?:几点(?:结束|完|散)|要多久|多长时间|多久能?(?:完|结束)|管饭|有饭|收费|要钱|多少钱|有礼品|发东西).{0,6}"
    r"|.{0,6}(?:can i|may i|could i) bring .{2,30}|.{0,10}what (?:should|do) i (?:bring|wear).{0,10}",
    re.IGNORECASE,
)


_ELSEWHERE = frozenset({"ask_policy", "report_issue", "request_wish", "book_resource", "case_status"})


def asks_about_theirs(turn: Turn) -> bool:
    """带个朋友行吗, 下雨怎么办: of whoever has put their name down, about what they come to."""
    meaning = turn.heard.meaning
    if len(meaning.text) > A_LINE or not _QUESTION.fullmatch(meaning.text):
        return False
    if meaning.confidence >= SURE and meaning.intent in _ELSEWHERE:  # 带孩子打疫苗去哪
        return False
    return bool(activities.joined(turn.tx, turn.actor, turn.now))


def of_an_activity(turn: Turn, text: str) -> Reply | None:
    """The reply to 几个人报名了, 活动取消吧, 义诊改到周日, 下周五三点开党员大会; None for anything else."""
    if len(text) <= A_LINE and _WHO_COMES.fullmatch(text):
        return turn.start("activity_sign_ups")
    if len(text) <= A_LINE and _CALL_OFF.fullmatch(text):
        return turn.start("call_off_activity")
    if (found := _MOVES.fullmatch(text)) and _ours(turn, found["which"] or found["what"] or ""):
        return turn.start("move_activity")
    return turn.start("plan_activity") if _plans(turn.heard.meaning) else None


def _ours(turn: Turn, said: str) -> bool:
    """Whether words speak of an activity of theirs: by the word, or by its title."""
    if re.search(rf"{_AN_ACTIVITY}(?!室|中心|站)|activity|event|meeting", said, re.IGNORECASE):
        return True
    coming = activities.coming(turn.tx, turn.actor, turn.now)
    return any(one.title.lower() in said.lower() for one in coming if turn.actor.runs(one.unit_id))


def _plans(meaning: Meaning) -> bool:
    """搞一次义诊; 下周五三点开党员大会: a meeting with a time, and no question about one."""
    if _PLANS.match(meaning.text):
        return True
    asks = meaning.text.endswith(("?", "吗", "么", "呢", "没有")) or "几点" in meaning.text
    return bool(meaning.entities.times and _MEETS.search(meaning.text)) and not asks
