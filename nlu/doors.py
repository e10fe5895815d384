"""Buildings, units, floors and rooms in every way they are written: 三栋二单元, 3#2门, 5幢602, 3-2-501."""

# ruff: noqa: E501  (a word list reads better whole)
from __future__ import annotations

from nlu import late_re as re
from nlu.corrections import SLIP
from nlu.numbers import read

_CN = "零〇一二三四五六七八九十两俩百廿幺壹贰叁肆伍陆柒捌玖拾"
NUMBER = rf"(?:[0-9]{{1,3}}|[{_CN}]{{1,4}})"
_ID = rf"(?:[a-z][0-9]{{1,2}}|[a-z]|[甲乙丙丁]|{NUMBER}[a-z]?)"
_SIDE = "[东西南北中左右]"
_BESIDE = "[侧边面头](?:的|那个?)?"  # 东边那个单元
_UNITS = "(?:单[元园圆无原员源缘远]|[丹但旦担][元园圆员])"
_MISWRITTEN = "洞|东|冬|动|懂|董|冻|撞|憧|橦|床|拣|号动|号懂|号[漏娄喽篓路陋露]"  # for 栋, 幢, 号楼
_GAP = rf"(?:(?:[ ,的/)]|-(?![0-9]{{1,2}}(?:楼|层|f))){{0,2}}|(?:[,嗯啊呃吧呢]|对(?=[{_CN}0-9])|然后|那个|就是){{1,3}}| {{3,24}})"

