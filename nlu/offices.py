"""Whether the telephone or the address of an office is asked for, and of which: 物业电话多少, 社区在哪."""

# ruff: noqa: E501  (a rule reads better whole)
from __future__ import annotations

from nlu import late_re as re

LONGEST = 30  # characters, of English twice as many; what is longer asks for more
GAP = 4  # characters between the office and what is asked of it
_ASKS = re.compile(  # behind the office
    r"(?:电话|号码|联系方式)(?:号码)?(?:是|系)?(?:多少|几多|几号|啥|什么|咩|有吗|有没有|知道吗|给我|发我|发一下|给一个|给个|说一下)(?:一下|啊|呀|呢|吗|呗|[?？。!])*$"
    r"|(?:在哪里?|在边度?|地址(?:是)?(?:哪里?|什么|多少)?|怎么走|位置)(?:啊|呀|呢|[?？。!])*$",
)
_HOW = re.compile(r"(?:怎么|咋|点样|如何)(?:样)?联系|打(?:什么|哪个|边个)电话")  # before it or behind it
_BARE = re.compile(  # 物业电话; never 物业不接电话, 物业打来的电话
    r"(?:请问|我?(?:要|想要|问一?下|查一?下)|帮我查(?:一?下)?|给我(?:发)?(?:一?下)?|你们|[,，])*+[^不没打接给拨来有,，。]{2,8}(?:的|办公|值班|联系|服务)*(?:电话|号码|联系方式)[?？。!]*"
)
_ENGLISH = re.compile(
    r"(?:hi|hello|please|excuse me|can you|could you|[,. ])*(?:what(?:'s|s| is) .{0,40}(?:number|address|phone)\b"
    r"|where(?:'s| is) (?:the |our )?[a-z ]{0,24}(?:office|station|cent(?:er|re)|hall|branch|committee|hospital|clinic)[?.! ]*$"
    r"|how (?:do|can|to)(?: i| we)? (?:contact|reach|call|get to)\b"
    r"|(?:can i (?:have|get)|give me|tell me|do you have) .{0,40}(?:number|address)\b|(?:phone |telephone )?number (?:of|for)\b)",
    re.IGNORECASE,
)
_NEAR = (
    (
        "property",
        re.compile(r"物业|物管|管理处|\b(?:property|management (?:office|company))\b", re.IGNORECASE),
    ),
    ("branch", re.compile(r"支部|网格(?!员|长)|\b(?:party )?branch\b", re.IGNORECASE)),
    ("subdistrict", re.compile(r"街道|办事处|街办|\b(?:sub-?district|street office)\b", re.IGNORECASE)),
    (
        "community",
        re.compile(r"社区(?!医院|健康|卫生)|居委会?|党群服务中心|\b(?:community|committee)\b", re.IGNORECASE),
    ),
)
_NAMED = (
    (re.compile(r"派出所|民警|片警|警务室|police station", re.IGNORECASE), "派出所"),
    (re.compile(r"城管|执法队?|urban management", re.IGNORECASE), "执法"),
    (re.compile(r"供水局?|自来水|水务|水厂|水公司|water (?:company|supply)", re.IGNORECASE), "供水"),
    (
        re.compile(r"供电局?|电力|电网|电业|电公司|power (?:company|supply)|electricity", re.IGNORECASE),
        "供电",
    ),
    (re.compile(r"燃气|煤气|天然气|gas company", re.IGNORECASE), "燃气"),
    (re.compile(r"环卫", re.IGNORECASE), "环卫"),
    (re.compile(r"市场监管|工商|食药监", re.IGNORECASE), "市场监管"),
    (re.compile(r"司法所|法律援助", re.IGNORECASE), "司法"),
    (
        re.compile(r"公共服务|办事大厅|政务(?:服务)?中心|service (?:hall|cent(?:er|re))", re.IGNORECASE),
        "公共服务",
    ),
    (re.compile(r"消防(?:站|队)|fire station", re.IGNORECASE), "消防"),
    (re.compile(r"社康|健康服务|卫生服务|社区医院|卫生站|clinic", re.IGNORECASE), "健康服务"),
    (re.compile(r"医院|hospital", re.IGNORECASE), "医院"),
)


def asks_for_an_office(text: str) -> bool:
    """Whether the telephone or the address of an office is all that is asked for."""
    said = text.strip()
    longest = LONGEST * (2 if said.isascii() else 1)
    if len(said) > longest or not (near(said) or named(said)):
        return False
    if said.isascii():
        return bool(_ENGLISH.match(said))
    if _HOW.search(said) or _BARE.fullmatch(said):
        return True
    asked = _ASKS.search(said)
    return asked is not None and any(0 <= asked.start() - end <= GAP for end in _ends(said))


def near(text: str) -> str:
    """The kind of the unit that is meant, of those everybody has one of; else ""."""
    return next((kind for kind, words in _NEAR if words.search(text)), "")


def named(text: str) -> str:
    """What stands in the name of the office that is meant; else ""."""
    return next((name for words, name in _NAMED if words.search(text)), "")


def _ends(text: str) -> list[int]:
    """Where the offices end that stand in a text."""
    patterns = [words for _, words in _NEAR] + [words for words, _ in _NAMED]
    return [found.end() for words in patterns if (found := words.search(text))]
