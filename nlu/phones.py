"""Telephone numbers in a message: spaced, dashed, spoken or corrected, with their extension."""

# ruff: noqa: E501  (a word list reads better whole)
from __future__ import annotations

from typing import NamedTuple

from nlu import late_re as re
from nlu.numbers import DIGITS

_SPOKEN = {char: str(value) for char, value in DIGITS.items()} | {"洞": "0", "拐": "7", "勾": "9"}
_DIGIT = "幺一二三四五六七八九零〇两洞拐勾"
_LIKE_FIGURES = str.maketrans("oil", "011")
_DIGITS = frozenset(_DIGIT + "0123456789")
FEWEST = 3  # digits that can name a telephone: the last of one
_LETTERS = re.compile("(?<=[0-9])[oil]{1,3}(?=[0-9])", re.IGNORECASE)  # 1385526O714
_GROUPS = re.compile(
    rf"(?<![{_DIGIT}0-9])([{_DIGIT}]{{3,4}})[,、 ]+([{_DIGIT}]{{4}})[,、 ]+([{_DIGIT}]{{4}})(?![{_DIGIT}0-9])"
)
_THEN = "[,、 ]*(?:后面|然后|接着|再|中间|最后)(?:是|接着|接)?[,、 ]*"
_TOLD_APART = re.compile(  # 幺三三后面是四四六零后面是二七幺五
    rf"(?<![{_DIGIT}0-9])([{_DIGIT}0-9]{{3,4}}){_THEN}([{_DIGIT}0-9]{{4}}){_THEN}([{_DIGIT}0-9]{{4}})(?![{_DIGIT}0-9])",
    needs="后面 然后 接着 再 中间 最后",
)
_RUN = re.compile(rf"(?<![0-9.])[{_DIGIT}0-9](?:[ -]?(?:[二两三四五六]个)?[{_DIGIT}0-9](?!个)){{6,22}}")
_REPEATED = re.compile(rf"([二两三四五六])个([{_DIGIT}0-9])")
_NAMED = re.compile(r"(?<=[张李王赵老小][一二三四五六七八九])(?=1[3-9][0-9]{9})")  # 李四13300004466
_WHOLE = re.compile(  # 一三九零零零零一二三四三号楼, and two in a row
    rf"(?<![{_DIGIT}0-9])((?:1[3-9](?:[ -]?[0-9]){{9}}(?=[{_DIGIT}])|[1一幺][3-9三四五六七八九拐勾][{_DIGIT}0-9]{{9}}(?=[{_DIGIT}0-9]{{1,3}}(?:[个点楼层栋幢座室单天位]|号[楼栋])|[1一幺][3-9三四五六七八九拐勾][{_DIGIT}0-9]{{9}}(?![{_DIGIT}0-9]))))"
)
_BEFORE = r"(?<![0-9a-z])(?<![0-9][-.])"
_MOBILE = re.compile(
    r"(?<![0-9])(?:\(?(?:\+|00)?86\)?[- ]{0,2})?(1[- .]?[3-9](?:[- .]?[0-9]){9})(?![0-9])(?:(?:转|分机)[ ]?([0-9]{1,5}))?"
)
_LANDLINE = re.compile(
    r"(?<![0-9-])(?:(?:\+|00)86[- ]?)?\(?(0[0-9]{2,3})\)?[- ]{0,3}([2-9][0-9]{2,3}[- ]?[0-9]{4})(?:[ ,]?(?:转|分机号?|ext\.?|-|#|x)[ :]?([0-9]{1,5}))?(?![0-9])"
)
_ABROAD = re.compile(r"\+(?!86)([1-9][0-9]{0,2}[- ]?(?:[0-9][- ]?){7,11})(?![0-9])")
_SERVICE = re.compile(
    rf"{_BEFORE}([48]00[- ]?(?:[0-9]{{3}}[- ]?[0-9]{{4}}|[0-9]{{4}}[- ]?[0-9]{{3}}))(?![0-9-])"
)
_BARE_AREA = re.compile(
    rf"{_BEFORE}(10|2[0-9]|[3-9][0-9]{{2}})-([2-9][0-9]{{2,3}}[- ]?[0-9]{{4}})(?:(?:转|分机|-)[ ]?([0-9]{{1,5}}))?(?![0-9-])"
)
_LOCAL = re.compile(
    rf"{_BEFORE}([2-9][0-9]{{3}}[- ]?[0-9]{{4}}|[2-9][0-9]{{2}}[- ][0-9]{{4}}|[2-9][0-9]{{6}})(?:[ ,]?(?:转|分机号?|-)[ :]?([0-9]{{1,5}}))?(?![0-9a-z元块万号年月.:-])"
)
_AREA_APART = re.compile(
    r"区号(?:是|为|:)?[ ]?(0[0-9]{2,3})[,、 ]{0,2}(?:电话|号码|座机)?(?:号码?)?(?:是|为|:)?[ ]?([2-9][0-9]{6,7})(?![0-9])"
)
_DATE = re.compile(r"20[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])$")
_CALLED = re.compile(
    r"电话|座机|固话|号码|致电|拨打|拨|联系|回电|来电|call|phone|tel|办公室|家里的?号|打(?!扫|架|牌|麻|卡|印|开)|找我"
)
_TAIL = re.compile(
    r"(?:尾号|末尾|尾数|(?:最后|末|后|尾)(?:四|4|三|3)(?:位数?|码|个数字?|个号))[^0-9,。;]{0,4}?([0-9]{3,4}|[幺一二三四五六七八九零〇两]{3,4}|[三四]个[一二三四五六七八九零0-9])(?![0-9幺一二三四五六七八九零〇两])|(?<![0-9])([0-9]{4})(?:结尾|收尾|打头的?尾)"
    r"|(?:ending|ends?|last (?:four|4)(?: digits)?(?: are| is)?) (?:in |with )?([0-9]{4})(?![0-9])"
)
_LAST_CHANGED = re.compile(
    r"^(?![^0-9]{0,10}(?:另|还有|别的|换))[^0-9]{0,10}(?:最后|后面|末尾|尾号|尾数|末|后|尾)(?:[一二两三四几]?位数?)?[^0-9,]{0,4}(?:是|为|改成)?[ ]?([0-9]{1,6})(?![0-9])"
)
_WRONG_BEFORE = re.compile(
    r"(?:\bnot|不是|错的是|[写留填打报说记]错的(?:号码?|电话)?|误写成|错写成|写成了?|别(?:再)?(?:打|用)|不要(?:再)?打|不用打?(?=我的|原来|以前|老)|停用(?:的|了)?|停机(?:的|了)?|欠费(?:的|了)?|空号|注销(?:的|了)?)(?:是|为|那个|[:: ])?[^,。;!?0-9]{0,3}$"
)
_OLD_BEFORE = re.compile(
    r"(?:原来?的?(?:号码?|电话|手机)?|旧(?:号码?|的|电话|手机)?|以前的?(?:号码?|电话|手机)?|(?:之前|上次)(?:的|留的|填的)?(?:号码?|电话|手机)?)(?:是|为|那个|[:: ])?[^,。;!?0-9]{0,3}$"
)
_WRONG_AFTER = re.compile(
    r"^[ ,]?(?:改用|换用)|^(?:是[^,。;!?0-9]{1,5}的)?[ ,]?(?:这个|那个|那|这)?(?:号码?|电话)?(?:已经?|现在|早就?|都)?(?:不用了|停用|停机|注销|作废|换掉|换了|不要了|错了|是错的|[写留填打报说记]错了?|空号|是旧的|是以前的|别打(?![一-鿿])|不对)|^[ ]?(?:改成|改为|换成|换为|变成)"
)
_AFTER_SLIP = re.compile(
    r"^[ ,。.!…-]{0,3}(?:[啊哦噢呃额诶]{1,3}[,， ]?)?(?:不对|不不|不是(?=[,，。])|错了|说错|写错|打错|更正|应该是|应是|正确(?:的|号码?|电话){0,2}(?:应该?)?是|我记错|sorry|no,)"
)
_NOT_PHONE = re.compile(
    r"(?:身份证|证号|证件|卡号|银行卡|医保卡|社保卡|单号|编号|订单|账号|帐号|户号|税号|车牌|学号|qq|邮编|验证码|密码|表号|流水|条码|序列|案件|工单|运单|快递|诉求号|卡|房产证|合同)(?:号码?)?[^,。;!?0-9]{0,6}$",
    re.IGNORECASE,
)
_CARD_AFTER = re.compile(
    r"^的?(?:那张|这张)?(?:[建工农中招交]行|银行|工资|社保|医保|储蓄|信用|公交|门禁|饭|存|借记)?(?:卡|存折|账户|账号|账上|[轿货客]?车)"
)
_OWN_PHONE = re.compile("电话|手机|号码")
_MONEY_AFTER = re.compile(r"^[ ]?(?:元|块|万|斤|平|米|度|吨|kg)")


