"""The door that is meant among those a message names: building, unit, floor and room."""

# ruff: noqa: E501  (a word list reads better whole)
from __future__ import annotations

from nlu import late_re as re
from nlu.corrections import SLIP
from nlu.door_words import (
    BARE_ROOM,
    CHAMBER,
    DASHES,
    DOOR,
    ID,
    INNER,
    LEVEL,
    NUMBER,
    UNITS,
    all_between,
    canonical,
    read_door,
)

_RATHER = re.compile(
    r"(?<![0-9])(?:是|应该是|改成)([0-9]{3,4})(?=,? {2})|(?:源头|来源|来自|源自)[是在]?([0-9]{3,4})(?![0-9])|(?:  ,?|(?:错了?|不好意思|抱歉|正确的|实际)[,，]?)(?:而|应该)?[是为]([0-9]{3,4})(?![0-9])|(?:漏|漏水|堵|吵|坏|有问题|出事)的是([0-9]{3,4})(?![0-9])|(?:^|[,。;!? ]|就)是([0-9]{3,4})(?=传|发出|漏|流|滴|渗|弄|搞|在|家|又|天天|老是|那[家户边]|的?住户|业主|租[户客])"
)  # 不是620 is already blank

_WRITER = re.compile(
    r"(?:家里)(?:是|在|住)[^,。;!?]{0,12}$|(?:我|俺|本人)(?:家)?(?:是|住|在|住在|是住)?(?:在)?[^,。;!?]{0,12}$|(?:住在|家住)[^,。;!?]{0,12}$"
)
_AND = re.compile(r"[ ]?,?(?:、|和|跟|与|及|同|还有|以及|,)[ ]{0,12}")
_LIST = re.compile(
    rf"(?:(?<![0-9.]){ID}(?:栋|幢|座|号楼|{UNITS}|楼|层)?[、和跟与及/]|(?<![0-9.月])[0-9]{{1,2}}号、|(?<![0-9.:])(?:[0-9]{{1,2}}[,.])+){{1,4}}$"
)
_ABOVE = re.compile(
    rf"(?:楼[上下]|隔壁|对门|对面|[从被](?=[0-9]{{3,4}}[漏滴流渗掉往下冒淹泡]))(?:的)?({BARE_ROOM})"
)
_ROOM_OF = re.compile(
    "(?<![0-9])([0-9]{3,4})(?:家|住户|业主|租[户客]|的(?:窗|阳台|住户|业主|租[户客]|门口|墙))"
)
_BEHIND_NAME = re.compile(" {4}([0-9]{3,4})(?![0-9年月日块元点分:米号个])")
_ROOM_NO = re.compile(
    rf"(?:房间?号|门牌号?)(?:码)?[是为:]?[ ]?({BARE_ROOM}|[一二两三]千[零〇一二三四五六七八九百十]{{1,5}})"
)
_OWN = re.compile(
    rf"(?:家|我们?单元|住|我(?=在)|我(?=是{BARE_ROOM}[的,。]))(?:是|在)?({BARE_ROOM})(?![路平])"
)
_SUFFERS = re.compile(
    r"(?<![0-9.-])([1-9][0-9]{2,3})(?:家)?(?:的)?(?=传[出来过]|(?:天花板|卫生间|厨房|阳台|客厅|房顶|洗手间|厕所|水管|马桶|地漏)?[漏渗滴堵返反]|[往向朝]下|装修|太吵|天天|老是|总是|养[了着的鸡狗]|没人|把[0-9]|住户|业主|租[户客]|房东|那[家户]|户主|邻居)"
)
_UP_TO = re.compile(rf"(负?{ID})(?:栋|幢|座|号楼|{UNITS}|楼|层)?(?:到|至|~|-)$")
_AND_FLOOR = re.compile(rf"(、|和|跟|与|及|到|至|)({NUMBER})(?:楼|层)")
_AND_UNIT = re.compile(rf"(、|和|跟|与|及|到|至)({NUMBER})(?:{UNITS})(?:门)?")
_AND_ROOM = re.compile(rf"(、|和|跟|与|及|到|至|-|~|,|/| |或者?|还有)({BARE_ROOM})")
_ROOMS = re.compile("(?<![0-9])(?:[0-9]{3,4}[、和跟与及/]){1,4}$")
_COUNTED = re.compile(r"(?:有|这|那|共|好|几)[两几]$|[哪每同某另那这]一$")  # 有两栋楼停电 counts them
_LIVES = re.compile(r"(?:[我俺]家?(?:住|在|是)|[我俺]们?家|住在?|家在)[^,。;!?]{0,8}$")
_BARE = re.compile(r"(?<![0-9.:-])([0-9]{3,4})(?=[, ])")
_REACHES = re.compile("[漏流滴渗淌飘掉飞传][^,。;!?]{0,3}到$")
_TOWARDS = re.compile("(?:[到给往向害]|影响|连累)了?$")
_CLOSED = re.compile(r"的?(?:[,。;!?]|$)")
_ITEM = re.compile(ID)


