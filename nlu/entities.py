"""The things named in a message, put together from one reader a kind."""

# ruff: noqa: E501  (a word list reads better whole)
from __future__ import annotations

from datetime import datetime

from nlu import late_re as re
from nlu.english import times_in_chinese
from nlu.meaning import Entities
from nlu.numbers import NUMBER, read
from nlu.phones import read as telephones
from nlu.places import Gazetteer, place
from nlu.times import times

_CASE = (
    re.compile(
        r"(?:编号|单号|工单号?|诉求号?|受理号|案件号?|报修单?号?|心愿号?|任务号?|活动号?)(?:是|为|[::#]| )?[ ]?#?([0-9]{1,9})(?![0-9号栋幢楼])",
        needs="号 单 诉求 案件 报修 心愿 任务 活动",
    ),
    re.compile(r"#[ ]?([0-9]{1,9})(?![0-9楼栋幢门号])", needs="#"),
    re.compile(
        rf"(?:第)?({NUMBER})号(?:的)?(?:诉求|工单|单子|单|案件|心愿|任务|报修|投诉|活动|问题|事项|件|那个单|那单)",
        needs="号",
    ),
    re.compile(
        rf"^(?:我要?|请|帮我|把)?(?:认领|办结|结单|派单?|督办|退回|撤销|取消|完成|查|看看?|催|催办|转办|升级|上报|关闭)(?:一下)?({NUMBER})号(?![楼栋幢院门线路])",
        needs="号",
    ),
    re.compile(
        rf"^({NUMBER})号(?:我(?:接|来|认领|去|要)|完成|办结|做完|进度|怎么样|修好|那个|处理)", needs="号"
    ),
)
_STARS = (
    re.compile(r"([0-9一二两三四五])[ ]?(?:颗|個|个|粒)?(?:小)?星(?!期|级酒店|座|级)", needs="星"),
    re.compile(
        r"(?:打|给|畀|俾|得|评|打个|给个|评分|打分|评价)[: ]{0,2}(?:了|个|到)?[ ]?([0-9]{1,2}|[一二两三四五])(?:分(?!钟)|$)"
    ),
    re.compile(r"^([0-9]{1,2}|[一二两三四五])分(?:吧|,|。|$)", needs="分"),
    re.compile(r"([一二两三四五])星", needs="星"),
)
_FULL = re.compile(r"满分|五星好评")
_ICONS = re.compile(r"(?:⭐|🌟|★){1,5}")
_COUNT = re.compile(
    rf"(?<![第0-9.])({NUMBER})(?:个|名|位|口|人)(?:人|大人|小孩|党员|志愿者|名额|位子|位置|同志|老人|孩子|位)?(?!月|小时|钟头|星期|礼拜|单元|楼|多月|号)",
    needs="个 名 位 口 人",
)
_COUNT_HEAD = re.compile(r"(?:人|党员|志愿者|名额|位子|位置|同志|大人|小孩|老人|孩子)$")
_ASKED = re.compile(
    r"(?:找|联系|呼叫|转给|派给|指派给|分给|交给|评价|呼|叫)(?:一下|下|到|给)?(?:党员|网格员|网格长|书记|楼长)?([一-鿿]{2,3})(?:同志|师傅|党员|书记|网格员|$|[,。!?的来吧去])",
    needs="找 联系 呼 叫 转给 派给 分给 交给 评价",
)
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_NOT_NAMES = frozenset(
    "党员 物业 书记 人工 工人 社区 网格 楼长 客服 领导 志愿 师傅 同志 真人 别人 其他 居民 老师 街道 城管 专业 大家 小区 支部 医院 医生 高手 金主 马上 方便 何时 万一 任何 向我 于是 石头 江边 白天 程序 龙头 毛病 雷锋".split()
)


def entities(text: str, now: datetime, gazetteer: Gazetteer) -> Entities:
    """Everything a normalised message names; times are relative to an aware `now`."""
    where, places_taken = place(text, gazetteer)
    free = _without(text, places_taken)
    whole, tails = telephones(text)
    return Entities(
        place=where,
        times=times(times_in_chinese(free), now),
        phones=whole,
        tails=tails,
        case_number=_case_number(text),
        stars=_stars(text),
        count=_count(free),
        person=_person(text),
    )


def _without(text: str, spans: tuple[tuple[int, int], ...]) -> str:
    """The text with some spans blanked, so that one number is not read twice."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _case_number(text: str) -> int | None:
    for pattern in _CASE:
        match = pattern.search(text)
        if match:
            return read(match.group(1))
    return None


def _stars(text: str) -> int | None:
    icons = _ICONS.search(text)
    if icons:
        return len(icons.group())
    for pattern in _STARS:
        match = pattern.search(text)
        value = read(match.group(1)) if match else None
        if value is not None and 1 <= value <= 5:
            return value
    return 5 if _FULL.search(text) else None


def _count(text: str) -> int | None:
    for match in _COUNT.finditer(text):
        value = read(match.group(1))
        if value and _COUNT_HEAD.search(match.group()):
            return value
    return None


def _person(text: str) -> str:
    for match in _ASKED.finditer(text):
        name = match.group(1)
        if name[0] in _SURNAMES and name[:2] not in _NOT_NAMES and name not in _NOT_NAMES:
            return name
    return ""
