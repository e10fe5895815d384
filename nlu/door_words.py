"""How doors are written, and what a match of one says: 三栋二单元, 3#2门, 5幢602, 3-2-501."""

# ruff: noqa: E501  (a word list reads better whole)
from __future__ import annotations

from nlu import late_re as re
from nlu.numbers import read

_CN = "零〇一二三四五六七八九十两俩百廿幺壹贰叁肆伍陆柒捌玖拾"
NUMBER = rf"(?:[0-9]{{1,3}}|[{_CN}]{{1,4}})"
ID = rf"(?:[a-z][0-9]{{1,2}}|[a-z]|[甲乙丙丁]|{NUMBER}[a-z]?)"
_SIDE = "[东西南北中左右]"
_BESIDE = "[侧边面头](?:的|那个?)?"  # 东边那个单元
UNITS = "(?:单[元园圆无原员源缘远]|[丹但旦担][元园圆员])"
_MISWRITTEN = "洞|东|冬|动|懂|董|冻|撞|憧|橦|床|拣|号动|号懂|号[漏娄喽篓路陋露]"  # for 栋, 幢, 号楼
_GAP = r"(?:[ ,的/)-]{0,2}|(?:[,嗯啊呃吧呢]|然后|那个|就是){1,3}| {3,24})"