class _Number(NamedTuple):
    digits: str
    start: int
    end: int


def phones(text: str) -> tuple[str, ...]:
    """Numbers one could call, in the order of their first appearance, corrected ones only."""
    return read(text)[0]


def read(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Whole numbers, and the last digits of others ("尾号4321")."""
    if sum(char in _DIGITS for char in text) < FEWEST and "尾" not in text:
        return (), ()
    text = _LETTERS.sub(_as_figures, _NAMED.sub(",", text))
    text = _WHOLE.sub(r"\1,", text)
    spoken = _RUN.sub(_as_digits, _TOLD_APART.sub(r"\1\2\3", _GROUPS.sub(r"\1\2\3", text))).lower()
    spoken = _AREA_APART.sub(r"\1-\2", spoken)
    found = _numbers(spoken)
    kept = [_mended(number, spoken) for at, number in enumerate(found) if not _wrong(at, found, spoken)]
    whole = tuple(dict.fromkeys(kept))
    return whole, _tails(spoken, found)


def _as_figures(letters: re.Match[str]) -> str:
    return letters.group().lower().translate(_LIKE_FIGURES)


def _as_digits(run: re.Match[str]) -> str:
    said = _REPEATED.sub(_repeated, run.group())
    if sum(char.isdigit() or char in _SPOKEN for char in said) < 7:
        return run.group()
    return "".join(_SPOKEN.get(char, char) for char in said)


def _repeated(said: re.Match[str]) -> str:
    """四个八 is 8888."""
    return said[2] * int(_SPOKEN[said[1]])


def _numbers(text: str) -> list[_Number]:
    found: list[_Number] = []
    taken = [False] * len(text)
    for pattern in (_MOBILE, _LANDLINE, _ABROAD, _SERVICE, _BARE_AREA, _LOCAL):
        for match in pattern.finditer(text):
            before = text[max(0, match.start() - 14) : match.start()]
            if any(taken[match.start() : match.end()]) or _NOT_PHONE.search(before):
                continue
            if pattern is _LOCAL and not _local(match, text):
                continue
            found.append(_Number(_digits(match, pattern), *match.span()))
            taken[match.start() : match.end()] = [True] * (match.end() - match.start())
    return sorted(found, key=lambda number: number.start)


def _local(match: re.Match[str], text: str) -> bool:
    """Seven or eight digits are a number when somebody speaks of calling, or of nothing else."""
    after = text[match.end() : match.end() + 12]
    if _MONEY_AFTER.match(after) or _DATE.match(match.group()):
        return False
    around = text[max(0, match.start() - 16) : match.start()] + " " + after
    return bool(_CALLED.search(around)) or len(text.strip(" ,。.!")) == match.end() - match.start()


def _digits(match: re.Match[str], pattern: re.Pattern[str]) -> str:
    groups = [re.sub(r"[^0-9]", "", group or "") for group in match.groups()]
    if pattern is _BARE_AREA:
        groups[0] = f"0{groups[0]}"
    if pattern is _SERVICE or pattern is _ABROAD:
        return groups[0]
    number, extension = "".join(groups[:-1]), groups[-1]
    return f"{number}-{extension}" if extension else number


def _wrong(at: int, found: list[_Number], text: str) -> bool:
    """Whether a number is named only to say that it is not the one."""
    number = found[at]
    before, after = text[max(0, number.start - 14) : number.start], text[number.end : number.end + 14]
    if _WRONG_BEFORE.search(before):
        return True
    if _WRONG_AFTER.search(after):
        return not _LAST_CHANGED.match(text[number.end : number.end + 32])
    if len(found) > 1 and _OLD_BEFORE.search(before):
        return True
    following = at + 1 < len(found) and found[at + 1].start - number.end < 16
    return following and bool(_AFTER_SLIP.match(after))


def _mended(number: _Number, text: str) -> str:
    """A number whose last digits were said again: 13800001357,不不不,最后是1358."""
    changed = _LAST_CHANGED.match(text[number.end : number.end + 32])
    return number.digits[: -len(changed[1])] + changed[1] if changed else number.digits


def _tails(text: str, found: list[_Number]) -> tuple[str, ...]:
    tails: list[str] = []
    for match in _TAIL.finditer(text):
        tail = _REPEATED.sub(_repeated, match[1] or match[2] or match[3])
        tail = "".join(_SPOKEN.get(char, char) for char in tail)
        owned = _NOT_PHONE.search(text[max(0, match.start() - 12) : match.start()])
        if not _OWN_PHONE.search(text[max(0, match.start() - 6) : match.start()]):
            owned = owned or _CARD_AFTER.match(text[match.end() : match.end() + 8])
        told = any(number.digits.endswith(tail) for number in found)
        mended = any(0 <= match.start() - number.end < 16 for number in found)
        if not owned and not told and not mended and tail not in tails:
            tails.append(tail)
    return tuple(tails)
