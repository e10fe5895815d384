"""One line of a desk: 答复3号:…, 3号派给李明, 3号转给物业; and a month's figures asked for in words."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.meetings import of_an_activity
from bot.messages import Reply
from bot.named import (
    GIVE_IT,
    NUMBER,
    PASS_IT,
    THEN,
    TO_ME,
    a_word,
    is_settled,
    numbered,
    of_a_named_case,
    of_a_wish,
    of_the_only_one,
)
from domain.case import Case
from domain.errors import NotAllowed
from domain.notices import Notice, NoticeState
from domain.people import DESKS, RUNS_A_QUEUE
from domain.supervision import SupervisionState, level_of
from nlu.normalize import normalize
from storage import notices, supervisions, tasks

if TYPE_CHECKING:
    from bot.turn import Turn

JUST_NOW = timedelta(minutes=10)  # so long something wrong is wrong in the notice
LISTED = 8  # supervisions
A_LINE = 30  # characters; what is longer asks for more than this
_ANSWER = (
    re.compile(rf"请?(?:答复|答覆|回复|回覆|回)\s?{NUMBER}(?:的?居民)?[,，:：\s]\s*(?P<words>\S.+)", re.S),
    re.compile(rf"{NUMBER}\s?(?:答复|答覆|回复|回覆)(?:居民|他|她)?\s?[:：]\s*(?P<words>\S.+)", re.S),
    re.compile(r"(?:answer|reply to) (?:case )?#?(?P<number>\d{1,6})\s?[:,]\s*(?P<words>\S.+)", re.I | re.S),
)
_ASSIGN = re.compile(rf"把?{NUMBER}[,，]?(?:请|先|就)?(?:派给|指派给|分给|分派给|交给|安排给|安排)\S")
_TRANSFER = re.compile(rf"把?{NUMBER}[,，]?(?:请|先|就)?(?:转给|转办给|转办|转到|移交给|移交)\S")
_SUPERVISE = (
    re.compile(rf"(?:请|我要|要|把)?(?:督办|督促)(?:一下)?{NUMBER}[。.!]*"),
    re.compile(rf"把?{NUMBER}(?:给我)?(?:督办|督促)(?:一下|吧|[。.!])*"),
)
_SAYS_ABOVE = re.compile(
    r"(?:回复|答复|回覆|答覆)(?:上级的?)?督办(?:单)?\s?[,，:：]\s*(?P<words>\S.+)|督办(?:回复|答复)\s?[:：]\s*(?P<also>\S.+)",
    re.DOTALL,
)
_DO = "看看?|打开|核实|签收|上报|督办|处理|详情|情况|什么情况|通过|是真的|属实"
_OPEN = re.compile(rf"(?:{_DO}|给)?(?:一下)?{NUMBER}(?:{_DO}|一下|吧|[。.!])*")
_FIGURES = re.compile(
    r"(?:上个?月|这个?月|本月|当月).{0,14}(?:多少|几件|率|满意|数据|统计|情况|月报)"
    r"|(?:办结|解决|响应|按时|满意)率|月报|统计数据|数据统计"
)
_STANDS = re.compile(
    r"(?:那件|这件|刚才那件|它)?(?:[\u4e00-\u9fff]{2,3}|他|她)?(?:接|去|办)了(?:没有?|吗|么|不)[?？。]*"
    r"|(?:那件|这件|刚才那件|它)?(?:到哪一?步|怎么样|什么情况|办得怎么样|有进展)(?:了|吗|没有?)*[?？。]*"
)
_MYSELF = re.compile(
    rf"{NUMBER}[,，]?(?:我|由我|归我)(?:自己)?(?:来|去|办|处理|接|跟进)(?:办|处理|弄|跟|吧|[。.!])*"
)
_BY_MYSELF = re.compile(
    r"(?:那|那么|还是|行|好|算了|[,，])*(?:就)?(?:我|由我)(?:自己)?(?:去|来|办|处理|跟进|上门)(?:一趟|一下|看看|办|处理|吧|了|[。.!])*"
)
_SOMEBODY_ELSE = re.compile(
    r"(?:那|现在)?(?:谁(?:还)?(?:有空|能去|可以去|能接|方便|合适)|还有谁(?:能去|有空|可以)?|(?:该|能)?派给谁(?:好|合适)?|"
    r"(?:再|另外|重新)?(?:换|派|找)(?:一)?个人(?:去|来|吧)?|重新派(?:单|人)?)(?:啊|呢|吧|[?？。])*"
)
_ANSWER_IT = re.compile(rf"{THEN}(?:答复|答覆|回复|回覆)(?:居民|他|她|一下)?\s?[:：]\s*(?P<words>\S.+)", re.S)
_RECEIPTS = re.compile(
    r"(?:那?[个条则]?通知|公告).{0,6}(?:发出去|发了|发到|送达|到了|进度|情况|回执|看到|看了|收到|读了|多少|几个)"
    r"|(?:多少|几个?)[人户].{0,4}(?:看到|收到|看了|读了|回执)|^回执$|谁(?:还)?没(?:看|收|读)"
    r"|how many (?:people )?(?:have )?(?:read|seen|saw|got|received)",
    re.IGNORECASE,
)
_SENDS = re.compile(r"(?:请|帮我|帮忙|麻烦|我要|我想)*+(?:给[^,，:：]{1,8})?(?:群发|发布|推送|发)")
_CORRECTION = re.compile(
    r"(?:(?:通知|刚才|上一条).{0,8}(?:写错|发错|错了)|更正一下(?!.{0,8}\d+号)).{0,40}|(?:更正|correction)\s?[:：]",
    re.IGNORECASE,
)
_CORRECTION_SAID = re.compile(r"(?:更正|correction)\s?[:：]\s*(?P<words>.{6,})", re.IGNORECASE | re.DOTALL)
_NOTICE = re.compile(
    r"(?:请|帮我|帮忙|麻烦)*+(?:群发|(?:发布|发送|推送|下发|发)(?:一?[个条则份])?)(?:通知|公告)\s*[:：]\s*\S.{5,}",
    re.DOTALL,
)
_SLIP = re.compile(
    r"(?:时间|日期|地点|内容|字|人).{0,4}(?:写错|发错|打错|错了|不对)|(?:写|发|打)错了"
    r"|wrong (?:time|date|day|place)",
    re.IGNORECASE,
)
_LAST_MONTH = re.compile(r"上个?月")


def order(turn: Turn) -> Reply | None:
    """The reply to a line that names a case of the desk and what to do with it; None for anything else."""
    text = normalize(turn.heard.text)
    if turn.actor.has(DESKS):
        if (reply := plain(turn)) is not None:
            return reply
        if (reply := _of_a_supervision(turn, text)) is not None:
            return reply
        if (found := _OPEN.fullmatch(text)) and _case(turn, found):
            return turn.start("branch_queue")
        for read in (_of_the_case_before, of_a_named_case, of_the_only_one):
            if (reply := read(turn, text)) is not None:
                return reply
    if turn.offered("claim_task") and _MYSELF.fullmatch(text):
        return turn.start("claim_task")
    if turn.actor.has(RUNS_A_QUEUE) and (reply := _of_a_notice(turn, text)) is not None:
        return reply
    month = turn.heard.meaning.intent in ("branch_queue", "my_tasks") and _FIGURES.search(text)
    if month and turn.actor.has(RUNS_A_QUEUE):
        return turn.start("month_figures", {"back": 1} if _LAST_MONTH.search(text) else None)
    return of_an_activity(turn, text) if turn.actor.has(RUNS_A_QUEUE) else None


def _of_a_supervision(turn: Turn, text: str) -> Reply | None:
    """督办1号 of a level above; 回复督办:… of the desk that is asked, where only one waits for an answer."""
    found = _SUPERVISE[0].fullmatch(text) or _SUPERVISE[1].fullmatch(text)
    if found and (told := _case(turn, found)) and _stands_above(turn, told["case"]):
        return turn.start("supervise_case", told)
    said = _SAYS_ABOVE.fullmatch(turn.heard.text.strip())
    if said is None:
        return None
    standing = supervisions.standing(turn.tx, turn.actor.queues(), limit=LISTED)
    waits = [asked for asked, _ in standing if asked.state is SupervisionState.OPEN]
    if len(waits) != 1:
        return turn.start("supervisions")
    words = said["words"] or said["also"]
    return turn.start("answer_supervision", {"supervision": waits[0].id, "report": words})


def _stands_above(turn: Turn, case_id: int) -> bool:
    case = turn.tx.get(Case, case_id)
    try:
        return case is not None and bool(level_of(turn.actor.community, turn.actor.roles, case))
    except NotAllowed:
        return False


def _of_the_case_before(turn: Turn, text: str) -> Reply | None:
    """那我自己去, 谁还有空, 转给物业: what is to be done with the case this desk spoke of a moment ago."""
    before = turn.state.desk
    fresh = before.get("until", "") >= turn.now.isoformat()
    spoken_of = before["case"] if fresh else None
    reply = a_word(turn, text, spoken_of) or of_a_wish(turn, text, spoken_of)
    if reply is not None or not fresh:
        return reply
    told = {"case": before["case"]}
    any_of = GIVE_IT.fullmatch(text) or PASS_IT.fullmatch(text) or TO_ME.fullmatch(text)
    if any_of and is_settled(turn, before["case"], text):
        return None  # it is with them, or over: another one is meant
    if _SOMEBODY_ELSE.fullmatch(text) or GIVE_IT.fullmatch(text):
        return turn.start("assign_case", told)
    if _STANDS.fullmatch(text):
        return turn.start("handle_case", told)
    if PASS_IT.fullmatch(text):
        return turn.start("transfer_case", told)
    if said := _ANSWER_IT.fullmatch(turn.heard.text.strip()):
        return turn.start("answer_case", told | {"answer": said["words"]})
    mine = _BY_MYSELF.fullmatch(text) or TO_ME.fullmatch(text)
    task = tasks.of_case(turn.tx, before["case"]) if mine else None
    return turn.start("claim_task", {"task": task.id}) if task is not None else None


def plain(turn: Turn) -> Reply | None:
    """The reply to an order that can be nothing else, whatever is being asked: 答复3号:…, 发通知:…"""
    written, text = turn.heard.text.strip(), normalize(turn.heard.text)
    if not turn.actor.has(DESKS):
        return None
    for pattern in _ANSWER:  # the words go to a resident as they were written
        if (found := pattern.fullmatch(written)) and (told := _case(turn, found)):
            return turn.start("answer_case", told | {"answer": found["words"]})
    for pattern, intent in ((_ASSIGN, "assign_case"), (_TRANSFER, "transfer_case")):
        if (found := pattern.match(text)) and (told := _case(turn, found)):
            return turn.start(intent, told)
    if _SLIP.search(text) and (last := _just_sent(turn)) and last.state is NoticeState.SENDING:
        return turn.start("cancel_notice", {"notice": last.id})  # in time: nobody has heard it
    begun = turn.state.open is not None and turn.state.open.intent == "broadcast_notice"
    if _NOTICE.match(text) and not begun and turn.actor.has(RUNS_A_QUEUE):
        return turn.start("broadcast_notice")
    return None


def _of_a_notice(turn: Turn, text: str) -> Reply | None:
    """How the last notice goes, or that something in it is wrong; None for whoever has sent none.

    `text` is normalised; the words of a correction are taken as they were written.
    """
    if len(text) <= A_LINE and _RECEIPTS.search(text) and not _SENDS.match(text):
        return turn.start("notice_receipts")
    wrong = _CORRECTION.match(text)
    if not wrong and not _SLIP.search(text):
        return None
    fresh = _just_sent(turn)
    if fresh is not None and fresh.state is NoticeState.SENDING:  # nobody has heard it yet
        return turn.start("cancel_notice", {"notice": fresh.id})
    last = (_last_notice(turn) if wrong else None) or fresh
    if last is None:
        return None
    said = _CORRECTION_SAID.fullmatch(turn.heard.text.strip())
    told = {"correction": said["words"].strip()} if said else {}
    return turn.start("correct_notice", {"notice": last.id} | told)


def _just_sent(turn: Turn) -> Notice | None:
    last = _last_notice(turn)
    return last if last is not None and turn.now - last.created_at <= JUST_NOW else None


def _last_notice(turn: Turn) -> Notice | None:
    return next(iter(notices.of_author(turn.tx, turn.actor.id, limit=1)), None)


def _case(turn: Turn, found: re.Match[str]) -> dict[str, Any]:
    """The case of this number that the desk may handle, which it speaks of from now on."""
    case = numbered(turn, found["number"])
    if case is None:
        return {}
    turn.state.spoke_of(case.id, turn.now)
    return {"case": case.id}
