"""The same words from another person: 灯换好了 of a member is a task done, of a resident a report settled."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from actions import activities
from bot.messages import Reply
from domain.case import LIVE, UNFINISHED, Status
from domain.tasks import ClaimState
from nlu.meaning import Meaning
from nlu.thresholds import SURE
from storage import cases, tasks

if TYPE_CHECKING:
    from bot.turn import Turn

_ENDS = {"finish_task", "withdraw_case"}
_DONE = r"(?=$|[,，。.!！ 谢多感辛])"
_WELL = re.compile(
    r"(?:修|弄|搞|整|换|补|装|通|处理|解决)(?:得|的)?(?:很|挺|真)?好了|解决了|修得?(?:真|挺|很)好|恢复(?:正常)?了|"
    rf"(?:[灯都]亮|通|(?:来|有)[水电气]|能[用开走坐]|可以用)了{_DONE}|"
    rf"不(?:再)?[漏堵吵响闪臭滴晃跳闹叫]了{_DONE}|"
    rf"没(?:再|有)?(?:跳|吵|闹|响|漏|堵|叫|臭|滴|装修|抽烟|乱扔|乱放|乱停|占|冒)了{_DONE}|"
    rf"(?:清|拉|搬|运|挪|开|拖)走了{_DONE}|(?:清理|打扫|收拾)(?:得)?(?:很|挺)?干净了|"
    r"\b(?:it works|works now|is fixed|it's fixed|all (?:good|fine) now|problem solved)\b",
    re.IGNORECASE,
)
_STILL = re.compile(
    r"(?:根本|还是?|也|又|压根|完全)?没(?:有)?(?:亮|好|通|修|弄|解决|来|用|变|动静|反应|搞)"
    r"|还是(?:不|没|老样子|一样|那样)|还在?(?:漏|响|吵|堵|闪|滴|臭)|(?:^|也|都)不行|不(?:管用|亮|通|好使|好用)|又(?:坏|漏|堵|不|停|灭)"
    r"|\b(?:still (?:not|broken|leaking|no)|not (?:fixed|working|solved)|doesn'?t work)\b",
    re.IGNORECASE,
)
A_KIND = 0.5  # from here a category is another one
A_PROTEST = 15  # characters, of English three times as many
A_WORD = 30  # characters; what is longer tells something else, too
_BUT = re.compile(
    r"没|未|不行|还是|还在|又|但|可是|不过|就是|然而|只是|[?？吗吧]|什么时候|要是|如果|等|另外|还有|"
    r"\b(?:not?|but|still|again|if|when)\b|n't",
    re.IGNORECASE,
)
_ASKS = re.compile(r"(?:吧|吗|么|没有?|[?？])[。.!！?？ ]*$")


def meant(turn: Turn, name: str) -> str:
    """The intent that fits what this person has in hand; the one that was understood where both would."""
    if name == "give_back_task" and not _holds(turn) and activities.joined(turn.tx, turn.actor, turn.now):
        return "sign_up_activity"  # 我去不了了, of whoever has put their name down for something
    if name == "add_to_case" and _holds(turn) and not _own(turn, LIVE):
        return "report_progress"
    if name not in _ENDS:
        return name
    holds, answered, going_on = _holds(turn), _own(turn, {Status.ANSWERED}), _own(turn, UNFINISHED)
    if name == "withdraw_case":
        return "finish_task" if holds and not going_on else name
    if holds or not (answered or going_on):
        return name
    if _ASKS.search(turn.heard.meaning.text):
        return "case_status"
    return "confirm_case" if answered else "withdraw_case"


def says_all_is_well(text: str) -> bool:
    """灯亮了,谢谢: and no word of anything that is not."""
    return len(text) <= A_WORD and bool(_WELL.search(text)) and not _BUT.search(_WELL.sub("", text))


_BEFORE = r"(?:嗯|哦|噢|现在|已经|都|终于|太|真|[,，。! ])*"
_AFTER = (
    r"(?:[,，。!！~ 啊呀呢啦哈的]|太好了|谢谢|多谢|感谢|辛苦|麻烦|真好|不错|你们?|您们?|了"
    r"|大家|师傅|书记|同志|小[\u4e00-\u9fff](?=真|辛|谢|$))*+"
)
_WORKS = re.compile(rf"{_BEFORE}(?:(?:亮|好使|管用|能用)了)+{_AFTER}")
_CONTENT = re.compile(rf"{_BEFORE}(?:好|可以|行|成)了{_AFTER}")


def is_content(turn: Turn) -> Reply | None:
    """好了,谢谢 of somebody before whose eyes the answer stands, 亮了 of whoever has one: a courtesy else."""
    text = turn.heard.meaning.text
    asked = any(payload.startswith("confirm_case ") for _, payload in turn.state.menu)
    said = _WORKS.fullmatch(text) or (asked and _CONTENT.fullmatch(text))
    if len(text) > A_WORD or not said or not _own(turn, {Status.ANSWERED}):
        return None
    return turn.start("confirm_case", of_the_last_answer(turn, "confirm_case"))


_WHETHER = re.compile(
    r"(?:现在|那个|那件|事|灯|水|电|都)*(?:修|弄|办|处理|搞|解决|换|清理)?(?:得?好|完|通|亮)了?(?:没有?|吗|么)[?？。呀啊]*"
)


def how_it_is(turn: Turn) -> Reply | None:
    """灯亮了,谢谢: who has an answer confirms it; who waits for one is asked whether it is still needed.

    没亮啊: who has an answer is not content with it.
    """
    text = turn.heard.meaning.text
    if _WHETHER.fullmatch(text) and _own(turn, LIVE):
        return turn.start("case_status")
    if not says_all_is_well(text):
        again = _protests(turn)
        return turn.start("reopen_case", of_the_last_answer(turn, "reopen_case")) if again else None
    if _own(turn, {Status.ANSWERED}):
        return turn.start("confirm_case", of_the_last_answer(turn, "confirm_case"))
    if _own(turn, UNFINISHED) and not _holds(turn):
        return turn.start("withdraw_case", {"well": 1})
    return None


def _protests(turn: Turn) -> bool:
    """没亮啊, after an answer: a few words of the same kind of matter, and of no other place."""
    meaning = turn.heard.meaning
    text, longest = meaning.text, A_PROTEST * (3 if meaning.text.isascii() else 1)
    if len(text) > longest or not _STILL.search(text) or _ASKS.search(text) or meaning.entities.place:
        return False
    answered = cases.of_person(turn.tx, turn.actor.id, {Status.ANSWERED})
    same = text.startswith("还") or any(one.category == meaning.category for one in answered)
    return bool(answered) and (same or meaning.category_confidence < A_KIND)


def of_the_last_answer(turn: Turn, name: str) -> dict[str, str]:
    """Which case is confirmed or reopened: the one whose answer was told last, as its button says."""
    if name not in ("confirm_case", "reopen_case"):
        return {}
    payloads = [choice[1] for choice in turn.state.menu]
    found = [payload for payload in payloads if payload.startswith(f"{name} case=")]
    return {"case": found[0].partition("=")[2]} if len(found) == 1 else {}


def between(turn: Turn, meaning: Meaning) -> str:
    """Done or no longer needed: where it is one of the two, who says it decides. Empty where it does not."""
    first = meaning.guesses[:2]
    if {guess.intent for guess in first} != _ENDS or sum(guess.confidence for guess in first) < SURE:
        return ""
    holds, own = _holds(turn), _own(turn, UNFINISHED)
    if holds == own:
        return ""
    return "finish_task" if holds else "withdraw_case"


def _own(turn: Turn, statuses: frozenset[Status] | set[Status]) -> bool:
    return bool(cases.of_person(turn.tx, turn.actor.id, statuses))


def _holds(turn: Turn) -> bool:
    return turn.offered("finish_task") and any(
        claim.state is ClaimState.HELD for _, claim in tasks.held_by(turn.tx, turn.actor.id)
    )
