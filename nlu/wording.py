"""The words of times written out before they are read: 3-5点, 周六、日, 下个月第一个星期六; and what is no time."""

# ruff: noqa: E501  (a word list reads better whole)
from __future__ import annotations

from datetime import date, datetime, timedelta

from nlu import late_re as re
from nlu.numbers import read

_MEANT = {
    "月头": "月初", "月尾": "月底", "年尾": "年底", "名天": "明天", "明夭": "明天", "昨夭": "昨天", "今夭": "今天", "后夭": "后天", "周散": "周三", "期散": "期三",
    "拜散": "拜三", "下舞": "下午", "上舞": "上午", "晚尚": "晚上", "早尚": "早上", "临晨": "凌晨", "玲晨": "凌晨",
}  # fmt: skip
_MISWRITTEN = re.compile("|".join(_MEANT))
_SLIPS = (  # one character heard, typed or spoken for another, where nothing else can be meant
    (re.compile(r"(?<![也都还就又才一二三四五六日天])没(?=(?:周|星期|礼拜)[一二三四五六日天]|天[早晚上中下都])", needs="没"), "每"),
    (re.compile(r"(?<=[今明昨后])[田添](?=[上下中]午|[早晚可能来有我])", needs="田 添"), "天"),
    (re.compile(r"(?<=[天日号一二三四五六][上下])五(?=(?:[0-9]{1,2}|[一二两三四五六七八九十]{1,2})点)", needs="五"), "午"),
    (re.compile(r"(?:(?<=[周期拜][一二三四五六日天末])|(?<=[点号午晚半]))[只值](?=[前后])", needs="只 值"), "之"),
    (re.compile(r"(?<=之)钱(?=[给回来修答处搞弄办交,。]|$)", needs="钱"), "前"),
    (re.compile(r"(?<=[今昨明])万(?=上|(?:[0-9]{1,2}|[一二两三四五六七八九十]{1,2})点)", needs="万"), "晚"),
    (re.compile(r"(?<=[今昨明])晚上", needs="晚上"), "天晚上"),
    (re.compile(r"[里李理](?=拜[一二三四五六日天])", needs="拜"), "礼"),
    (re.compile(r"(?<=星)[其旗](?=[一二三四五六日天])", needs="星"), "期"),
)  # fmt: skip
_SOONER_OR_LATER = re.compile(
    r"早晚(?=[会要得出有都各]|一[趟次回])|(?<![今明昨听当每])[早晚]一点(?![钟半整左多到至前以0-9一三])|(?<=[早晚])一点(?=再)"
)
_NO_TIME = re.compile(
    r"(?:(?<=[,。;!? ])|^)(?:直|可)?到(?:今天|今日)(?![上下中]午|[晚早]|[0-9一二三四五六七八九十])|从早(?:上)?到晚(?:上)?|每个?月的?最后一?个?(?:周|星期|礼拜)[一二三四五六日天]|(?:今天)?都(?:快)?(?:周|星期|礼拜)[一二三四五六日天]了|上下午|早晚高峰|早中晚(?=都|各|[三3]次)|[五六七八十]一(?=[东西南北中]?(?:路|街|大道|环岛|小学|中学|新村|广场|公园|大桥))|[一二三四五六七八九十]月(?=[路街巷](?![灯口面上边]))|国庆(?=[东西南北中]?(?:路|街|村))|快一点(?![钟半了到多整0-9一三])"
)
_HOURS = re.compile(  # 3-5点
    r"(?<![0-9.:/月号日楼栋座提-])(?P<from>[0-9]{1,2}|(?<![一二三四五六七八九十])(?:十[一二]?|[一二三四五六七八九]))(?=[-~到至](?:[0-9]{1,2}|十[一二]?|[一二三四五六七八九])点(?![建意要原理问想]))"
)
_DAYS = re.compile(  # 20到25号
    r"(?<![0-9.:/月号日楼栋座提一二三四五六七八九十-])(?P<from>[0-3]?[0-9]|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])(?=[-~到至](?:[0-3]?[0-9]|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])[号日](?![楼院门车桌窗线机桩]))"
)
_WEEKDAYS = re.compile(  # 周六、日
    r"(?<![每逢])(周|星期|礼拜)([一二三四五六])[、和及]([一二三四五六日天])(?![0-9一二三四五六七八九十点月号日个])"
)
_LASTED = re.compile(r"(?<=[咗了足])(?P<n>[一两二三四五六七八九十0-9]{1,2})日")  # 坏咗三日
_LAST_DAY = re.compile("月的?最后一天")
_NTH = re.compile(  # 下个月第一个星期六
    r"(?P<which>这个?|本|下个?|上个?)月的?第(?P<n>[一二三四1-4])个?(?:周|星期|礼拜)(?P<day>[一二三四五六日天])"
)
_LITTLE = re.compile(  # 轻一点
    r"(?:[轻慢小大高低远松紧短冷热亮暗重厚薄宽细稳静软硬严清便宜]|(?<![约说定讲商谈最])好|(?<!差不)(?<!点)多|(?<!至)少|(?<!将)(?<!接)近|[客和]气|[小用耐细当]心|注意|留意|主动|积极|干净|清楚|明白|安全)一点(?![钟半整左多到至前以0-9一三])",
    needs="一点",
)
_PAST_YEARS = re.compile(  # 1949年那段历史
    r"(?:(?:1[0-9]|20)[0-9]{2})年(?:代)?(?:的|那一?段|那场|那时候?|那会儿?|那年|这段|这场)?的?(?:历史|故事|往事|老?电影|老照片|战争|抗战|战役|歌曲?|革命|起义|记忆|回忆)(?![展会节院票唱咏手])",
    needs="年",
)
_SPOKEN_YEAR = re.compile(
    "(?<![零〇一二三四五六七八九十百千幺])(?:一[八九]|二[零〇])[零〇一二三四五六七八九]{2}(?=年)", needs="年"
)
_CANTONESE = re.compile("[佢唔嘅咗嚟喺冇哋啲]")
_SPOKEN_NUMBER = re.compile(
    r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])|[一幺][三四五六七八九][一二三四五六七八九零〇幺两]{9}(?=[一二两三四五六七八九]{1,2}点)|[一二三四五六七八九零〇幺两]{7,}"
)  # 一三八一二三… is no first of August