_LESSON = re.compile(  # 数学第三单元
    rf"(?:(?:语文|数学|英语|物理|化学|生物|地理|政治|口语|课本|课文|教材|练习册|[上下]册|年级|单词|期[中末]|(?:历史|科学|音乐|美术)[课书])(?:课本?|书|教材|[一二三四五六七八九]年级|[上下]册|的|[里上,]){{0,4}}(?:刚?[学讲考教做写背]|复习|预习)?(?:[到了完]|的?是)?|(?:背诵?|默写|听写|复习|预习)[到了完]?)第?(?:{ID})单元|(?<![栋幢座楼#])第?(?:{ID})单元的?(?=测验|卷子|试卷|考[试卷砸]|没考[好上]|单词|课文|作文|听写|默写|知识)",
    needs="单元",
)
_COUNTABLE = {DOOR: "building", INNER: "unit", LEVEL: "floor"}


def doors(text: str, spans: list[tuple[int, int]]) -> dict[str, str]:
    """Building, unit, floor and room: the fullest door that is not merely the writer's own."""
    text = _LESSON.sub(lambda lesson: " " * len(lesson.group()), text)
    if dashed := _dashed(text, spans):
        return dashed
    for pattern in (DOOR, INNER, LEVEL, CHAMBER):
        found = [
            door
            for door in pattern.finditer(text)
            if not _COUNTED.search(text[: door.start() + 1][-3:])
            and not (door.group()[0] in "两俩" and read_door(door).keys() == {"building"})
        ][:16]
        if found:
            return _chosen(found, pattern, text, spans)
    for pattern in (_RATHER, _ABOVE, _BEHIND_NAME, _SUFFERS, _ROOM_NO, _OWN):
        bare = pattern.search(text)
        if bare and not (pattern is _ABOVE and _TOWARDS.search(text[: bare.start()])):
            spans.append(bare.span())
            return {"room": canonical(next(group for group in bare.groups() if group))}
    return {}


def _dashed(text: str, spans: list[tuple[int, int]]) -> dict[str, str]:
    """A door written with dashes alone: 3-2-501, 12-803; 301-304 are rooms."""
    door = DASHES.search(text)
    if door is None or re.search(r"(?:电话|[0-9]年|月)[^,。]{0,6}$", text[: door.start()][-8:]):
        return {}
    rooms = door["b2"] or ""
    if len(rooms) > 2 and (DOOR.search(text) or INNER.search(text)):
        return {}  # 2单元601-602
    spans.append(door.span())
    if len(rooms) > 2 and rooms[:-2] == door["r2"][:-2]:
        return {"room": all_between(rooms, door["r2"])}
    for building, unit, room in (("b", "u", "r"), ("b3", "u3", "r3")):
        if door[building]:
            return {"building": door[building].upper(), "unit": door[unit], "room": door[room]}
    return {"building": (door["b4"] or rooms).upper(), "room": door["r4"] or door["r2"]}


