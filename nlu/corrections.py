"""Of a place said wrongly and put right, what is right: 不是3栋是5栋, 2单元改成3单元, A座,哦不,B座."""

# ruff: noqa: E501  (a word list reads better whole)
from __future__ import annotations

from nlu import late_re as re

SLIP = re.compile(
    r"不对(?!劲|头)|[哦噢啊嗯呃诶唉]不(?:是)?(?![对行好])|不不|错了|说错|写错|记错|作废|改[成为](?=[0-9a-z一二三四五六七八九十]{1,3}(?:[栋幢座]|号楼|单元))|搞错|弄错|报错|填错|写反|说反|打错|更正|其实(?:应该)?(?:[^,。;!?]{0,6}是|(?=[0-9a-z一二三四五六七八九十]{1,3}(?:[栋幢座楼层]|号楼|单元)|[0-9]{3,4}))|发现是|原来是|纠正|修改为|实际上?是|准确(?:地)?(?:说|来说|的说)|(?:反映|投诉|举报|要说|想说|出问题|有问题)的(?:其实)?是|问题(?:是)?出?在(?!于)"
)

_NUMERAL = "(?:[0-9]{1,4}[a-z]?|[a-z][0-9]{0,2}|[零〇一二三四五六七八九十百千两幺]{1,6})"
_INSTEAD = (
    r"(?:吧?[,。.…?! —-]{0,8}(?:不对|不是(?=[,， ])|[哦噢啊嗯呃诶唉]?不(?=[, ])|[哦噢啊嗯呃诶唉]不是?|不{2,4}|更正|说错了?|写错了?|打错了?|错了|讲错了?|改成|改为|应该是|应为|应是|其实是|实际是|作废|抱歉|不好意思|哎呀|口误|sorry|no(?=[, ])|→|->|改(?=[0-9a-z一二三四五六七八九十])|[哦噢](?=,)|(?<=,)[哦噢哎](?=[0-9a-z一二三四五六七八九十])|(?<=[?!])(?:[哦噢哎诶]|好像是?)|[.…—]{2,}(?=是))){1,3}"
    r"(?:一下)?[,:。.… ]{0,2}(?:我?(?:说|写|打|记|搞|讲)[错反]了)?[,: ]{0,2}(?:应该)?(?:而)?[是为]?"
)
_KIND = r"(?:号楼|[栋幢座楼层室期弄巷]|单元|门(?!口)|号(?!楼)|#)"
_REPAIRED = re.compile(
    rf"(?<![0-9a-z]){_NUMERAL}(?P<kind>{_KIND})(?:的)?{_INSTEAD}(?={_NUMERAL}(?P=kind))"
    rf"|(?<![0-9])(?:[0-9]{{3,4}}|[零〇一二三四五六七八九十百千两幺]{{3,6}}){_INSTEAD}(?=(?:楼[上下]|隔壁|对[门面])?的?(?:[0-9]{{3,4}}|[零〇一二三四五六七八九幺]{{3,4}})(?![0-9年月日块元点:米]))"
)
_NOT_BUT = re.compile(rf"不是{_NUMERAL}(?P<kind>{_KIND}),?(?={_NUMERAL}(?P=kind))")
_TYPED = re.compile(
    rf"(?:手滑|误|错)?(?:打|写|说|输|按|填)(?:成了?|了){_NUMERAL}{_KIND}(?![0-9a-z])"
)  # 打成1栋了
_VOID = re.compile(  # 3栋有误,是4栋
    rf"{_NUMERAL}{_KIND}(?:是)?(?:不准确?|有误|不算|无效|错误?的?|(?:就)?(?:不用|别|不要)(?:再)?[来去]了?)(?=[,。;])"
)
_ELSEWHERE = re.compile(r"不在([^,。;!?在]{2,16}),?(?:而)?是?在")  # 不在A,在B
_NOT_THERE = re.compile(
    r"(?:(?:别|不要|不用|甭|莫|唔好|唔使)(?:再)?[去到往跑]|别来)([^,。;!?]{1,12})(?=[,。;!?])"
    r"|(?:不要|不用|甭|莫|唔好|唔使)(?:再)?来([^,。;!?]{1,12})(?=[,。;!?](?:快|请|直接|要|你们|而是)?[去来到往])"
)
_FINE = re.compile(
    r"([^,。;!?]{1,14})(?:没有?(?:问题|事了?|毛病|[坏漏停堵响吵])|没停电|没停水|有[水电气]|好好的|是好的|正常|(?:已经)?(?:修|恢复)?好了)(?:的)?,(?=(?:而|就|现在|这次|这回)?是|还差|还有|只剩|就剩|剩下|问题|[坏漏停堵响吵]的|出|要修|[^,。;!?]{0,4}[0-9a-z一二三四五六七八九十]{1,3}(?:[栋幢座楼层]|号楼|单元)[^,。;!?]{0,6}[还又也停坏漏没堵黑])",
    needs="没 好 正常 有",
)  # A没问题,是B
_FIRST_DOOR = re.compile(r"第?[0-9a-z一二三四五六七八九十]{1,3}(?:号楼|[栋幢座楼层门]|单元)")
_RIGHT = re.compile("[才先](?:对|是|啱)")  # 不是A,B才对
_CANTONESE = str.maketrans({"喺": "在", "嘅": "的", "嗰": "那", "哋": "们", "冇": "没", "揾": "找"})
_SPELT = re.compile("(?:诶|欸)(?=[座栋])|比(?=座[0-9一二三四五六七八九十])")  # a letter as it was heard
_FIELD = re.compile(
    r"(?:(?P<b>楼栋号?|[栋幢楼]号)|(?P<u>单元号?)|(?P<f>楼层)|(?P<r>房间号?|房号|室号|门牌号?))[:=][ ]?(?P<said>[0-9]{1,4}|[a-z](?![a-z]))(?![0-9:年月栋幢号楼单室/-])"
)
_FIELDS = (("b", "栋"), ("u", "单元"), ("f", "楼"), ("r", "室"))
_IS = re.compile(r"(?<![关联体直派嫡])系(?![统列数里])")
_IS_DOOR = re.compile("系(?=[0-9a-z一二三四五六七八九十]{1,3}(?:[座栋幢楼期]|单元))")
_BELOW = re.compile("(?<![0-9])-(?=[0-9]{1,2}[楼层f])")  # C座-1楼
_RIGHT_SO = re.compile("(?<=[元栋幢座楼])对(?=[0-9一二三四五六七八九十])")  # 二单元对三楼, as it is spoken
_IN_BUILDING = re.compile("(?<![0-9-])([0-9]{1,3})-([0-9])(?=单元)")
_ZERO = re.compile("(?<=[一二三四五六七八九])[0o](?=[一二三四五六七八九])|(?<=[0-9])o(?=[0-9栋幢座号室楼])")
_MEANT = {"撤库": "车库", "搂道": "楼道", "搂梯": "楼梯", "电剃": "电梯", "店梯": "电梯", "垃机": "垃圾", "拉圾": "垃圾", "走朗": "走廊"}  # fmt: skip
_MISWRITTEN = re.compile("|".join(_MEANT))
_HOUSE = re.compile("(?<=[0-9])[栗粟](?![子米色])")  # 2栗, for 栋
_STOREY = re.compile("(?<=[0-9一二三四五六七八九十])搂(?![着住过抱粗])")  # 12搂
_NUMBER = re.compile(
    "(?<=[0-9])[毫豪](?![米升克安伏秒帕车宅华府庭苑园邸])|(?<=[一二三四五六七八九十])毫(?=[楼门院,]|$)"
)  # 88毫, for 号
_DASH = re.compile(r"(?<=[0-9a-z栋幢座元])[—–―‐‑‒－_杠](?=[0-9])")


