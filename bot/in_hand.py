"""What a member says of the task in hand: a question for the resident, when they come, how to reach them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.messages import Button, Reply
from domain.people import DESKS
from domain.tasks import ClaimState, Task
from nlu.thresholds import SURE
from storage import tasks

if TYPE_CHECKING:
    from bot.turn import Turn

A_LINE = 40  # characters; what is longer is a matter of its own
_NUMBER = re.compile(
    r"(?:电话|手机|号码|联系方式).{0,4}(?:多少|几号|是啥|是什么|有吗|有没有|给我|发我|发一下)"
    r"|(?:怎么|咋|如何)(?:才能)?联系(?:得?上)?(?:他|她|住户|居民|业主|人家|对方|老人)"
    r"|(?:what|do you have|give me).{0,12}(?:phone|number)"
    r"|how (?:do|can|to).{0,6}(?:contact|reach|call) (?:him|her|them)",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(r"物业|社区|派出所|街道|维修|公司|水务|电力|燃气|支部|书记|党员|医院|快递|12345|你们")
_ASKS = re.compile(
    r"(?:几点|什么时候|啥时候|何时|哪天).{0,8}(?:合适|方便|在家|有空|有人|去|过去|上门|过来)"
    r"|(?:在家|方便|家里有人|有空)(?:吗|么|嘛|没|不)"
    r"|(?:具体|到底)?(?:是|在)?(?:几楼|几层|哪[一]?户|哪[一]?家|几零几|门牌号?(?:是)?多少)(?:啊|呀|呢|[?？])*$"
    r"|(?:what time|when) (?:suits|works|is good|are you|is (?:he|she)|should i)"
    r"|are you (?:at )?(?:home|in)\b",
    re.IGNORECASE,
)
_WHEN = (
    r"[今明后]天|今晚|明早|明晚|上午|中午|下午|傍晚|晚上|早上|周[一二三四五六日天末]|星期|下周"
    r"|\d{1,2}[点:：]|[一二两三四五六七八九十]{1,2}点"
    r"|马上|这就|现在|待会|等会|一会|等下|等一下|半小时|(?:几|\d{1,2}|十|二十|三十)分钟"
)
_COMES = re.compile(
    rf"(?:我|咱|我们|咱们|师傅|工人|电工|水工|维修)*(?:大概|大约|争取|准备|打算|会|就|可以|能|再|先)*(?:{_WHEN}).{{0,10}}?"
    r"(?:到(?!家|期|点|社区|居委|物业)|过去|过来|上门|去看|来看|去一趟|来一趟|去修|来修|去弄|去送|送来|送过去)[^?？吗]{0,8}$"
    r"|(?:我|已经|正)*在路上(?:了)?[。.!！]?$"
    r"|(?:i am|i'm|i will|i'll) (?:come|be there|coming|on my way|there)\b.{0,20}$",
    re.IGNORECASE,
)

_LATER = re.compile(
    rf"(?:{_WHEN})(?:再|就|去|来|会|能|给|帮)*(?:换|修|装|送|弄|处理|办|做|拿|来|去|到)(?:上|一下|过去|过来|货)?[。.!]*$"
)

_AGAIN = re.compile(
    r"(?:好的?|行|知道了|那|[,，])*我?(?:马上|这就|现在)?(?:再|又)?(?:去|过去|来|上门)(?:一趟)?(?:看看|看一下|瞧瞧|检查|弄一下)[。.!]*"
)
_GOING_ON = re.compile(
    r"(?:我|已经|刚)*(?:到(?:了|楼下了?|门口了?|现场了?|地方了?)|在现场|在门口|上门了|(?:去|看|查|试)过了|看了(?:一下|看)?)"
    r"[,，。 ].{2,}"
    r"|.{0,14}(?:型号不对|尺寸不对|不合适|缺(?:个|一个)?(?:配件|零件|工具|材料)|没(?:带|有)(?:配件|零件|工具|材料|梯子)"
    r"|(?:等|要等)(?:配件|零件|材料|师傅|厂家|货))[^?？吗]{0,14}"
    r"|.{0,8}(?:正?在|还在)(?:装|换|修|弄|搞|买|查|处理|清|搬|拉|刷|通)(?:着|了|呢|中|的)*[。.!]*"
    r"|.{0,6}(?:装|换|修|弄|查|清|搬|刷)着呢[。.!]*"
    r"|.{0,10}(?:要|得|先|再)(?:去|回去)(?:买|拿|取|借|找)[^?？吗]{0,10}",
    re.IGNORECASE,
)
_OF_MONEY = re.compile(
    r".{0,20}(?:谁(?:来)?(?:出|付|掏|报)|(?:能|可以|怎么|找谁)报销?|报销(?:吗|么|不)|(?:钱|费用|经费)(?:谁|哪里|怎么|从哪)|垫(?:的|了).{0,4}钱).{0,8}"
)


def of_a_task(turn: Turn) -> Reply | None:
    """The reply to words about the task somebody holds; None for whoever holds none, and anything else."""
    text = turn.heard.meaning.text
    if not text or len(text) > A_LINE or not turn.offered("report_progress"):
        return None
    elsewhere, later = _ELSEWHERE.search(text), _LATER.search(text)
    comes = later or _COMES.match(text) or _AGAIN.fullmatch(text) or _GOING_ON.fullmatch(text)
    asks, number = (not elsewhere and one.search(text) for one in (_ASKS, _NUMBER))
    money = None if turn.actor.has(DESKS) else _OF_MONEY.fullmatch(text)
    if not (asks or comes or number or money) or (task := _in_hand(turn)) is None:
        return None
    if money:  # the branch knows; the resident need not hear it
        return turn.start("tell_desk", {"case": task.case_id, "word": turn.heard.text})
    if number:
        return Reply(text=turn.say("common.no_number", number=task.number), buttons=_ways(turn, task))
    meaning = turn.heard.meaning
    done = meaning.intent == "finish_task" and later is not None  # 灯泡买好了,下午换 is not done yet
    if meaning.confidence >= SURE and meaning.intent in _OF_THEIR_OWN and not done:
        return None
    if asks:
        return turn.start("ask_resident", {"case": task.case_id, "question": turn.heard.text})
    return turn.start("report_progress", {"task": task.id, "progress": turn.heard.text})


_AWAY = re.compile(
    r"(?=.{0,24}(?:别|不要|先不|甭|不用)(?:再|给我|先)*派|.{0,24}(?:接不了|派不了|先别找我)|.{0,16}(?:跟|和|向)(?:支部|书记|您|你)?请)"
    r".{0,16}(?:出差|请.{0,2}假|休假|住院|外出|回老家|不在|旅游|有事).{0,20}"
)


def is_away(turn: Turn) -> Reply | None:
    """下周我出差,别给我派了: the branch hears from its member when nothing is to be given to them."""
    text = turn.heard.meaning.text
    if len(text) > A_LINE or not turn.offered("claim_task") or not _AWAY.fullmatch(text):
        return None
    return turn.start("talk_to_human", {"words": turn.heard.text})


def not_yet(turn: Turn) -> Reply | None:
    """我再去看看, 灯泡买好了,下午换: while the answer is asked for, somebody says that it is not done yet."""
    text, flow = turn.heard.meaning.text, turn.state.open
    if flow is None or flow.intent != "finish_task" or not text or len(text) > A_LINE:
        return None
    if not (_AGAIN.fullmatch(text) or _LATER.search(text) or _COMES.match(text)):
        return None
    turn.state.open = None
    known = flow.heard.get("task", flow.told.get("task"))
    which = {} if known is None else {"task": known}  # of several it is asked which
    return turn.start("report_progress", which | {"progress": turn.heard.text})


_OF_THEIR_OWN = frozenset(
    {"finish_task", "give_back_task", "list_activities", "sign_up_activity", "book_resource", "ask_policy"}
)


def _in_hand(turn: Turn) -> Task | None:
    """The task of a case that is held: the only one, or the one whose buttons stand before one's eyes."""
    found = [
        task
        for task, claim in tasks.held_by(turn.tx, turn.actor.id)
        if claim.state is ClaimState.HELD and task.case_id is not None
    ]
    shown = {payload for _, payload in turn.state.menu}
    seen = [task for task in found if f"report_progress task={task.id}" in shown]
    chosen = seen if len(seen) == 1 else found
    return chosen[0] if len(chosen) == 1 else None


def _ways(turn: Turn, task: Task) -> tuple[tuple[Button, ...], ...]:
    ask = Button(label=turn.say("buttons.ask_resident"), payload=f"ask_resident case={task.case_id}")
    tell = Button(label=turn.say("buttons.progress"), payload=f"report_progress task={task.id}")
    return ((ask, tell),)