def written_out(text: str, now: datetime) -> str:
    """The text with slips repaired, what is no time left blank, and short forms in full."""
    text = _MISWRITTEN.sub(lambda slip: _MEANT[slip.group()], text)
    for pattern, meant in _SLIPS:
        text = pattern.sub(meant, text)
    if _CANTONESE.search(text):
        text = text.replace("今朝", "今早")
    text = _SPOKEN_YEAR.sub(lambda said: f"{read(said.group())}", text)
    for pattern in (_SOONER_OR_LATER, _LITTLE, _PAST_YEARS, _SPOKEN_NUMBER, _NO_TIME):
        text = pattern.sub(lambda said: " " * len(said.group()), text)
    text = _LASTED.sub(r"\g<n>天", text)
    text = _DAYS.sub(r"\g<from>号", _HOURS.sub(r"\g<from>点", text))
    text = _WEEKDAYS.sub(r"\g<1>\g<2>、\g<1>\g<3>", text)
    return _LAST_DAY.sub("月底", _NTH.sub(lambda said: _nth(said, now), text))


def _nth(said: re.Match[str], now: datetime) -> str:
    """The first Saturday of a month as the day it is."""
    month = now.year * 12 + now.month - 1 + {"下": 1, "上": -1}.get(said["which"][0], 0)
    first = date(month // 12, month % 12 + 1, 1)
    weekday = "一二三四五六日".index(said["day"].replace("天", "日"))
    ahead = (weekday - first.weekday()) % 7 + 7 * ((read(said["n"]) or 1) - 1)
    return f" {first + timedelta(days=ahead):%Y-%m-%d} "
