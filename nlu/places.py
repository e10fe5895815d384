"""Where the problem is: doors, floors, roads and named estates, in canonical writing."""

# ruff: noqa: E501  (a word list reads better whole)
from __future__ import annotations

from typing import Any

from nlu import english
from nlu import late_re as re
from nlu.corrections import SLIP, blanked, corrected
from nlu.door_words import DOOR, NUMBER, all_between, canonical
from nlu.doors import doors
from nlu.estates import unknown_estate, with_kind
from nlu.gazetteer import Found, Gazetteer
from nlu.meaning import PlaceMention
from nlu.roads import streets
from nlu.spots import named_spot, spot_behind, spot_in

__all__ = ["Gazetteer", "place"]

_PROVINCES = "京津沪冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼渝"
_PHASE = re.compile(
    rf"(?<![学星日周定分长短近中工前后过保早晚])({NUMBER}|(?<![a-z])i{{1,3}}|(?<![a-z])iv)[ ]?期(?![间望待限末])",
    needs="期",
)
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
_ZONE = re.compile(
    r"(?<![a-z])([a-z]|[东西南北中]?[一二三四五六七八九]|[东西南北中])区(?![域委政别号长]|医院|小学|中学|派出所|[a-z](?![0-9]{0,2}[ ]?[栋座幢])|[0-9]{1,3}(?![0-9]{0,2}[ ]?(?:栋|幢|号楼|座|#|-|号?车位|[冻洞懂憧动](?=[0-9]{1,2}单))))",
    needs="区",
)
_JOINT = re.compile("[ ]?(?:(到|至|-|~)|、|和|跟|与|及|还有|,)[ ]?")
_LARGER = re.compile("[^0-9]?.{1,2}区|.{1,3}期")
_WITH = re.compile("、|和|跟|与|及|还有|以及")
_GRID = re.compile(rf"(?:第)?({NUMBER})(?:号)?网格|网格({NUMBER})(?![0-9]*人)", needs="网格")
_DISTRICT = re.compile(r"(?:^|[市在于到住,。:; ])([一-鿿]{2,3}区)(?=[一-鿿])(?![别域间分块])", needs="区")
_COMMUNITY = re.compile(
    r"(?:^|街道|(?<!街)道|街(?!道)|[区镇乡县市在于到由给,。 ])((?:(?!街道|[区县镇由给到]|(?<!自)在)[一-鿿]){2,5}社区)",
    needs="社区",
)
_PLATE = re.compile(
    rf"[{_PROVINCES}][a-z][·. ]?[a-z0-9]{{5,6}}(?![a-z0-9])",
    needs=" ".join(_PROVINCES),
)
_SPOKEN_PHONE = re.compile(
    "(?<![零〇一二三四五六七八九幺两])[一幺][三四五六七八九][零〇一二三四五六七八九幺两]{9}"
)
_SEVERAL = ("phase", "zone", "building", "unit", "floor", "room", "road")
_LANE_HOUSE = re.compile(
    r"(?<![0-9])([0-9]{1,4})号(?=楼[道顶]|楼[上下](?:的|有|漏|太|天天|住|在)|[ ,]?第?[0-9一二三四五六七八九十]{1,2}单元)"
)  # 1876弄33号楼道 is the stairwell of 33
_VILLAGE_HOUSE = re.compile(r"[ ]*([0-9]{1,4}|[一二三四五六七八九十百]{1,5})号(?!楼|栋|院)")
_WRITER = re.compile(
    r"作为$|(?:我|俺|本人)(?:家)?(?:是|住|在|住在|是住)?(?:在)?$|(?:住在|家住)$"
    r"|(?:爸|妈|父母|父亲|母亲|老人|儿子|女儿|爷爷|奶奶|公婆|亲戚|朋友|同事|姐|哥|弟|妹|孩子|老两口)(?:家|们)?(?:都|也|是)?(?:住|在|住在|家在)$"
)
_COMPLAINED = re.compile(
    "(?:反映|投诉|举报|报修|说|问)的(?:问题|事情?|地方)?(?:其实)?(?:是|在)|[坏堵黑塌破脏乱吵]的(?:其实)?是|问题(?:其实)?(?:是)?出?在(?!于)"
)
_POINTS = re.compile("隔壁|对面|旁边|附近")  # from the writer's own house to another
_NOT_NAMES = re.compile(
    r"的|尊敬|亲爱|咨询|反映|投诉|请问|[我你他咱俺们这那个哪是有把被]|[归找让替请叫交送报问等靠属]$|^(?:元旦|国庆|中秋|春节|端午|重阳|元宵|五一|今天|明天|昨天|晚上|早上)|小区|社区|居民区|全区|本区|片区|校区|园区|城区|景区|(?:儿童|健身|休闲|活动|停车|绿化|别墅|商业|生活|办公|公共|施工|工业|开发|吸烟|充电|游乐|器材|休息|住宅)区|^(?:大|老|深|在|从|个)?山区|地区|辖区|街区|郊区"
)


