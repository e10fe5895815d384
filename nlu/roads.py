"""Roads, lanes and street numbers: 景田路18号, 新禾路88弄3号, 十六巷3号, 阳光路和东篱路路口."""

# ruff: noqa: E501  (a word list reads better whole)
from __future__ import annotations

from nlu import late_re as re
from nlu.numbers import read

_NUMERAL = r"(?:[0-9]{1,4}|[一二三四五六七八九十百零〇]{1,6})"
_LANE = re.compile(
    rf"(?<![0-9一二三四五六七八九十百零〇])({_NUMERAL})[弄巷](?![子道堂口])(?:[ ]?({_NUMERAL})支弄)?(?:[ ]?({_NUMERAL})号(?!楼(?![道顶])|栋)(?:[ ]?([0-9]{{3,4}})(?![0-9年月日块元点分米号个室房:-]))?)?",
    needs="弄 巷",
)
_ROAD_NO = re.compile(
    r"([一-鿿]{1,9}(?:(?<=[一-鿿])[0-9]{1,2}(?=[路街]))?(?:大道|路|大街|街|巷|胡同|(?<![街通车楼跑河管过行轨频隧地渠赛味知报走])道(?=[ ]?[0-9]{1,4}号))(?:[东西南北中]?[一二三四五六七八九]段|[东西南北中]段|[一-鿿]{2}段)?)[ _]?([甲乙丙]?[0-9]{1,5}|[一二三四五六七八九十百千零〇]{1,7})(?:-[0-9]{1,5}|之[0-9一二三四五六七八九十])?(?:号(?!楼(?!顶[^层]|道|[上下](?:的|有|漏|太|天天|住|在))|栋|线)|#(?![0-9a-z楼栋]))(?:附[0-9]{1,4}号)?",
    needs="号 #",
)
_ROAD = re.compile(
    r"((?:(?!路|街|大道)[一-鿿]){2,9}?(?:大道|大街|路|街))(?=[一-鿿]{2,4}(?:路|街|大道)(?:路?口|交)|(?<!拐)拐角|上|的|边|口|旁|和|与|跟|及|、|路|交|段|有|中段|[东西南北]段|辅[路道]|高架|隧道|沿线|两[侧边]|附近|这|那|又|[东西南北]口|,|$|人行道|路面|积水|桥[洞上下底头]|之间|中间(?=[那这]|一段)|(?:农贸|菜|便民|综合)市场|[0-9]|[ _])"
    r"|(?:从|沿着|[路经]过|途经|顺着)([一-鿿]{2,3}(?:大道|大街|路|街))(?!道|边|上|[灯面障沿径由程牌]|(?<=一路).?[到走跑追骂哭滴漏流掉疼痛])"
    r"|(?:^|[市区县镇乡]|街道|[映诉报说]的是)([一-鿿]{2,5}(?:大道|大街|路|街))(?!道|边|上|过(?![江河海街桥])|街道|社区|[灯面障沿径由程牌]|(?<=一路).?[到走跑追骂哭滴漏流掉疼痛])",
    needs="路 街 大道",
)
_ALLEY = re.compile("((?:(?![小后前窄条隔壁旁边])[一-鿿]){2,3}巷)(?=[里口内尾])", needs="巷")
_LAST_ROAD = re.compile(r"[^路街道]{1,6}(?:大道|路|大街|街|巷|胡同|道)$")
_STRETCH = re.compile(
    r"(?:辅路|[东西南北中]?[一二三四五六七八九]段|(?<=[路街])[东西南北中]段|(?<=道)[一-鿿]{2}段)$"
)
_NO_ROAD = re.compile(
    r"[这那哪条走修断过挡堵占让没不么个有找带问迷铁线电网思出退绕小整逛扫扔满旧好坏]|[在到着]路$|[的栋幢楼]|(?<![二三四五六七八九十])马(?=路)|马(?!路)|^[^五八]一[路街]|.[半上下高全开通老]|.新(?![东南西北中一二三四五六七八九十]?[路街]$)|^.新[路街]$|^[新老高全开通]?[路街]|^(?:上班|下班|上学|开车|一条)|公(?!园)|封路|高速|十字|步行|路路|街道$|道路|水泥路|快速路|周边|古街|沿街|外街|内道|部分|门口|应该|修复|加强"
)
_NO_NUMBERED = re.compile(
    r"[这那哪条走挡堵占没么个找问迷逛的栋幢楼]|^[马铁公网电思半]?[路街道]$|^[老新旧大小][路道]$|^(?:高速|快速|步行|十字|水泥)|街道$|道路$|^.?公路$|部分|应该|门口|停车|[入出]口|车库|[临沿靠]街$"
)
_BEFORE_LANE = re.compile(r"([一-鿿]{1,8}(?:大道|大街|路|街))[ ]?$", needs="路 街 大道")
_COURT = re.compile(rf"(?<![0-9一二三四五六七八九十百])({_NUMERAL})号(?=大?院)", needs="号")
_FILLER = re.compile(
    r"门牌号?是?|对面|旁边|隔壁|靠?近(?=..)|紧邻|邻近|挨着|靠着?|[路经]过|(?<=[映诉询报说问提讲])过|^过|途经|沿着|顺着|一下|(?:大前|[今昨明前后])[天晚早晨]|[上下中]午|早上|晚上|凌晨|傍晚|半夜|夜里|刚才|刚刚|住(?:在|(?!宅))|位于|就在|家在|是在|地址是|地址|在|从|到|去|和(?!平|谐|顺|睦|美|兴|盛)|跟|与|是|应?为|叫|改成|我们|咱们|反映|投诉|省|市|区|县|镇|乡|村|街道|关于|建议|请求|希望|举报|及|的|尽快|修复|加强"
)

