"""Several requests in one message: 电梯坏了,另外我妈想要个轮椅.

For the conversation: `Understanding.understand` answers with the first request and puts the texts of the
further ones into `Meaning.others`, in the order they were written. Each is a message of its own: keep them,
and when the first dialogue has ended, hand them to `understand` one after another. An emergency anywhere is
still found in the whole message, and then `others` is empty: nothing else is asked first.
"""

# ruff: noqa: E501  (a word list reads better whole)
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nlu import late_re as re

SHORTEST = 3  # characters that can be a request
LONGEST = 300  # a longer message is a letter, and its paragraphs are about one thing
MOST = 8
CLEAR = 0.45  # an intent this sure is a request of its own
ABOUT = 0.45  # a category this sure is a subject of its own

_JOINT = re.compile(
    r"(?:(?:^|[,，。;；!！?？、\n ])[ ]?(?:[哦啊]?(?:另外(?!一[个条种]|的|那|两|有人)|另(?=[,，:：再有])|还有(?=就是|个事|件事|一[个件]|啊|呢|,|我|你|他|她|咱|俺|请|帮|麻烦|想|能|可|什|几|哪|怎|楼|小|三|单|电|水|垃|路)|仲有|仲想|还想(?=问|要|请|报|反|知|参|看|约|借)|也想|[还也](?=帮|请|要问|要报|麻烦|查|给)"
    r"|顺[便带手](?:再|也)?|捎带|同时|再再?就是|再有就是|再[者问]|再说(?:一?[个件])|对了|[哦啊]对|话说|此外|除此之外|除了这个|其次|首先|接着|完了|最后|末了|外加|加上|以及|并且|先(?=查|把|帮|给|看|替)|再(?=把|看看|查|帮|问|给|替|来|报|约|借|请)|然后|不过|但是?(?=我|周|想|请|明)|想(?=看|报名|问|知道|借|约))|(?:心愿|诉求|投诉|咨询|报修|求助|建议|请问|问题)(?=[:：])"
    r"|(?:请问|想问|问一?下|我想|我要|帮我|麻烦|能不能|可不可以|唔该)(?=.{4})|(?:first|second|third|firstly|secondly|also|and also|and|then|besides|plus|by the way|can you|could you|please|i'd like|i want)\b)"
    r"|(?<=.{6})(?:然后(?=那个|想|帮|再|我|把)|最后(?=帮|再|请)|另外|顺便|对了|还有就是))[ ]?(?:就是|请问)?(?:说(?:一下|下)?)?[,，:： ]?",
    re.IGNORECASE,
)
_HOW_LONG = re.compile(
    r"(?:都|已经|有|快|整整|一共|大概){0,2}[0-9一二两三四五六七八九十几半好多]{1,4}个?(?:天|周|星期|礼拜|月|年|小时|钟头|次|回)了?"
)  # says something of the part before it
_OPENERS = (
    "请问",
    "想问",
    "问",
    "我想",
    "我要",
    "帮我",
    "麻烦",
    "能不能",
    "可不可以",
    "唔该",
    "想",
    "can you",
    "could you",
    "please",
    "i'd like",
    "i want",
)  # kept with the request they open
_NUMBERED = re.compile(
    r"(?:^|[,，。;；:：\n ])[ ]?(?:[(（]?[1-9一二三四][)）、.](?![0-9])|第[一二三四](?:个|件|点|是)?[,，:：、]|[①②③④])[ ]?"
)