_DASHES = re.compile(
    r"(?<![0-9a-z.:/-])(?P<b>[a-z]?[0-9]{1,3})(?:(?:栋|幢|座|#|号楼)-?|-)(?P<u>[0-9]{1,2})[-](?P<r>[0-9]{3,4})(?![0-9:-])"
    r"|(?<![0-9a-z.:/-])(?P<b3>[a-z]?[0-9]{1,3})(?:栋|幢|座|#)?/(?P<u3>[0-9]{1,2})/(?P<r3>(?!20[12][0-9])[0-9]{3,4})(?![0-9:/-])"
    r"|(?<=  )(?P<b4>[a-h])-?(?P<r4>[0-9]{3,4})(?![0-9a-z:室国省道线年米路型-])"
    r"|(?<![0-9a-z.:/栋幢座楼-])(?P<b2>[a-z]?[0-9]{1,3})(?:栋|幢|座|#)?[-](?P<r2>[0-9]{3,4})(?![0-9:-])(?![年万元块米人岁度户公斤%号楼])",
)
_BUILDING = (
    rf"(?:(?P<b>{_ID})[ ]?(?:号楼|号栋|号洞|号幢|号座|号[搂喽娄篓]|#楼|#栋|#座|#|(?:栋(?!栋)|幢(?!幢)))(?:楼)?"
    rf"|(?P<bl>(?<![a-z])[a-h]{{2,3}}(?=座)|[a-z][0-9]{{0,2}}|[0-9]{{1,3}})[ ]?(?:座|[做坐作](?=[0-9]{{3,4}}(?![0-9])|(?<=[a-z][坐作做])(?:$|[,。的漏停没坏有]|电梯|大堂|[0-9{_CN}]{{1,3}}(?:楼|层))))|(?P<bz>[{_CN}]{{1,3}})座(?={_GAP}(?:{NUMBER}(?:楼|层|单元|室|门)|[0-9]{{3}}))|(?P<by>(?:(?<=  )|(?<=[是第]))[{_CN}]{{1,3}}|(?<![有了这那几共建修两{_CN}])[二三四五六七八九十]{{1,3}})座(?=[,。的]|$|楼|电梯|大堂|地[下库]|对面|[后前门停没漏有冒成])|(?P<bv>[0-9]{{1,3}})号别墅"
    rf"|(?P<bt>{NUMBER})(?:{_MISWRITTEN}|号|楼)(?={_GAP}(?:{NUMBER}|{_SIDE})(?:{_UNITS}|门(?!口)))"
    rf"|(?P<bu>{NUMBER})(?:{_MISWRITTEN})(?={_GAP}{NUMBER}(?:楼|层))"
    rf"|(?<![路街道巷弄0-9])(?P<bh>{NUMBER})号(?={_GAP}[0-9]{{3,4}}[ ]?(?:室|房(?!子|东|屋|间|价)))"
    rf"|(?P<bs>(?<![0-9])[0-9]{{1,2}}(?=洞|冻|懂|董|憧|撞(?!车|了|到)|动(?![手画作静员工物力]))|{NUMBER}(?=洞|冻|[动懂董][{_CN}]{{3}}))[洞冻懂董憧撞动](?={_GAP}(?:$|,|楼|门|单元|电梯|的|[漏渗停没堵坏有着冒积断灯水太车]|{NUMBER}(?:楼|层)|[0-9]{{3}}|[{_CN}]{{3}}))|(?P<bw>[a-z])栋)"
)
_UNIT = rf"(?:(?:第(?P<uo>{NUMBER})个?|(?P<u>(?!俩){_ID}|{_SIDE})(?:(?<={_SIDE}){_BESIDE})?)[ ]?(?:{_UNITS}(?:门)?|门洞|梯口|梯(?![两三四五六七八]|[0-9]户))|(?P<ud>{_ID})[ ]?门(?![口牌禁锁窗卫岗洞])|(?P<uz>{_SIDE})门(?={_GAP}(?:{NUMBER}(?:楼|层)|[0-9]{{3}}))|(?P<uh>[0-9]{{1,3}})号(?=[0-9]{{3,4}}室)|(?P<ug>{_SIDE}|{NUMBER})(?:门栋)|(?P<us>[a-z])座)"
_UNIT_ALONE = rf"(?:(?:第(?P<uo>{NUMBER})个?|(?P<u>(?!俩){_ID}|{_SIDE})(?:(?<={_SIDE}){_BESIDE})?)[ ]?(?:{_UNITS}|门栋|门洞)|(?<![0-9{_CN}])(?P<ud>{NUMBER})门(?={_GAP}(?:[0-9]{{3}}|{NUMBER}[楼层])))"
_FLOOR = (
    rf"(?:(?:负|地下|-)(?P<fn>{NUMBER})(?:楼|层|f)|(?<![a-z素])b(?P<fb>[1-4])(?:层|楼)?(?![0-9栋座幢]|驾?[照证])"
    rf"|(?![0-9]{{3}}楼[上下])(?!(?<=[哪每同这那某另上下多盖建了])一[层楼])(?<!共)(?!(?<=有){NUMBER}层)(?!{NUMBER}[楼层]以[上下](?:的?(?:业主|住户|人家|楼层)|才|要|都要|不用|免))(?P<f>{NUMBER})(?:楼|层|f(?![a-z]))(?!栋|长|组)|(?P<f1>[首底])层(?!人民|群众|百姓|逻辑))"
)
_ROOM = rf"(?:(?P<r>[a-z]?[0-9]{{1,4}}[a-z]?|[{_CN}]{{2,4}}|(?<![a-z])[a-z](?=[室户]))[ ]?(?:室|房(?!子|东|屋|价|[0-9两三]厅)(?:间)?|号房|户(?!口|外|主|籍|型))|(?P<rn>[0-9]{{1,4}})号(?![楼栋线院门车井柜桩库棚]|电梯|别墅)|(?P<rq>[{_CN}]{{3}})(?=一[直天到家下个户些开早晚夜整起般]|[两三四五]口|[{_CN}]{{1,3}}(?:天|年|周|小时|个[月半多星礼钟]))|(?P<rh>[0-9]{{1,2}}-0[0-9])(?![0-9-])|(?P<rd>[0-9]{{1,2}}[a-h](?![a-z0-9])|[0-9]{{3,4}}|[{_CN}]{{3,4}})(?![0-9年月日块元点分{_CN}米号个栋幢座]|:[0-9])|(?P<rk>[一二两三]千[零〇一二三四五六七八九百十]{{1,5}})(?![年元块多个户人米百]))"
_ROOM_ALONE = (
    rf"(?:(?<![0-9{_CN}])(?P<r>[0-9]{{1,4}}[a-z]?|[{_CN}]{{3,4}}|[一二两三]千[零〇一二三四五六七八九百十]{{1,5}})[ ]?(?:室|房(?!子|东|屋|价|[0-9两三]厅)(?:间)?|号房))"
)
_DOOR = re.compile(
    rf"{_BUILDING}(?:{_GAP}{_UNIT})?(?:{_GAP}第?{_FLOOR})?(?:(?:{_GAP}{_SIDE}户)?{_GAP}{_ROOM})?",
    needs="号 # 栋 幢 座 做 坐 作 洞 动 懂 冻 董 憧 撞 东 冬 橦 床 拣 楼",
)
_INNER = re.compile(
    rf"{_UNIT_ALONE}(?:{_GAP}第?{_FLOOR})?(?:{_GAP}{_ROOM})?", needs="单 丹 但 旦 担 门"
)
_LEVEL = re.compile(rf"(?<![第0-9{_CN}])(?:第(?={NUMBER}层))?{_FLOOR}(?:{_GAP}{_ROOM})?", needs="楼 层 f b")
_CHAMBER = re.compile(_ROOM_ALONE, needs="室 房")
_RATHER = re.compile(
    r"(?<![0-9])(?:是|应该是|改成)([0-9]{3,4})(?=,? {2})|(?:  ,?|(?:错了?|不好意思|抱歉|正确的|实际)[,，]?)(?:而|应该)?[是为]([0-9]{3,4})(?![0-9])| {4}([0-9]{3,4})(?![0-9年月日块元点分:米号个])"
)  # 不是620 is already blank

