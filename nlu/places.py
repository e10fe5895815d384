"""Where the problem is: doors, floors, roads and named estates, in canonical writing."""

# ruff: noqa: E501  (a word list reads better whole)
from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from nlu import english
from nlu.gazetteer import Gazetteer
from nlu.meaning import PlaceMention
from nlu.numbers import read

__all__ = ["Gazetteer", "place"]

_CN = "零〇一二三四五六七八九十两俩百幺"
_N = rf"(?:[0-9]{{1,3}}|[{_CN}]{{1,4}})"
_ID = rf"(?:[a-z][0-9]{{1,2}}|[a-z]|[甲乙丙丁]|{_N}[a-z]?)"
_SIDE = "[东西南北中左右]"
_GAP = r"[ ,的]{0,2}"

_DASHES = re.compile(
    r"(?<![0-9a-z.:/-])(?P<b>[a-z]?[0-9]{1,3})(?:栋|幢|座|#)?[-](?P<u>[0-9]{1,2})[-](?P<r>[0-9]{3,4})(?![0-9:-])"
    r"|(?<![0-9a-z.:/-])(?P<b2>[a-z]?[0-9]{1,3})(?:栋|幢|座|#)?[-](?P<r2>[0-9]{3,4})(?![0-9:-])(?!年)"
)
_BUILDING = (
    rf"(?:(?P<b>{_ID})[ ]?(?:号楼|号栋|号洞|号幢|号座|号搂|#楼|#栋|#座|#|栋|幢)(?:楼)?"
    rf"|(?P<bl>[a-z][0-9]{{0,2}}|[0-9]{{1,3}})[ ]?座|(?P<bz>[{_CN}]{{1,3}})座(?={_GAP}(?:{_N}(?:楼|层|单元|室|门)|[0-9]{{3}}))"
    rf"|(?P<bt>{_N})(?:洞|动|懂|冻|东|号|楼|号动)(?={_GAP}(?:{_N}|{_SIDE})(?:单元|单园|门(?!口)))"
    rf"|(?<![路街道巷弄0-9])(?P<bh>{_N})号(?={_GAP}[0-9]{{3,4}}[ ]?(?:室|房(?!子|东|屋|间|价)))"
    rf"|(?P<bs>{_N})(?:洞|冻)(?={_GAP}(?:$|,|楼|门|电梯|的|{_N}楼|[0-9]{{3}}))|(?P<bw>[a-z])栋)"
)
_UNIT = rf"(?:(?P<u>{_ID}|{_SIDE})[ ]?(?:单元(?:门)?|单园|单圆|单无|门洞|梯口|门(?![口牌禁锁窗卫岗]))|(?P<ug>{_SIDE}|{_N})(?:门栋))"
_UNIT_ALONE = rf"(?:(?P<u>{_ID}|{_SIDE})[ ]?(?:单元|单园|门栋))"
_FLOOR = (
    rf"(?:(?:负|地下|-)(?P<fn>{_N})(?:楼|层|f)|(?<![a-z])b(?P<fb>[1-4])(?:层|楼)?(?![0-9栋座幢])"
    rf"|(?P<f>{_N})(?:楼|层|f(?![a-z]))(?!栋|长|组))"
)
_ROOM = rf"(?:(?P<r>[0-9]{{1,4}}[a-z]?|[{_CN}]{{2,4}})[ ]?(?:室|房(?!子|东|屋|间|价)|号房|户(?!口|外|主|籍))|(?P<rd>[0-9]{{3,4}}|[{_CN}]{{3,4}})(?![0-9年月日块元点分{_CN}:米号个]))"
_ROOM_ALONE = (
    rf"(?:(?<![0-9{_CN}])(?P<r>[0-9]{{1,4}}[a-z]?|[{_CN}]{{3,4}})[ ]?(?:室|房(?!子|东|屋|间|价)|号房))"
)
_DOOR = re.compile(rf"{_BUILDING}(?:{_GAP}{_UNIT})?(?:{_GAP}{_FLOOR})?(?:{_GAP}{_ROOM})?")
_INNER = re.compile(rf"{_UNIT_ALONE}(?:{_GAP}{_FLOOR})?(?:{_GAP}{_ROOM})?")
_LEVEL = re.compile(rf"(?<![第0-9]){_FLOOR}(?:{_GAP}{_ROOM})?")
_CHAMBER = re.compile(_ROOM_ALONE)
_RATHER = re.compile(
    r"(?<![0-9])(?:是|应该是|改成)([0-9]{3,4})(?= {2})|  (?:而)?是([0-9]{3,4})(?![0-9])"
)  # 不是620 is already blank