DASHES = re.compile(
    r"(?<![0-9a-z./-])(?<![0-9]:)(?P<b>[a-z]?[0-9]{1,3})(?:(?:栋|幢|座|#|号楼)-?|-)(?P<u>[0-9]{1,2})[-](?P<r>[0-9]{3,4})(?![0-9:-])"
    r"|(?<![0-9a-z.:/-])(?P<b3>[a-z]?[0-9]{1,3})(?:栋|幢|座|#)?/(?P<u3>[0-9]{1,2})/(?P<r3>(?!20[12][0-9])[0-9]{3,4})(?![0-9:/-])"
    r"|(?<=  )(?P<b4>[a-h])-?(?P<r4>[0-9]{3,4})(?![0-9a-z:室国省道线年米路型-])"
    r"|(?<![0-9a-z.:/栋幢座楼-])(?P<b2>[a-z]?[0-9]{1,3})(?:栋|幢|座|#)?[-](?P<r2>[0-9]{3,4})(?![0-9:-])(?![年万元块米人岁度户公斤%号楼])",
)
_BUILDING = (
    rf"(?:(?P<b>{ID})[ ]?(?:号楼|号栋|号洞|号幢|号座|号[搂喽娄篓]|#楼|#栋|#座|#|(?:栋(?!栋|办公|居民楼|楼房|大楼)|幢(?!幢)))(?:楼)?"
    rf"|(?P<bl>(?<![a-z])[a-h]{{2,3}}(?=座)|[a-z][0-9]{{0,2}}|[0-9]{{1,3}})[ ]?(?:座|[做坐作](?=[0-9]{{3,4}}(?![0-9])|(?<=[a-z][坐作做])(?:$|[,。的漏停没坏有]|电梯|大堂|[0-9{_CN}]{{1,3}}(?:楼|层))))|(?P<bz>[{_CN}]{{1,3}})座(?={_GAP}(?:{NUMBER}(?:楼|层|单元|室|门)|[0-9]{{3}}))|(?P<bx>(?:(?<=  )|(?<=  第))[{_CN}]{{1,3}})座(?![桥山塔庙楼房])|(?P<by>(?:(?<=  )|(?<=[是第]))[{_CN}]{{1,3}}|(?<![有了这那几共建修两{_CN}])[二三四五六七八九十]{{1,3}})座(?=[,。的先才]|$|楼|电梯|大堂|地[下库]|对面|[后前门停没漏有冒成])|(?P<bv>[0-9]{{1,3}})号别墅"
    rf"|(?P<bt>{NUMBER})(?:{_MISWRITTEN}|号|楼)(?={_GAP}(?:{NUMBER}|{_SIDE})(?:{UNITS}|门(?!口)))"
    rf"|(?P<bu>{NUMBER})(?:{_MISWRITTEN})(?={_GAP}{NUMBER}(?:楼|层))"
    rf"|(?<![路街道巷弄0-9])(?P<bh>{NUMBER})号(?={_GAP}[0-9]{{3,4}}[ ]?(?:室|房(?!子|东|屋|间|价)))"
    rf"|(?P<bs>(?<![0-9])[0-9]{{1,2}}(?=洞|冻|懂|董|憧|撞(?!车|了|到)|动(?![手画作静员工物力]))|{NUMBER}(?=洞|冻|[动懂董][{_CN}]{{3}})|(?<=  )[{_CN}]{{1,3}}(?=[懂董憧撞动]))[洞冻懂董憧撞动](?={_GAP}(?:$|,|楼|门|单元|电梯|的|[漏渗停没堵坏有着冒积断灯水太车]|{NUMBER}(?:楼|层)|[0-9]{{3}}|[{_CN}]{{3}}))|(?P<bw>[a-z])栋)"
)
_UNIT = rf"(?:(?:第(?P<uo>{NUMBER})个?|(?P<u>(?!俩){ID}|{_SIDE})(?:(?<={_SIDE}){_BESIDE})?)[ ]?(?:{UNITS}(?:门)?|门洞|梯口|梯(?![两三四五六七八]|[0-9]户))|(?P<ud>{ID})[ ]?门(?![口牌禁锁窗卫岗洞])|(?P<uz>{_SIDE})门(?={_GAP}(?:{NUMBER}(?:楼|层)|[0-9]{{3}}))|(?P<uh>[0-9]{{1,3}})号(?=[0-9]{{3,4}}室)|(?P<ug>{_SIDE}|{NUMBER})(?:门栋)|(?<=[栋幢楼# ])(?P<us>[a-z])座)"
_UNIT_ALONE = rf"(?:(?:第(?P<uo>{NUMBER})个?|(?P<u>(?!俩){ID}|{_SIDE})(?:(?<={_SIDE}){_BESIDE})?)[ ]?(?:{UNITS}|门栋|门洞)|(?<![0-9{_CN}])(?P<ud>{NUMBER})门(?={_GAP}(?:[0-9]{{3}}|{NUMBER}[楼层])))"
_FLOOR = (
    rf"(?:(?:负|地下|-)(?P<fn>{NUMBER})(?:楼|层|f)|(?<![a-z素])b(?P<fb>[1-4])(?:层|楼)?(?![0-9栋座幢]|驾?[照证])"
    rf"|(?![0-9{_CN}]{{3}}楼[上下])(?!(?<=[哪每同这那某另上下多盖建了])一[层楼])(?<!共)(?!两层)(?!(?<=有){NUMBER}层)(?!{NUMBER}[楼层]以[上下](?:的?(?:业主|住户|人家|楼层)|才|要|都要|不用|免))(?P<f>{NUMBER})(?:楼|层|f(?![a-z]))(?!栋|长|组)|(?P<f1>[首底])层(?!人民|群众|百姓|逻辑))"
)
_ROOM = rf"(?:(?P<r>[a-z]?[0-9]{{1,4}}[a-z]?|[{_CN}]{{2,4}}|(?<![a-z])[a-z](?=[室户]))[ ]?(?:室|房(?!子|东|屋|价|[0-9两三]厅)(?:间)?|号房|户(?!口|外|主|籍|型))|(?P<rn>[0-9]{{1,4}})号(?![楼栋线院门车井柜桩库棚]|电梯|别墅)|(?P<rq>[{_CN}]{{3}})(?=一[直天到家下个户些开早晚夜整起般]|[两三四五]口|[{_CN}]{{1,3}}(?:天|年|周|小时|个[月半多星礼钟]))|(?P<rh>[0-9]{{1,2}}-0[0-9])(?![0-9-])|(?P<rd>[0-9]{{1,2}}[a-h](?![a-z0-9])|[0-9]{{3,4}}|[{_CN}]{{3,4}})(?![0-9年月日块元点分{_CN}米号个栋幢座]|:[0-9])|(?<=[楼层])(?P<re>[a-h])(?![a-z0-9座栋区幢])|(?P<rk>[一二两三]千[零〇一二三四五六七八九百十]{{1,5}})(?![年元块多个户人米百]))"
_ROOM_ALONE = rf"(?:(?<![0-9{_CN}])(?P<r>[0-9]{{1,4}}[a-z]?|[{_CN}]{{3,4}}|[一二两三]千[零〇一二三四五六七八九百十]{{1,5}})[ ]?(?:室|房(?!子|东|屋|价|[0-9两三]厅)(?:间)?|号房))"
DOOR = re.compile(
    rf"{_BUILDING}(?:{_GAP}{_UNIT})?(?:{_GAP}第?{_FLOOR})?(?:(?:{_GAP}{_SIDE}户)?{_GAP}{_ROOM})?",
    needs="号 # 栋 幢 座 做 坐 作 洞 动 懂 冻 董 憧 撞 东 冬 橦 床 拣 楼",
)
INNER = re.compile(rf"{_UNIT_ALONE}(?:{_GAP}第?{_FLOOR})?(?:{_GAP}{_ROOM})?", needs="单 丹 但 旦 担 门")
LEVEL = re.compile(rf"(?<![第0-9{_CN}])(?:第(?={NUMBER}层))?{_FLOOR}(?:{_GAP}{_ROOM})?", needs="楼 层 f b")
CHAMBER = re.compile(_ROOM_ALONE, needs="室 房")
BARE_ROOM = rf"(?:[0-9]{{3,4}}(?![0-9年月日块元点分:米号个])|[一二三四五六七八九幺零〇]{{3,4}}(?:(?![年月日块元点分米号个{_CN}])|(?=[两三四]家)))"
_ON_ITS_FLOOR = re.compile("0[1-9]")
_SPOKEN_ROOM = re.compile("([一二三]?十[一二三四五六七八九]?)零([一二三四五六七八九])$")
_RUN = "一二三四五六七八九"
_NAMES = {"b": "building", "u": "unit", "r": "room", "f": "floor"}


def read_door(match: re.Match[str]) -> dict[str, str]:
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
    if held.get("floor", "").isdigit() and _ON_ITS_FLOOR.fullmatch(
        match["r"] or "" if "r" in match.groupdict() else ""
    ):
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