def corrected(text: str) -> str:
    """A lower-case text with what was taken back left blank, every character where it was."""
    text = _DASH.sub("-", text.translate(_CANTONESE))
    text = _ZERO.sub(
        lambda said: (
            "0"
            if said.string[said.start() - 1].isdigit() and said.string[said.start() - 1].isascii()
            else "零"
        ),
        text,
    )
    text = _NUMBER.sub("号", _STOREY.sub("楼", text))
    text = _HOUSE.sub("栋", _MISWRITTEN.sub(lambda slip: _MEANT[slip.group()], text))
    text = _SPELT.sub(lambda said: "b" if said.group() == "比" else "a", text)
    text = _RIGHT_SO.sub(",", _BELOW.sub("负", _IN_BUILDING.sub(_numbered, text)))
    if ":" in text or "=" in text:
        text = _FIELD.sub(_filled, text)
    if "唔系" in text or "并非" in text:
        text = _IS.sub("是", text.replace("唔系", "不是").replace("并非", "不是"))
    text = _IS_DOOR.sub("是", text)
    text = _REPAIRED.sub(lambda wrong: " " * len(wrong.group()), text)
    for pattern in (_NOT_BUT, _TYPED, _VOID):
        text = pattern.sub(lambda wrong: " " * len(wrong.group()), text)
    for pattern in (_ELSEWHERE, _NOT_THERE, _FINE):
        if gone := pattern.search(text):
            start, end = gone.span(gone.lastindex or 0)
            door = _FIRST_DOOR.search(text, start, end) if pattern is _FINE else None
            text = blanked(text, (door.start() if door else start, end))
    return _without_negated(text)


def _numbered(said: re.Match[str]) -> str:
    """5-2单元 is no range but the second unit of building 5."""
    return said.group().replace("-", "#") if int(said[1]) > int(said[2]) else said.group()


def _filled(field: re.Match[str]) -> str:
    """A line of a form in the words of a sentence, as long as it was: 单元:2 is 2单元."""
    kind = next(word for name, word in _FIELDS if field[name])
    return (field["said"] + kind).rjust(len(field.group()))


def blanked(text: str, span: tuple[int, int]) -> str:
    """The text with one stretch left blank, every other character where it was."""
    return text[: span[0]] + " " * (span[1] - span[0]) + text[span[1] :]


def _without_negated(text: str) -> str:
    """Of 不是A是B, and of B不是A, only B is left standing; 是不是 is a question."""
    at = text.find("不是")
    while at >= 0:
        stop = at + 2
        while stop < len(text) and stop - at < 24 and text[stop] not in ",。;!?是":
            stop += 1
        asked = at > 0 and text[at - 1] == "是"
        instead = "是" in text[stop : stop + 6] or "是" in text[max(0, at - 24) : at]
        closes = text[at - 1 : at] == "," and text[stop : stop + 1] in ("", "。", "!", ";")
        instead = instead or (closes and text[stop - 1] not in "吗么吧嘛")  # A,不是B
        if not asked and (instead or _RIGHT.search(text, stop, stop + 16)):
            text = blanked(text, (at, stop))
        at = text.find("不是", stop)
    return text