_PHASE = re.compile(rf"(?<![学星日周定分长短近中工前后到过保早晚])({_N})期(?![间望待限末])")
_ZONE = re.compile(
    r"(?<![a-z])([a-z]|[东西南北中]|[一二三四五六七八九])区(?![a-z域委政别号长]|[0-9]{1,3}(?![0-9]{0,2}[ ]?(?:栋|幢|号楼|座|#|-)))"
)
_GRID = re.compile(rf"(?:第)?({_N})(?:号)?网格|网格({_N})(?![0-9]*人)")
_LANE = re.compile(r"([0-9]{1,4})[弄巷]")
_ROAD_NO = re.compile(
    r"([一-鿿]{2,9}(?:大道|路|大街|街|巷))[ _]?([0-9]{1,5})(?:-[0-9]{1,5}|之[0-9一二三四五六七八九十])?号(?!楼|栋|线)"
)
_ROAD = re.compile(
    r"([一-鿿]{2,9}?(?:大道|大街|路|街))(?=上|的|边|口|旁|和|与|跟|路灯|段|有|中段|[东西南北]段|,|$|人行道|路面|积水|[0-9]|[ _])"
    r"|(?:^|[市区县镇乡]|街道)([一-鿿]{2,5}(?:大道|大街|路|街))(?!道|边|上)"
)
_LAST_ROAD = re.compile(r"[^路街道]{1,6}(?:大道|路|大街|街|巷)$")
_NO_ROAD = re.compile(
    r"[这那哪条走修断过挡堵占让一半上下没不么个有找带问迷马铁公高线电网思出退绕小整逛扫全满开通新旧老好坏]|十字|步行|路路|街道$|道路|水泥路|快速路|周边|古街|沿街|外街|内道|部分|门口|应该|修复|加强"
)
_LANE_NO = re.compile(r"[0-9]{1,4}[弄巷][ ]?([0-9]{1,4})号(?!楼|栋)")
_DISTRICT = re.compile(r"(?:^|[市在于到,。 ])([一-鿿]{2,3}区)(?=[一-鿿])")
_COMMUNITY = re.compile(r"(?:^|[区在于到道街,。 ])([一-鿿]{2,5}社区)")
_NOT_NAMES = re.compile(
    r"[我你他咱俺们这那个哪是有把被]|小区|社区|全区|本区|片区|校区|园区|城区|景区|山区|地区|辖区|街区|郊区"
)
_FILLER = re.compile(
    r"住在|位于|就在|家在|是在|地址是|地址|在|从|到|去|和|跟|与|我们|咱们|反映|投诉|市|区|县|镇|乡|街道|关于|建议|请求|希望|举报|及|的|尽快|修复|加强"
)
_SPOTS = re.compile(
    r"地下车库|车库|地下停车场|地下室|垃圾房|垃圾站|垃圾桶|消防通道|儿童乐园|健身广场|健身区|快递柜|充电桩|配电房|水泵房|"
    r"楼梯间|电梯间|电梯井|电梯|楼道|走廊|天台|楼顶|顶楼|架空层|大门口|单元门口|小区门口|"
    r"[东西南北正侧后前大][ ]?门(?:口|岗|外)?|花园里|中心花园|广场|凉亭|喷泉|水池|车棚|围墙|门卫室|岗亭|停车场|厨房|卫生间|阳台|厕所"
)
_WRITER = re.compile(
    r"(?:我|俺|本人)(?:家)?(?:是|住|在|住在|是住)?(?:在)?[^,。;!?]{0,12}$|(?:住在|家住)[^,。;!?]{0,12}$"
)
_NAMES = {"b": "building", "u": "unit", "r": "room", "f": "floor"}


def place(text: str, gazetteer: Gazetteer) -> tuple[PlaceMention, tuple[tuple[int, int], ...]]:
    """The place of the problem, and the stretches of text that named it."""
    text = _corrected(text.lower())
    spans: list[tuple[int, int]] = []
    known = gazetteer.find(text)
    held: dict[str, Any] = {}
    rest = text
    if known:
        spans.append((known.start, known.end))
        rest = text[: known.start] + " " * (known.end - known.start) + text[known.end :]
    held |= _doors(rest, spans)
    held |= _around(rest, spans)
    foreign, where = english.parts(rest)
    held |= foreign
    spans += where
    mention = PlaceMention(**held)
    if known:
        mention = replace(
            mention, estate_id=known.place.id, estate=known.place.name,
            community=known.place.community or mention.community,
        )  # fmt: skip
    return mention, tuple(spans)