_TOLD = re.compile("[在从向于]|[映诉问路经]过|反映|投诉")


def streets(text: str, spans: list[tuple[int, int]]) -> dict[str, str]:
    """Road, lane and street number of a lower-case text; two roads that meet are joined by a comma."""
    held: dict[str, str] = {}
    lane = _LANE.search(text)
    if lane:
        spans.append(lane.span())
        held["lane"] = str(read(lane[1]))
        if lane[2]:
            held["lane"] += f",{read(lane[2])}"
        if lane[3]:
            held["no"] = str(read(lane[3]))
        if lane[4]:
            held["room"] = lane[4]
        before = _BEFORE_LANE.search(text[: lane.start()])
        text = text[: lane.start()] + " " + text[lane.start() + 1 :]
        if before and not _NO_NUMBERED.search(name := _shortened(_road(before[1]))):
            spans.append((before.end(1) - len(name), before.end(1)))
            return held | {"road": name}
    numbered = _ROAD_NO.search(text)
    if numbered and not lane:
        stretch = _STRETCH.search(numbered.group(1))
        further = stretch.group() if stretch else ""
        name = _shortened(_road(numbered.group(1).removesuffix(further)))
        if 2 <= len(name) <= 7 and not _NO_NUMBERED.search(name):
            spans.append((_begins(numbered, name + further), numbered.end()))
            return held | {"road": name + further, "no": str(read(numbered.group(2)) or numbered.group(2))}
    names = [(_road(match[1] or match[2] or match[3]), bool(match[3])) for match in _ROAD.finditer(text)]
    if not names and (alley := _ALLEY.search(text)):
        names = [(_road(alley[1]), False)]
    roads = list(dict.fromkeys(name for name, led in names if _named(name, led)))[:2]
    if not roads and not lane and (court := _COURT.search(text)):
        held["no"] = str(read(court[1]))
    return held | ({"road": ",".join(roads)} if roads else {})


def _begins(numbered: re.Match[str], name: str) -> int:
    """Where an address begins: 上午在 and 反映过 are not of it, the town before the road is."""
    before = numbered.group(1).removesuffix(name)
    told = max((word.end() for word in _TOLD.finditer(before)), default=0)
    return numbered.start() + told


def _named(name: str, led: bool = False) -> bool:
    """Whether it is a name: strictly in running words, less so behind a district, town or subdistrict."""
    return 3 <= len(name) <= 6 and not (_NO_NUMBERED if led else _NO_ROAD).search(name)


def _shortened(name: str) -> str:
    """The last three or four characters of what is too long for a name: 台州黄岩环城东路."""
    if len(name) <= 6 or name.endswith(("大道", "大街", "胡同")):
        return name[-6:]
    return name[-4 if name[-2] in "东南西北中一二三四五六七八九十" else -3 :]


def _road(said: str) -> str:
    """The name of a road without the words before it; 和平路 keeps its 和."""
    last = _LAST_ROAD.search(said)
    name = last.group() if last else said
    for word in _FILLER.finditer(name):
        if len(name) - word.end() >= 3:
            name = " " * word.end() + name[word.end() :]
    return name.strip()