def _chosen(
    found: list[re.Match[str]], pattern: re.Pattern[str], text: str, spans: list[tuple[int, int]]
) -> dict[str, str]:
    """The door that is meant among those that are named."""
    at, own = _meant(found, text)
    chosen, held = found[at], read_door(found[at])
    spans.append(chosen.span())
    if pattern is DOOR and len(held) == 1:
        nearby = _further(text, chosen.end(), spans) or _before(text, chosen, spans)
        held |= {key: value for key, value in nearby.items() if key not in held}
    if held.keys() == {"building", "unit"}:
        held |= _said_again(text, chosen.end(), held["unit"], spans)
    if pattern is CHAMBER and (rooms := _ROOMS.search(text[: chosen.start()])):
        spans.append(rooms.span())
        held["room"] = ",".join((*re.findall("[0-9]+", rooms.group()), held["room"]))
    key = _COUNTABLE.get(pattern, "")
    if key in held and (key == "building" or len(held) == 1):
        held[key] = _all_named(key, held[key], chosen, found[at + 1 : at + 3], text, spans)
        _inside_others(held, found[at + 1 : at + 3], spans)
    _and_more(held, text, chosen.end(), spans)
    _other_room(held, text, chosen, told=not own)
    if own and "building" not in held and "unit" not in held:
        held = {key: value for key, value in own.items() if key in ("building", "unit")} | held
    return held


def _meant(found: list[re.Match[str]], text: str) -> tuple[int, dict[str, str]]:
    """Which of the doors is meant, and the writer's own if that was named before it."""
    at, own = 0, {}
    slips = [slip.end() for slip in SLIP.finditer(text)]
    after = [n for n, door in enumerate(found) if slips and door.start() >= slips[-1]]
    if after:
        at = after[0]
    elif len(found) > 1 and _WRITER.search(text[max(0, found[0].start() - 16) : found[0].start()]):
        at, own = 1, read_door(found[0])
    held = read_door(found[at])
    for door in found[at + 1 :]:
        again = read_door(door)
        if len(again) > len(held) and again.items() >= held.items():
            at, held = found.index(door), again
    return at, own


def _inside_others(held: dict[str, str], others: list[re.Match[str]], spans: list[tuple[int, int]]) -> None:
    """The units or rooms of further buildings: 1栋2单元和3栋1单元."""
    for door in others:
        inside = read_door(door) if door.span() in spans and "building" in held else {}
        for name in held.keys() & inside.keys() & {"unit", "room"}:
            held[name] += f",{inside[name]}"


def _other_room(held: dict[str, str], text: str, chosen: re.Match[str], *, told: bool) -> None:
    """The room the trouble comes from, when another was named first: 我住401,楼上501."""
    above = _ABOVE.search(text, chosen.end()) or _ROOM_OF.search(text, chosen.end())
    lower = CHAMBER.search(text, chosen.end()) or above
    writer = told and set(held) > {"building"} and _WRITER.search(text[: chosen.start()][-16:])
    if writer and lower:
        held["room"] = canonical(lower[1])
    elif writer and "floor" in held and (level := LEVEL.search(text, chosen.end())):
        held |= read_door(level)
    elif above and "room" not in held and "building" in held and not _TOWARDS.search(text[: above.start()]):
        held["room"] = canonical(above[1])


def _and_more(held: dict[str, str], text: str, end: int, spans: list[tuple[int, int]]) -> None:
    """Floors, units or rooms named right behind those of a door: 2单元和3单元, 501、502."""
    for name, further in (("floor", _AND_FLOOR), ("unit", _AND_UNIT)):
        inside = (
            held.keys() & {"building", "unit"} if name == "floor" else held.keys() == {"building", "unit"}
        )
        while inside and name in held and (more := further.match(text, end)):
            held[name] = _counted_on(held[name], more)
            spans.append(more.span())
            end = more.end()
    if "room" in held and (opposite := _ABOVE.match(text, end)):
        held["room"] = canonical(opposite[1])  # 1301对面1302
        end = opposite.end()
    while "room" in held and (beside := _AND_ROOM.match(text, end)):
        first, last = held["room"].rsplit(",", 1)[-1], canonical(beside[2])
        whole = beside[1] in "到至-~" and first[:-2] == last[:-2]
        held["room"] += "," + (all_between(first, last).partition(",")[2] if whole else last)
        spans.append(beside.span())
        end = beside.end()