def place(text: str, gazetteer: Gazetteer) -> tuple[PlaceMention, tuple[tuple[int, int], ...]]:
    """The place of the problem, and the stretches of text that named it."""
    text = corrected(_PLATE.sub(lambda plate: " " * len(plate.group()), text.lower()))
    text = _SPOKEN_PHONE.sub(lambda phone: "," * len(phone.group()), text)
    spans: list[tuple[int, int]] = []
    known, own = _found(text, gazetteer)
    spans += [own] if own else []
    second = _beside(text, known, gazetteer) if known else None
    named = _named(text, known, second, spans)
    rest = text
    for span in spans:
        rest = blanked(rest, span)
    held = _around(rest, spans) | named
    if held.get("community") == held.get("estate"):
        held.pop("community", None)  # 国际社区 is the name of an estate
    rest = _without_houses(rest, held, spans)
    held |= doors(rest, spans)
    if not held.get("spot") and spans:
        held["spot"] = next(filter(None, (spot_behind(rest, end) for _, end in spans)), "")
    foreign, where = english.parts(rest)
    held |= foreign
    spans += where
    further: tuple[tuple[str, str], ...] = (("estate", second.place.name),) if second else ()
    further += tuple((key, value) for key in _SEVERAL for value in str(held.get(key, "")).split(",")[1:])
    held |= {key: held[key].split(",")[0] for key in _SEVERAL if held.get(key)}
    if known and known.place.community:
        held["community"] = known.place.community
    return PlaceMention(**held, further=further), tuple(spans)


def _named(
    text: str, known: Found | None, second: Found | None, spans: list[tuple[int, int]]
) -> dict[str, Any]:
    """The estate or public place with a name, known to the community or not."""
    if known is None:
        spot = named_spot(text)
        found = spot or _unknown(text, spans)
        if found is None:
            return {}
        spans.append(found[1])
        return {"spot" if spot else "estate": found[0]}
    spans += [(one.start, one.end) for one in (known, second) if one]
    held = {"estate_id": known.place.id, "estate": known.place.name, "public": known.place.spot}
    if known.place.name.endswith("村") and text[known.end :][:1] in ("口", "头", "尾"):
        held["spot"] = "村" + text[known.end]
    return held


def _unknown(text: str, spans: list[tuple[int, int]]) -> tuple[str, tuple[int, int]] | None:
    """An estate the community does not know: of A,不对,B the second, and not the writer's own when another is named."""
    found = unknown_estate(text)
    if found is None:
        return None
    own = _is_own(text, found[1][0])
    other = _another(text, found[1][1] if own else _slip(text), own=own)
    away = own and _on_a_road(text, found[1][1])
    if own and (other or away):
        spans.append(_with_door(text, *found[1]))
    return other or (None if away else found)


def _another(text: str, told: int, *, own: bool) -> tuple[str, tuple[int, int]] | None:
    """The estate that is named soon behind what was said and taken back, or behind the writer's own."""
    other = with_kind(blanked(text, (0, told))) if told else None
    way = text[told : other[1][0]] if other else ""
    meant = len(way) <= 24 and (not own or _POINTS.search(way) or SLIP.search(way))
    return other if meant else None


def _on_a_road(text: str, told: int) -> bool:
    """Whether what is complained of, behind the writer's own house, is said to be a road or public place."""
    said = next(_COMPLAINED.finditer(text, told), None)
    where = text[said.start() : said.end() + 16] if said else ""
    return bool(where) and ("road" in streets(where, []) or named_spot(where) is not None)


def _slip(text: str) -> int:
    """Where the last word ends that takes back what stands before it; 0 when there is none."""
    return max((match.end() for match in SLIP.finditer(text)), default=0)


def _is_own(text: str, start: int) -> bool:
    return bool(_WRITER.search(text[max(0, start - 12) : start]))


