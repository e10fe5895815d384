"""Whether words report for somebody else, for whom, and what is left of them."""

from __future__ import annotations

from nlu import late_re as re
from nlu.normalize import normalize

_KIN = "妈妈?|爸爸?|奶奶|爷爷|外婆|外公|姥姥|姥爷|婆婆|公公|岳父|岳母|父母|老人|邻居|老伴|丈母娘|母亲|父亲"
_CALLED = r"[\u4e00-\u9fff]{1,3}?(?:奶奶|爷爷|阿姨|大爷|大妈|婆婆|伯伯?|叔叔?|先生|女士|师傅|老师|大姐|大哥)"
_DO = "报(?:修|事|一?下|个|告|名)?|反映(?:一?下)?|登记(?:一?下)?|办(?:一?下)?"
_FOR = re.compile(
    rf"^(?:我(?:想|要)?)?(?:代|帮|替|给)(?:我的?)?(?P<whose>{_CALLED}|{_KIN})"
    rf"(?:{_DO})[一个下]*[,:： 。]*"
)
_TOLD = re.compile(
    rf"^(?:我?(?:隔壁|楼上|楼下|对门|同楼|我们楼)(?:的|那个|住的)?)?(?P<whose>{_CALLED}|{_KIN})"
    r"(?:家|住|屋|那|的|说|要|想|[,，]).{4,}$"
)
_COMMAND = re.compile(r"^代报(?:修|事)?[,:： ]*")


def asks_for_another(text: str) -> bool:
    """帮我妈报一下, 代张奶奶报修, 代报."""
    said = normalize(text)
    return bool(_FOR.match(said) or _COMMAND.match(said))


def whose(text: str) -> str | None:
    """A name that was said: 张奶奶; not 我妈, whose name is asked."""
    found = _FOR.match(normalize(text))
    return found["whose"] if found and not re.fullmatch(_KIN, found["whose"]) else None


def told_about(text: str) -> str | None:
    """Whom a sentence is about that says the matter, too: 隔壁王奶奶家灯坏了."""
    found = _TOLD.match(normalize(text))
    return found["whose"] if found else None


def matter(text: str) -> str:
    """What is left when the words that only say for whom are taken away."""
    rest = _COMMAND.sub("", _FOR.sub("", normalize(text)))
    return rest if len(rest) >= 4 else ""