def _counted_on(first: str, more: re.Match[str]) -> str:
    """Two floors or units, or with 到 all between them."""
    *others, last = first.split(",")
    second = canonical(more[2])
    reach = all_between(last, second) if more[1] in ("到", "至") else f"{last},{second}"
    return ",".join((*others, reach))


def _all_named(
    key: str,
    first: str,
    chosen: re.Match[str],
    following: list[re.Match[str]],
    text: str,
    spans: list[tuple[int, int]],
) -> str:
    """What is named with those beside it: 3栋和5栋, 3、5栋, 3栋到6栋, 一到六号楼, 1、2单元, 六楼到七楼."""
    named, end = first, chosen.end()
    for door in following:
        between, more = text[end : door.start()], read_door(door).get(key)
        if more and (not between or _AND.fullmatch(between)):
            named, end = f"{named},{more}", door.end()
            spans.append(door.span())
        elif more and between in ("到", "至", "~", "-"):
            named = all_between(named, more)
            spans.append(door.span())
            break
    return _with_those_before(named, text, 0, chosen.start(), spans)


def _with_those_before(named: str, text: str, start: int, end: int, spans: list[tuple[int, int]]) -> str:
    """What is listed or counted up just before the last of its kind: 1、2单元, 1-3单元."""
    for pattern in (_LIST, _UP_TO):
        if (said := pattern.search(text[:end], start)) is None:
            continue
        spans.append(said.span())
        if pattern is _LIST:
            return ",".join((*map(canonical, _ITEM.findall(said.group())), named))
        return all_between(canonical(said[1]), named)
    return named


def _further(text: str, start: int, spans: list[tuple[int, int]]) -> dict[str, str]:
    """A unit or floor said a few words after its building: 3栋那边的二单元."""
    for pattern in (INNER, LEVEL):
        match = pattern.search(text, start, start + 20)
        if match:
            spans.append(match.span())
            if _REACHES.search(text[start : match.start()]):
                continue
            held = read_door(match)
            key = next(iter(held))
            if key == "floor" and (more := _AND_FLOOR.match(text, match.end())):
                held["floor"] = _counted_on(held["floor"], more)
            return held | {key: _with_those_before(held[key], text, start, match.start(), spans)}
    return {}


def _said_again(text: str, start: int, unit: str, spans: list[tuple[int, int]]) -> dict[str, str]:
    """A floor or room behind the same unit said once more: 三单元吧,三单元一楼."""
    match = INNER.search(text, start, start + 14)
    again = read_door(match) if match else {}
    if match is None or again.get("unit") != unit:
        return {}
    spans.append(match.span())
    return again


def _before(text: str, door: re.Match[str], spans: list[tuple[int, int]]) -> dict[str, str]:
    """A unit, floor or room named just before a building that ends its clause: 二单元三楼,一栋的."""
    if "building" not in read_door(door) or not _CLOSED.match(text, door.end()):
        return {}
    earlier = text[max(0, door.start() - 24) : door.start()]
    held: dict[str, str] = {}
    for pattern in (INNER, LEVEL, CHAMBER, _ABOVE, _SUFFERS, _BARE):
        if held and pattern is _ABOVE:
            break
        for match in pattern.finditer(earlier):
            if "。" not in earlier[match.end() :] and not _LIVES.search(earlier[: match.start()]):
                spans.append(
                    (door.start() - len(earlier) + match.start(), door.start() - len(earlier) + match.end())
                )
                held = (read_door(match) if match.groupdict() else {"room": canonical(match[1])}) | held
                break
    return held