_WRITER = re.compile(
    r"(?:家里)(?:是|在|住)[^,。;!?]{0,12}$|(?:我|俺|本人)(?:家)?(?:是|住|在|住在|是住)?(?:在)?[^,。;!?]{0,12}$|(?:住在|家住)[^,。;!?]{0,12}$"
)
_AND = re.compile(r"[ ]?,?(?:、|和|跟|与|及|同|还有|以及|,)[ ]{0,12}")
_LIST = re.compile(rf"(?:(?<![0-9.]){_ID}(?:栋|幢|座|号楼|{_UNITS}|楼|层)?[、和跟与及/]|(?<![0-9.月])[0-9]{{1,2}}号、){{1,4}}$")
_BARE_ROOM = rf"(?:[0-9]{{3,4}}(?![0-9年月日块元点分:米号个])|[一二三四五六七八九幺零〇]{{3,4}}(?![年月日块元点分米号个{_CN}]))"
_ABOVE = re.compile(
    rf"(?:楼[上下]|隔壁|对门|对面|从(?=[0-9]{{3,4}}[漏滴流渗掉往下冒]))(?:的)?({_BARE_ROOM})"
)
_ROOM_NO = re.compile(rf"(?:房间?号|门牌号?)(?:码)?[是为:]?[ ]?({_BARE_ROOM}|[一二两三]千[零〇一二三四五六七八九百十]{{1,5}})")
_OWN = re.compile(rf"(?:家|我们?单元|住|我(?=在)|我(?=是{_BARE_ROOM}[的,。]))(?:是|在)?({_BARE_ROOM})(?![路平])")
_SUFFERS = re.compile(
    r"(?<![0-9.-])([1-9][0-9]{2,3})(?:家)?(?:的)?(?=[漏渗滴]|[往向朝]下|装修|太吵|天天|老是|总是|养[了着鸡狗]|没人|把[0-9]|住户|业主|租[户客]|房东|那[家户]|户主|邻居)"
)
_UP_TO = re.compile(rf"(负?{_ID})(?:栋|幢|座|号楼|{_UNITS}|楼|层)?(?:到|至|~|-)$")
_AND_FLOOR = re.compile(rf"(、|和|跟|与|及|到|至|)({NUMBER})(?:楼|层)")
_AND_UNIT = re.compile(rf"(、|和|跟|与|及|到|至)({NUMBER})(?:{_UNITS})(?:门)?")
_AND_ROOM = re.compile(rf"(、|和|跟|与|及|到|至|-|~|或者?|还有)({_BARE_ROOM})")
_ROOMS = re.compile("(?<![0-9])(?:[0-9]{3,4}[、和跟与及/]){1,4}$")
_COUNTED = re.compile(r"(?:有|这|那|共|好|几)[两几]$|[哪每同某另那这]一$")  # 有两栋楼停电 counts them
_LIVES = re.compile(r"(?:[我俺]家?(?:住|在|是)|[我俺]们?家|住在?|家在)[^,。;!?]{0,8}$")
_BARE = re.compile(r"(?<![0-9.:-])([0-9]{3,4})(?=[, ])")
_ON_ITS_FLOOR = re.compile("0[1-9]")
_REACHES = re.compile("[漏流滴渗淌飘掉飞传][^,。;!?]{0,3}到$")
_TOWARDS = re.compile("(?:[到给往向害]|影响|连累)了?$")
_SPOKEN_ROOM = re.compile("([一二三]?十[一二三四五六七八九]?)零([一二三四五六七八九])$")
_RUN = "一二三四五六七八九"
_CLOSED = re.compile(r"的?(?:[,。;!?]|$)")
_ITEM = re.compile(_ID)
_NAMES = {"b": "building", "u": "unit", "r": "room", "f": "floor"}


_COUNTABLE = {_DOOR: "building", _INNER: "unit", _LEVEL: "floor"}


