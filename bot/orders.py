"""One line of a desk: 答复3号:…, 3号派给李明, 3号转给物业; and a month's figures asked for in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bot.messages import Reply
from domain.people import DESKS, RUNS_A_QUEUE
from storage import cases

if TYPE_CHECKING:
    from bot.turn import Turn

_NUMBER = r"[#第]?(?P<number>\d{1,6})\s?号(?!楼|栋|幢|院|门|线|[0-9])(?:诉求|心愿|工单|单子|件)?"
_ANSWER = (
    re.compile(rf"请?(?:答复|答覆|回复|回覆|回)\s?{_NUMBER}(?:的?居民)?[,，:：\s]\s*(?P<words>\S.+)", re.S),
    re.compile(rf"{_NUMBER}\s?(?:答复|答覆|回复|回覆)(?:居民|他|她)?\s?[:：]\s*(?P<words>\S.+)", re.S),
    re.compile(r"(?:answer|reply to) (?:case )?#?(?P<number>\d{1,6})\s?[:,]\s*(?P<words>\S.+)", re.I | re.S),
)
_ASSIGN = re.compile(rf"把?{_NUMBER}[,，]?(?:请|先|就)?(?:派给|指派给|分给|分派给|交给|安排给|安排)\S")
_TRANSFER = re.compile(rf"把?{_NUMBER}[,，]?(?:请|先|就)?(?:转给|转办给|转办|转到|移交给|移交)\S")
_DO = "看看?|打开|核实|签收|上报|督办|处理|详情|情况|什么情况|通过|是真的|属实"
_OPEN = re.compile(rf"(?:{_DO}|给)?(?:一下)?{_NUMBER}(?:{_DO}|一下|吧|[。.!])*")
_FIGURES = re.compile(
    r"(?:上个?月|这个?月|本月|当月).{0,14}(?:多少|几件|率|满意|数据|统计|情况|月报)"
    r"|(?:办结|解决|响应|按时|满意)率|月报|统计数据|数据统计"
)
_PLANS = re.compile(
    r"(?:帮我|我要|我想|请|咱们|我们)*+(?:安排|组织|策划|计划|举办|搞|办|开)(?:一[次个场]|次|个|场)"
    r"[^,，。]{0,12}?(?:主题党日|党日活动|组织生活会|党课|活动|志愿服务|讲座|义诊|联欢)"
)
_LAST_MONTH = re.compile(r"上个?月")


def order(turn: Turn) -> Reply | None:
    """The reply to a line that names a case of the desk and what to do with it; None for anything else."""
    text = turn.heard.text.strip()
    if turn.actor.has(DESKS):
        for pattern in _ANSWER:
            if (found := pattern.fullmatch(text)) and (told := _case(turn, found)):
                return turn.start("answer_case", told | {"answer": found["words"]})
        for pattern, intent in ((_ASSIGN, "assign_case"), (_TRANSFER, "transfer_case")):
            if (found := pattern.match(text)) and (told := _case(turn, found)):
                return turn.start(intent, told)
        if (found := _OPEN.fullmatch(text)) and _case(turn, found):
            return turn.start("branch_queue")
    month = turn.heard.meaning.intent in ("branch_queue", "my_tasks") and _FIGURES.search(text)
    if month and turn.actor.has(RUNS_A_QUEUE):
        return turn.start("month_figures", {"back": 1} if _LAST_MONTH.search(text) else None)
    if turn.actor.has(RUNS_A_QUEUE) and _PLANS.match(turn.heard.meaning.text):
        return turn.start("plan_activity")
    return None


def _case(turn: Turn, found: re.Match[str]) -> dict[str, Any]:
    """The case of this number that the desk may handle."""
    mine = [one for one in cases.by_number(turn.tx, int(found["number"])) if turn.actor.may_run(one)]
    return {"case": mine[0].id} if mine else {}