def _corrected(text: str) -> str:
    """Of 不是A是B, and of B不是A, only B is left standing."""
    if "不是" not in text:
        return text
    at = text.find("不是")
    while at >= 0:
        stop = at + 2
        while stop < len(text) and stop - at < 24 and text[stop] not in ",。;!?是":
            stop += 1
        if "是" in text[stop : stop + 6] or "是" in text[max(0, at - 24) : at]:
            text = text[:at] + " " * (stop - at) + text[stop:]
        at = text.find("不是", stop)
    return text


def _doors(text: str, spans: list[tuple[int, int]]) -> dict[str, str]:
    """Building, unit, floor and room: the fullest door that is not merely the writer's own."""
    dashed = _DASHES.search(text)
    if dashed and not re.search(r"(?:电话|[0-9]年|月)[^,。]{0,6}$", text[: dashed.start()][-8:]):
        spans.append(dashed.span())
        if dashed["b"]:
            return {"building": dashed["b"].upper(), "unit": dashed["u"], "room": dashed["r"]}
        return {"building": dashed["b2"].upper(), "room": dashed["r2"]}
    for pattern in (_DOOR, _INNER, _LEVEL, _CHAMBER):
        doors = list(pattern.finditer(text))[:16]
        if not doors:
            continue
        chosen = doors[0]
        if len(doors) > 1 and _WRITER.search(text[max(0, chosen.start() - 16) : chosen.start()]):
            chosen = doors[1]
        spans.append(chosen.span())
        held = _read_door(chosen)
        if pattern is _DOOR and len(held) == 1:
            held |= _further(text, chosen.end(), spans)
        return held
    rather = _RATHER.search(text)
    if rather:
        spans.append(rather.span())
        return {"room": rather[1] or rather[2]}
    return {}


def _further(text: str, start: int, spans: list[tuple[int, int]]) -> dict[str, str]:
    """A unit or floor said a few words after its building: 3栋那边的二单元."""
    for pattern in (_INNER, _LEVEL):
        match = pattern.search(text, start, start + 20)
        if match:
            spans.append(match.span())
            return _read_door(match)
    return {}


def _read_door(match: re.Match[str]) -> dict[str, str]:
    held: dict[str, str] = {}
    for group, value in match.groupdict().items():
        if not value:
            continue
        name = _NAMES[group[0]]
        said = _canonical(value)
        if group in ("fn", "fb"):
            said = f"-{said}"
        held[name] = said
    return held


def _canonical(value: str) -> str:
    """Arabic digits; letters kept in capitals; sides as they are."""
    value = value.strip()
    tail = value[-1].upper() if len(value) > 1 and value[-1].isascii() and value[-1].isalpha() else ""
    number = read(value[:-1] if tail else value)
    return f"{number}{tail}" if number is not None else value.upper()


def _around(text: str, spans: list[tuple[int, int]]) -> dict[str, str]:
    """Everything larger than a door: phase, zone, grid, road, community, district, and the spot."""
    held: dict[str, str] = {}
    for name, pattern in (("phase", _PHASE), ("zone", _ZONE), ("grid", _GRID), ("lane", _LANE)):
        match = pattern.search(text)
        if match:
            value = next(group for group in match.groups() if group)
            held[name] = f"{value.upper()}区" if name == "zone" else _canonical(value)
            spans.append(match.span())
    held |= _streets(text, spans)
    for name, pattern in (("district", _DISTRICT), ("community", _COMMUNITY)):
        match = pattern.search(text)
        if (
            match
            and not _NOT_NAMES.search(match.group(1).removesuffix("社区"))
            and "期" not in match.group(1)
        ):
            held[name] = match.group(1)
    spot = _SPOTS.search(text)
    if spot:
        held["spot"] = spot.group()
    return held


def _streets(text: str, spans: list[tuple[int, int]]) -> dict[str, str]:
    numbered = _ROAD_NO.search(text)
    if numbered:
        spans.append(numbered.span())
        return {"road": _road(numbered.group(1)), "no": numbered.group(2)}
    inside = _LANE_NO.search(text)
    held = {"no": inside.group(1)} if inside else {}
    plain = _ROAD.search(text)
    name = _road(plain.group(1) or plain.group(2)) if plain else ""
    return held | ({"road": name} if 3 <= len(name) <= 6 and not _NO_ROAD.search(name) else {})


def _road(said: str) -> str:
    """The name of a road without the words before it; 和平路 keeps its 和."""
    last = _LAST_ROAD.search(said)
    name = last.group() if last else said
    for word in _FILLER.finditer(name):
        if len(name) - word.end() >= 3:
            name = " " * word.end() + name[word.end() :]
    return name.strip()