def doors(text: str, spans: list[tuple[int, int]]) -> dict[str, str]:
    """Building, unit, floor and room: the fullest door that is not merely the writer's own."""
    dashed = _DASHES.search(text)
    if dashed and dashed["b2"] and len(dashed["b2"]) > 2 and (_DOOR.search(text) or _INNER.search(text)):
        dashed = None  # 2单元601-602
    if dashed and not re.search(r"(?:电话|[0-9]年|月)[^,。]{0,6}$", text[: dashed.start()][-8:]):
        spans.append(dashed.span())
        for building, unit, room in (("b", "u", "r"), ("b3", "u3", "r3")):
            if dashed[building]:
                return {"building": dashed[building].upper(), "unit": dashed[unit], "room": dashed[room]}
        if dashed["b2"] and len(dashed["b2"]) > 2 and dashed["b2"][:-2] == dashed["r2"][:-2]:
            return {"room": all_between(dashed["b2"], dashed["r2"])}  # 301-304
        return {
            "building": (dashed["b4"] or dashed["b2"]).upper(),
            "room": dashed["r4"] or dashed["r2"],
        }
    for pattern in (_DOOR, _INNER, _LEVEL, _CHAMBER):
        found = [
            door
            for door in pattern.finditer(text)
            if not _COUNTED.search(text[: door.start() + 1][-3:])
            and not (door.group()[0] in "两俩" and _read_door(door).keys() == {"building"})
        ][:16]
        if found:
            return _chosen(found, pattern, text, spans)
    for pattern in (_RATHER, _ABOVE, _SUFFERS, _ROOM_NO, _OWN):
        bare = pattern.search(text)
        if bare:
            spans.append(bare.span())
            return {"room": canonical(next(group for group in bare.groups() if group))}
    return {}


def _chosen(
    found: list[re.Match[str]], pattern: re.Pattern[str], text: str, spans: list[tuple[int, int]]
) -> dict[str, str]:
    """The door that is meant among those that are named."""
    at = 0
    slips = [slip.end() for slip in SLIP.finditer(text)]
    after = [n for n, door in enumerate(found) if slips and door.start() >= slips[-1]]
    own: dict[str, str] = {}
    if after:
        at = after[0]
    elif len(found) > 1 and _WRITER.search(text[max(0, found[0].start() - 16) : found[0].start()]):
        at, own = 1, _read_door(found[0])
    held = _read_door(found[at])
    for door in found[at + 1 :]:
        again = _read_door(door)
        if len(again) > len(held) and again.items() >= held.items():
            at, held = found.index(door), again
    chosen = found[at]
    spans.append(chosen.span())
    if pattern is _DOOR and len(held) == 1:
        nearby = _further(text, chosen.end(), spans) or _before(text, chosen, spans)
        held |= {key: value for key, value in nearby.items() if key not in held}
    if held.keys() == {"building", "unit"}:
        held |= _said_again(text, chosen.end(), held["unit"], spans)
    if pattern is _CHAMBER and (rooms := _ROOMS.search(text[: chosen.start()])):
        spans.append(rooms.span())
        held["room"] = ",".join((*re.findall("[0-9]+", rooms.group()), held["room"]))
    key = _COUNTABLE.get(pattern, "")
    if key in held and (key == "building" or len(held) == 1):
        held[key] = _all_named(key, held[key], chosen, found[at + 1 : at + 3], text, spans)
        for door in found[at + 1 : at + 3]:  # 1栋2单元和3栋1单元
            inside = _read_door(door) if door.span() in spans and "building" in held else {}
            held |= {name: f"{held[name]},{inside[name]}" for name in ("unit", "room") if inside.get(name) and name in held}
    _and_more(held, text, chosen.end(), spans)
    lower = _CHAMBER.search(text, chosen.end()) or _ABOVE.search(text, chosen.end())
    if not own and lower and set(held) > {"building"} and _WRITER.search(text[: chosen.start()][-16:]):
        held["room"] = canonical(lower[1])
    elif "room" not in held and "building" in held and (above := _ABOVE.search(text, chosen.end())):
        if not _TOWARDS.search(text[: above.start()]):
            held["room"] = canonical(above[1])
    if own and "building" not in held and "unit" not in held:
        held = {key: value for key, value in own.items() if key in ("building", "unit")} | held
    return held