def _without_houses(text: str, held: dict[str, Any], spans: list[tuple[int, int]]) -> str:
    """The text without what looks like a door and is none: numbers of houses, zones and phases."""
    house = _LANE_HOUSE.search(text) if held.get("no") else None
    if house and house[1] == held["no"]:
        text = blanked(text, house.span())
    if str(held.get("estate", "")).endswith("村") and (house := _VILLAGE_HOUSE.match(text, spans[0][1])):
        held.setdefault("no", canonical(house[1]))
        spans.append(house.span())
    for span in spans:
        if _LARGER.fullmatch(text[span[0] : span[1]]):
            text = blanked(text, span)
    return text


def _beside(text: str, known: Found, gazetteer: Gazetteer) -> Found | None:
    """A second estate named with the first: 听雨里弄和望月新邨中间, 阳光花园3栋和翠竹雅居5栋."""
    if known.place.spot:
        return None
    for joint in _WITH.finditer(text):
        at, end = (joint.end(), joint.end() + 12) if joint.start() >= known.end else (0, joint.start())
        if not (known.end <= joint.start() <= known.end + 9 or joint.end() == known.start):
            continue
        at = at or max(0, end - 12)
        found = gazetteer.find(text[at:end])
        edge = found is not None and (found.start == 0 if at == joint.end() else at + found.end == end)
        if found and edge and not found.place.spot and found.place.id != known.place.id:
            return Found(place=found.place, start=at + found.start, end=at + found.end)
    return None


def _with_door(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch of an estate and the door named with it."""
    door = DOOR.match(text, end)
    return start, door.end() if door else end


def _found(text: str, gazetteer: Gazetteer) -> tuple[Found | None, tuple[int, int] | None]:
    """The named place, and where the writer's own stands when another is meant: of A,不对,B the second."""
    slip = _slip(text)
    later = gazetteer.find(blanked(text, (0, slip))) if slip else None
    known = later or gazetteer.find(text)
    if known is None or later or not _is_own(text, known.start):
        return known, None
    other = gazetteer.find(blanked(text, (0, known.end)))
    if other or _another(text, known.end, own=True) or _on_a_road(text, known.end):
        return other, _with_door(text, known.start, known.end)
    return known, None


def _those_beside(
    first: str,
    name: str,
    pattern: re.Pattern[str],
    text: str,
    match: re.Match[str],
    spans: list[tuple[int, int]],
) -> str:
    """Phases or zones named together: 一期到三期, 东区和西区."""
    named, end = [first], match.end()
    while (joint := _JOINT.match(text, end)) and (further := pattern.match(text, joint.end())):
        value = further[1]
        if name == "phase" and joint[1]:
            return ",".join((*named, *all_between(named.pop(), canonical(value)).split(",")))
        named.append(f"{value.upper()}区" if name == "zone" else canonical(value))
        end = further.end()
        spans.append(further.span())
    for joint in _WITH.finditer(text, end, end + 12):  # A区3栋和B区5栋
        if further := pattern.match(text, joint.end()):
            named.append(f"{further[1].upper()}区" if name == "zone" else canonical(further[1]))
            spans.append(further.span())
            break
    return ",".join(dict.fromkeys(named))


def _around(text: str, spans: list[tuple[int, int]]) -> dict[str, str]:
    """Everything larger than a door: phase, zone, grid, road, community, district, and the spot."""
    held: dict[str, str] = {}
    for name, pattern in (("phase", _PHASE), ("zone", _ZONE), ("grid", _GRID)):
        match = pattern.search(text)
        if match:
            value = next(group for group in match.groups() if group)
            held[name] = f"{value.upper()}区" if name == "zone" else _ROMAN.get(value) or canonical(value)
            spans.append(match.span())
            if name != "grid":
                held[name] = _those_beside(held[name], name, pattern, text, match, spans)
    held |= streets(text, spans)
    zone = _ZONE.search(text)
    for name, pattern in (("district", _DISTRICT), ("community", _COMMUNITY)):
        match = pattern.search(text)
        if (
            match
            and not _NOT_NAMES.search(match.group(1).removesuffix("社区"))
            and "期" not in match.group(1)
            and not (name == "district" and match.group(1).endswith(("社区", "小区")))
        ):
            held[name] = match.group(1)
            if name == "district" and zone and zone.start() >= match.start() and zone.end() <= match.end(1):
                del held["zone"]  # 桥西区 has no 西区
    spot = spot_in(text)
    return held | ({"spot": spot} if spot else {})
