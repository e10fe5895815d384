"""Messages that are a piece of another: only a place, only a time, a number, 刚才那个事算了."""

from __future__ import annotations

from nlu import late_re as re
from nlu.meaning import Meaning

_QUESTION = re.compile(
    r"[?？]|吗|呢$|想(?:问|了解|咨询|知道)|请问|几[点天]|什么时候|多[少久长]|怎么|咋|为什么|为啥|"
    r"哪[里儿个些位家]|谁|有没有|能不能|可不可以|是不是|今天几号|星期几|"
    r"^(?:what|when|where|who|how|can|is)\b",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"[0-9一二三四五六七八九十]+(?:号楼|号院|号|栋|幢|座|单元|楼|层|室)|小区|旁边|附近|门口|楼[上下]|对面|[前后]面|楼道|地下室|[外里]面?|面|那边|这边|那里|这里|"
    r"问到|说错|写错|弄错|应该|改成|就是|不是|我们?家?|家?住|[在是就的了呀啊哦嘛,，。.!！、 ]"
)
_WHERE_EN = re.compile(
    r"(?:it'?s|it is|sorry|i mean|in|at|on|the|of|building|block|tower|unit|floor|room|flat|apartment|apt|"
    r"entrance|no|\d{1,4}(?:st|nd|rd|th)?|[a-d]|[-,.#/ ])++",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"[0-9零一二两三四五六七八九十半几]+|上午|中午|下午|傍晚|早上|早晨|晚上|今晚|明早|明晚|凌晨|夜里|"
    r"每天|天天|每晚|每个?月|每周|今天|明天|后天|大后天|昨天|前天|上周|下周|这周|本周|上个?月|下个?月|这个?月|本月|周末|周|星期|礼拜|"
    r"[年月日号天点分时钟刻]|小时|[,，。.、~～:：\- ]|以前|以后|之前|之后|前|后|左右|到|至|从|在|的|"
    r"都行|都可以|都在家|有空|可以|方便|行|吧|就|大概|应该|改到|改成|改为|换到|换成|推到|挪到|提前到|不|吗|好|[?？]"
)
_TIME = re.compile(r"[午早晚晨夜]|[今明后昨前]天|周|星期|礼拜|点|月.*[日号]")
_A_DAY_EN = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_TIME_EN = re.compile(
    r"\d ?(?:am|pm|o'?clock)|:\d\d|morning|noon|evening|tonight|tomorrow|today|weekend|" + _A_DAY_EN,
    re.IGNORECASE,
)
_WHEN_EN = re.compile(
    r"(?:tonight|tomorrow|today|weekends?|week|afternoon|after|before|around|about|from|until|till|to|at|on|"
    r"in|the|any ?time|is fine|works|or|and|next|this|every|day|morning|noon|evening|night|"
    + _A_DAY_EN
    + r"|\d{1,2}(?::\d\d)? ?(?:am|pm|o'?clock)?|[-,. ])++",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(
    r"(?:大概|大约|一共|总共|我们|就|for|about|around|[,， ])*+"
    r"(?:\d{1,4}|[一二两三四五六七八九十百几]{1,4}) ?(?:来|多)?"
    r"(?:个?人|位|户|家|桌|个|把|台|套|people|persons|of us|guests|chairs|hours?)(?:左右|吧|参加|来|[。.!])*",
    re.IGNORECASE,
)
_DROPPED = re.compile(
    r"(?:刚才|刚刚|前面|上面|那个|这个|那件|这件|我?(?:刚才?)?说的|之前)(?:的|那个|那件|这个|这件)?"
    r"(?:事情?|问题|诉求|心愿)?(?:就|都|先)?"
    r"(?:算了|不用了|不用(?:再)?(?:管|办|修|来)了?|不要了|作废|取消(?:吧|了)?|不办了)"
    r"(?:吧|啊|呀|谢谢|[,，。.! ])*"
)
_PHOTO_COMES = re.compile(
    r"(?:我|那|再|还|想|要|给你|给您|来|补充|补|加|发|传|拍|上传|[一几个张下]){1,8}"
    r"(?:照片|图片|相片|图|视频)(?:过来|给你|给您|吧|[。.!])*"
)


def only_a_place(meaning: Meaning) -> bool:
    """在3栋1单元,6楼: nothing but where it is."""
    place = meaning.entities.place
    if not place:
        return False
    if meaning.text.isascii():
        return bool(_WHERE_EN.fullmatch(meaning.text))
    rest = meaning.text.replace(place.estate, "") if place.estate else meaning.text
    for part in (place.room, place.spot):
        rest = rest.replace(part, "") if part else rest
    return not _WHERE.sub("", rest)


def only_a_time(text: str) -> bool:
    """下周二上午, 明天八点以后: nothing but when."""
    if text.isascii():
        return bool(_TIME_EN.search(text) and _WHEN_EN.fullmatch(text))
    return bool(_TIME.search(text)) and not _WHEN.sub("", text)


def announces_photo(text: str) -> bool:
    """再发一张照片: a photo is to come."""
    return bool(_PHOTO_COMES.fullmatch(text))


def only_a_number(text: str) -> bool:
    """大概十个人, for 10 people."""
    return bool(_HOW_MANY.fullmatch(text))


def drops_it(text: str) -> bool:
    """刚才那个事算了: what was said before is no longer wanted."""
    return bool(_DROPPED.fullmatch(text))


def asks(text: str) -> bool:
    """Whether something is asked."""
    return bool(_QUESTION.search(text))