def _and_more(held: dict[str, str], text: str, end: int, spans: list[tuple[int, int]]) -> None:
    """Floors, units or rooms named right behind those of a door: 2单元和3单元, 501、502."""
    if held.keys() & {"building", "unit"} and "floor" in held and (more_floors := _AND_FLOOR.match(text, end)):
        held["floor"] = _counted_on(held["floor"], more_floors)
        spans.append(more_floors.span())
    if held.keys() == {"building", "unit"} and (more_units := _AND_UNIT.match(text, end)):
        held["unit"] = _counted_on(held["unit"], more_units)
        spans.append(more_units.span())
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
    second = canonical(more[2])
    return all_between(first, second) if more[1] in ("到", "至") else f"{first},{second}"


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
        between, more = text[end : door.start()], _read_door(door).get(key)
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


def all_between(first: str, last: str) -> str:
    """3栋到6栋 are four buildings, 负一到负三层 three floors; what cannot be counted are the two named."""
    try:
        low, high = int(first), int(last)
    except ValueError:
        return f"{first},{last}"
    step = 1 if low <= high else -1
    if abs(high - low) > 30:
        return f"{first},{last}"
    return ",".join(str(number) for number in range(low, high + step, step))


def _further(text: str, start: int, spans: list[tuple[int, int]]) -> dict[str, str]:
    """A unit or floor said a few words after its building: 3栋那边的二单元."""
    for pattern in (_INNER, _LEVEL):
        match = pattern.search(text, start, start + 20)
        if match:
            spans.append(match.span())
            if _REACHES.search(text[start : match.start()]):
                continue
            held = _read_door(match)
            key = next(iter(held))
            if key == "floor" and (more := _AND_FLOOR.match(text, match.end())):
                held["floor"] = _counted_on(held["floor"], more)
            return held | {key: _with_those_before(held[key], text, start, match.start(), spans)}
    return {}


def _said_again(text: str, start: int, unit: str, spans: list[tuple[int, int]]) -> dict[str, str]:
    """A floor or room behind the same unit said once more: 三单元吧,三单元一楼."""
    match = _INNER.search(text, start, start + 14)
    again = _read_door(match) if match else {}
    if match is None or again.get("unit") != unit:
        return {}
    spans.append(match.span())
    return again


def _before(text: str, door: re.Match[str], spans: list[tuple[int, int]]) -> dict[str, str]:
    """A unit, floor or room named just before a building that ends its clause: 二单元三楼,一栋的."""
    if "building" not in _read_door(door) or not _CLOSED.match(text, door.end()):
        return {}
    earlier = text[max(0, door.start() - 24) : door.start()]
    held: dict[str, str] = {}
    for pattern in (_INNER, _LEVEL, _CHAMBER, _ABOVE, _SUFFERS, _BARE):
        if held and pattern is _ABOVE:
            break
        for match in pattern.finditer(earlier):
            if "。" not in earlier[match.end() :] and not _LIVES.search(earlier[: match.start()]):
                spans.append(
                    (door.start() - len(earlier) + match.start(), door.start() - len(earlier) + match.end())
                )
                held = (_read_door(match) if match.groupdict() else {"room": canonical(match[1])}) | held
                break
    return held


def _read_door(match: re.Match[str]) -> dict[str, str]:
    held: dict[str, str] = {}
    for group, value in match.groupdict().items():
        if not value:
            continue
        name = _NAMES[group[0]]
        said = canonical(value)
        if group == "rh":
            said = value.replace("-", "")  # 17-02
        if name == "room" and (spoken := _SPOKEN_ROOM.match(value)):
            said = f"{read(spoken[1])}0{read(spoken[2])}"  # 十二零三
        if group == "bl" and len(value) > 1 and value.isalpha():
            said = ",".join(value.upper())  # AB座
        if name != "room" and value in _RUN and len(value) > 1:
            said = ",".join(map(canonical, value))  # 一二单元 are two
        if group in ("fn", "fb"):
            said = f"-{said.replace(',', ',-')}"
        held[name] = said
    if held.get("floor", "").isdigit() and _ON_ITS_FLOOR.fullmatch(match["r"] or "" if "r" in match.groupdict() else ""):
        held["room"] = f"{held['floor']}{match['r']}"  # 17楼02室
    return held


def canonical(value: str) -> str:
    """Arabic digits; letters kept in capitals; sides as they are."""
    value = value.strip()
    if value in ("首", "底"):
        return "1"
    if value[:1] == "负":
        return f"-{canonical(value[1:])}"
    tail = value[-1].upper() if len(value) > 1 and value[-1].isascii() and value[-1].isalpha() else ""
    number = read(value[:-1] if tail else value)
    return f"{number}{tail}" if number is not None else value.upper()
