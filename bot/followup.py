"""What belongs to the case just filed: later photos of an album, a second sentence, a thank-you."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot import whose
from bot.courtesy import courtesy
from bot.messages import Reply
from domain.case import UNFINISHED, Case
from domain.community import PlaceKind
from nlu.bare import bare
from nlu.complaints import unnamed
from nlu.meaning import Meaning
from nlu.thresholds import OWN, SWITCH
from storage import cases
from storage import community as places

if TYPE_CHECKING:
    from bot.state import FlowState
    from bot.turn import Turn

CLEAR = 0.50  # from here a category is a subject of its own
A_REQUEST = 20  # characters; what is longer tells the matter, too
LITTLE = 0.30  # where what could belong to a report has less than this together, something else is meant
_BELONGS = frozenset({"report_issue", "request_wish", "add_to_case", "out_of_scope", "greet", "cancel"})

_QUESTION = re.compile(
    r"[?？]|吗|呢$|想(?:问|了解|咨询|知道)|请问|几[点天]|什么时候|多[少久长]|怎么|咋|为什么|为啥|哪里|哪儿|谁|"
    r"^(?:what|when|where|who|how|can|is)\b",
    re.I,
)
_WHERE = re.compile(
    r"[0-9一二三四五六七八九十]+(?:号楼|号院|号|栋|幢|座|单元|楼|层|室)|小区|旁边|附近|门口|那边|这边|那里|这里|"
    r"问到|说错|写错|弄错|应该|改成|就是|不是|我们?家?|家?住|[在是就的了呀啊哦嘛,，。.!！、 ]"
)


_WHEN = re.compile(
    r"[0-9零一二两三四五六七八九十半几]+|上午|中午|下午|傍晚|早上|早晨|晚上|今晚|明早|明晚|凌晨|夜里|"
    r"今天|明天|后天|大后天|昨天|前天|上周|下周|这周|本周|上个?月|下个?月|这个?月|本月|周末|周|星期|礼拜|"
    r"[年月日号天点分时钟刻]|小时|[,，。.、~～:：\- ]|以前|以后|之前|之后|前|后|左右|到|至|从|在|的|"
    r"都行|都可以|都在家|有空|可以|方便|行|吧|就|大概|应该|改到|改成|改为|换到|换成|推到|挪到|提前到|不|吗|好|[?？]"
)
_TIME = re.compile(r"[午早晚晨夜]|[今明后昨前]天|周|星期|礼拜|点|月.*[日号]")


_PHOTO_COMES = re.compile(
    r"(?:我|那|再|还|想|要|给你|给您|来|补充|补|加|发|传|拍|上传|[一几个张下]){1,8}"
    r"(?:照片|图片|相片|图|视频)(?:过来|给你|给您|吧|[。.!])*"
)


def follow_up(turn: Turn) -> Reply | None:
    """A polite word is answered politely; more about the last case goes to it."""
    if key := courtesy(turn.heard.meaning.text.strip()):
        return Reply(text=turn.say(key))
    if well := whose.all_is_well(turn):
        return well
    if hidden := _unnamed(turn):
        return hidden
    return _more_about_the_last_case(turn)


def _unnamed(turn: Turn) -> Reply | None:
    """别说是我反映的, after a report: nobody learns the name. A report that says so itself is read as one."""
    text = turn.heard.meaning.text
    if len(text) > A_REQUEST or not unnamed(text):
        return None
    own = cases.of_person(turn.tx, turn.actor.id, UNFINISHED)
    found = [case for case in own if case.id == turn.state.recent.get("case")] or own
    return turn.start("keep_private", {"case": found[0].id, "how": "all"}) if len(found) == 1 else None


def part_of_album(turn: Turn) -> bool:
    """A later part of an album: its photos join the question the first part opened, or the case filed."""
    album, flow = turn.incoming.album, turn.state.open
    if not album or turn.incoming.text:
        return False
    if flow is not None:
        if flow.told.get("album") == album:
            flow.files.extend(turn.heard.files)
        return flow.told.get("album") == album
    if turn.state.recent.get("album") == album:
        _add(turn, "", quiet=1)
    return turn.state.recent.get("album") == album


def _more_about_the_last_case(turn: Turn) -> Reply | None:
    """For two minutes what has no intent of its own belongs to the case just filed."""
    recent, meaning = turn.state.recent, turn.heard.meaning
    if turn.incoming.edits and turn.incoming.edits == recent.get("message"):
        return _add(turn, turn.heard.text)  # the report itself in other words
    if not recent or datetime.fromisoformat(recent["until"]) < turn.now:
        return None
    case = turn.tx.get(Case, recent["case"])
    if case is None or case.status not in UNFINISHED:  # answered already: what is said now is about that
        return None
    if turn.heard.text and meaning.intent == "case_status" and meaning.confidence >= CLEAR:
        return turn.start("case_status")  # nothing is filed or changed by a look at it
    if turn.heard.text and _of_its_own(turn, meaning, case):
        return None
    if not turn.heard.text and not turn.heard.files and turn.incoming.location is None:
        return None
    return _add(turn, turn.heard.text)


def _of_its_own(turn: Turn, meaning: Meaning, case: Case) -> bool:
    """Whether a message after a report is another matter: another intent, another category, another house."""
    recent, building = turn.state.recent, meaning.entities.place.building
    if only_a_place(meaning) or only_a_time(meaning.text) or meaning.intent == "add_to_case":
        return False
    if bare(meaning.text) or (meaning.negated and meaning.intent == "withdraw_case"):
        return True
    other = meaning.category != recent.get("category") and meaning.category_confidence >= CLEAR
    if meaning.intent == "report_issue" and other and "emergency" not in recent:
        return True
    if meaning.confidence < OWN or meaning.intent == "out_of_scope":
        if sum(one.confidence for one in meaning.guesses if one.intent in _BELONGS) < LITTLE:
            return True
        return bool(_QUESTION.search(meaning.text)) and "emergency" not in recent
    if "emergency" in recent and meaning.intent in ("report_issue", "call_emergency"):
        return False
    if meaning.intent != "report_issue":
        return True
    place = places.place(turn.tx, case.place_id)
    elsewhere = building and place and f"{building}栋" not in place.full_name
    if _OUTSIDE.search(meaning.entities.place.spot) and meaning.confidence >= SWITCH:
        elsewhere = elsewhere or (place is not None and place.kind in (PlaceKind.BUILDING, PlaceKind.UNIT))
    whole = building and meaning.entities.place.estate_id  # the whole address again: a report of its own
    return bool(elsewhere or whole)


_OUTSIDE = re.compile(r"小区|大门|[东南西北]门|广场|停车场|车库|花园|公园|游乐场|路口|街|马路|球场|大院")


def another_report(turn: Turn, flow: FlowState) -> bool:
    """Whether a second problem is told while the place of the first is asked for: it waits its turn."""
    meaning, first = turn.heard.meaning, next(iter(flow.words), "")
    if flow.intent != "report_issue" or meaning.intent != "report_issue" or first == turn.heard.text:
        return False
    other = meaning.category != turn.understand(first).category and meaning.category_confidence >= CLEAR
    return bool(first) and other and meaning.confidence >= SWITCH and not meaning.entities.place.building


def only_a_place(meaning: Meaning) -> bool:
    """在3栋1单元,6楼: nothing but where it is."""
    place = meaning.entities.place
    if not place:
        return False
    rest = meaning.text.replace(place.estate, "") if place.estate else meaning.text
    rest = rest.replace(place.room, "") if place.room else rest
    return not _WHERE.sub("", rest)


def only_a_time(text: str) -> bool:
    """下周二上午, 明天八点以后: nothing but when."""
    return bool(_TIME.search(text)) and not _WHEN.sub("", text)


def announces_photo(text: str) -> bool:
    """再发一张照片: a photo is to come."""
    return bool(_PHOTO_COMES.fullmatch(text))


def _add(turn: Turn, text: str, **how: int) -> Reply:
    told: dict[str, Any] = {"case": turn.state.recent["case"], **how}
    if turn.heard.files or not announces_photo(text):
        told["more"] = text or "-"
    return turn.start("add_to_case", told)