REQUESTS = frozenset(
    "report_issue request_wish find_member rate_service case_status withdraw_case reopen_case ask_policy list_activities "
    "sign_up_activity read_notices book_resource my_tasks claim_task give_back_task finish_task add_to_case "
    "talk_to_human pair_visit branch_queue broadcast_notice".split()
)  # what a part of a message can ask for
_WORDS = {
    intent: re.compile(words, re.IGNORECASE)
    for intent, words in (
        ("my_tasks", r"任务|单子?|手[里上]|没做完|task"), ("claim_task", r"接|领|我[来去]|包给我|take"), ("give_back_task", r"退|交回|做不了|干不了|去不了|give"),
        ("finish_task", r"[办做弄修送]完|完成|办结|搞定|done|finish"), ("add_to_case", r"补|加|改|更正|漏[了说]|add|photo"),
        ("talk_to_human", r"人工|真人|转人|客服|工作人员|human|person|somebody"), ("pair_visit", r"走访|登记|探望|看望|visit"),
        ("branch_queue", r"支部|队列|积压|branch"), ("broadcast_notice", r"通知|群发|发给|notice"),
        ("case_status", r"怎么样|到哪|进度|修了?没|修没|时候|催|处理|查|办得|结果|status|happening|progress"),
    )
}  # fmt: skip
_ADDS_SOME = re.compile(r"补充(?:几|[两三四2-4])[点条个句]")  # 我再补充几点: what follows is of that case
_POLITE = re.compile(
    r"不好意思|抱歉|(?:谢谢|辛苦)(?!.{6})|^(?:我?自己)?带|^(?:[我俺]们?|本人)家?(?:就|是)?住[^,，。]{2,16}$"
)  # nor does who only says where they live ask for anything


@dataclass(frozen=True, slots=True, kw_only=True)
class Sense:
    """What one part was understood as, alone."""

    intent: str
    confidence: float
    category: str
    category_confidence: float


def parts(text: str) -> tuple[str, ...]:
    """Stretches of a normalised text between clear connectives or numbers; one when there are none."""
    if not 2 * SHORTEST < len(text) <= LONGEST:
        return (text,)
    numbers = list(_NUMBERED.finditer(text))
    joints = numbers if len(numbers) >= 2 else list(_JOINT.finditer(text))
    edges = [(0, 0), *((joint.start(), _after(joint)) for joint in joints), (len(text), len(text))]
    found = [text[edges[i][1] : edges[i + 1][0]].strip(" ,，。;；、:：") for i in range(len(edges) - 1)]
    found = [part for part in found if len(part) >= SHORTEST]
    return tuple(found) if 2 <= len(found) <= MOST else (text,)


def _after(joint: re.Match[str]) -> int:
    """Where the part begins that a connective opens; 请问 and 帮我 belong to it."""
    said = joint.group().lstrip(" ,，。;；!！?？、\n").lower()
    return joint.end() - len(said) if said.startswith(_OPENERS) else joint.end()


def apart(found: Sequence[str], sense: Callable[[str], Sense]) -> tuple[str, ...]:
    """The parts that are requests of their own, joined to the one before where they are not."""
    if found and _ADDS_SOME.search(found[0]):
        return (",".join(found),)
    merged: list[str] = []
    senses: list[Sense] = []
    for part in found:
        meant = sense(part)
        if senses and (_HOW_LONG.fullmatch(part) or not _request(part, meant, senses)):
            merged[-1] = f"{merged[-1]},{part}"
            continue
        whole = f"{merged.pop()},{part}" if merged and not senses else part
        meant = sense(whole) if whole != part else meant
        merged.append(whole)
        if _asks(whole, meant):
            senses.append(meant)
    return tuple(merged)


def _request(part: str, meant: Sense, before: Sequence[Sense]) -> bool:
    return _asks(part, meant) and _own(before, meant)


def _asks(part: str, meant: Sense) -> bool:
    """Whether a part alone surely asks for something, with a word for it where a word is needed."""
    word = _WORDS.get(meant.intent)
    if meant.intent not in REQUESTS or meant.confidence < CLEAR or _POLITE.search(part):
        return False
    return word is None or bool(word.search(part))


def _own(before: Sequence[Sense], meant: Sense) -> bool:
    """Whether a part is surely about something that was not said before it."""
    same = [one for one in before if one.intent == meant.intent]
    if not same:
        return True
    return (
        meant.intent in ("report_issue", "request_wish")
        and meant.category_confidence >= ABOUT
        and all(one.category != meant.category and one.category_confidence >= ABOUT for one in same)
    )
