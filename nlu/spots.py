"""Where it is when it is not a door: 楼道, 北门, 地下车库, 五栋后院, the lobby."""

# ruff: noqa: E501  (a word list reads better whole)
from __future__ import annotations

from nlu import late_re as re

_SPOT = re.compile(
    r"[a-z]?[0-9]{1,4}号车位|(?:[a-z]-?[0-9]{1,4}|(?<![0-9])[0-9]{3})车位|(?:会议|活动|阅览|图书|书画|书法|舞蹈|瑜伽|乒乓球|多功能|议事|调解|接待|母婴|警务)[室厅](?!主任|里?长)|(?:老年|长者|助老|社区)?食堂|卫生站|健身房|驿站|(?:服务|办事)大厅|顶层(?!的?(?:天台|露台|平台|业主|住户))|夹层|(?<=[楼层顶座栋幢元])平台|巷子(?=[里口中])|夹道|(?<![全光])绿道|水景池|(?:避难|设备|转换)层|避难间|(?:分类|回收)房|晾衣区|茶水间|消防车道|[男女]厕|后巷|前厅|门房|更衣室|淋浴间|开水房|洗衣房|废品站|回收站|报刊亭|舞台|地下道|人行通道|停车楼|晾晒场|晒衣场|(?:晾晒|休息|器械|儿童|吸烟|充电|遛狗|宠物|卸货|落客|装卸)区|主干道|(?<=[区内的条上,])主路|(?:单元|楼栋|楼洞)口|胡同口?(?![0-9]{1,4}号)|院坝|坝子|坝坝(?![电宴舞席])|坡坡|骑楼[下底里]?|假山|人工湖|荷花池|水渠|步梯|裙楼|小路|便道|坡道|小道|(?<![大纸])小门|垃圾[亭棚池点台间]|(?:活动|照料|文体)中心|文化[站室]|(?:小?树|竹)林|长廊|亭子(?!间)|前室|候梯厅|操场|跑道|花圃|自提柜|外卖柜|充电站|(?:强电|弱电|配电|管道|设备|杂物|储物|保洁|工具)间|储[藏物]室|桥洞|斑马线|人行横道|(?<![开办搞设做是了])棋牌室|[货客]梯|消防梯|升降机|䢂|𨋢|后楼梯|街市|(?:菜|农贸)市?场(?=[里内的门口太有又没])|球场|平台花园|"
    r"(?:水井|管道井|电缆井|水表|电表)(?:房|间)|候车[亭厅]|秋千|滑滑?梯|跷跷板|(?:大|小)?(?:榕|槐|樟|枣|柳)?树[下底]|地下车库|地下停车场|地库|车库(?!租|费|价|出租)|停车场(?!收?费)|地下室|架空层|垃圾(?:房|站|屋|分类点|投放点|中转站)|消防(?:通道|楼梯)|安全(?:通道|出口)|"
    r"儿童(?:乐园|滑梯|游乐[场区])|游乐[场区]|健身(?:广场|区)|(?:篮球|羽毛球|网球|足球|门球|乒乓球)场|游泳池|泳池|快递(?:柜|站|点)|充电棚|(?:自行|电动)?车棚|(?:配电|水泵|泵|设备|锅炉|监控|消控)[房室]|"
    r"楼梯(?:间|口|转角|拐角|底)|(?<!加装)(?<!安装)(?<!装)电梯(?:间|厅|口|井|轿厢)?(?!卡|费|公司|广告|安装|加装|政策)|楼道(?!长)|走廊|走道|过道|隧道|涵洞|地下通道|连廊|天台|楼顶(?!层)|顶楼|[屋房]顶|露台|大堂|大厅|门厅|"
    r"(?<!上)(?:大|单元|楼|小区|家|店|超市|幼儿园|学校|菜市?场|银行|药店|饭店|餐馆|公园|物业|村委会?|居委会?)?门(?:口|前|外)(?!卫)|(?:[东西南北正侧后前大]|东南|西南|东北|西北)[ ]?门(?:岗|外)?(?!诊|派|窗|洞|子[品冰洗电]|桥|街道|镇|大街)|"
    r"交叉路?口|十字路口|路口|巷口|(?:村|(?<=  ))[东西南北]头|村[口尾]|街口|拐弯处|[前后]院|院子里?|院内|天井|中庭|(?:中心|中央|屋顶|空中|小|后)花园|花园里|花坛|绿化带|凉亭|喷泉|景观[池湖]|(?<![成了像])水[池塘]|池塘|鱼塘|河[边道沟涌堤]|臭水沟|湖边|菜地|空地|工地|围墙|祠堂|宗祠|牌坊|戏台|水塔|(?:儿童)?沙[坑池]|值班室|会所|"
    r"(?:[0-9]{1,2}|[一二三四五六七八九])号门(?![牌锁禁铃口前外洞面市诊票店头])岗?|(?:出入|[a-z]?出|[a-z]?入)口|门卫[室房]?|保安[室亭岗]|岗亭|传达室|物业办公室|公共厕所|公厕|洗手间|卫生间|厕所|厨房|客厅|卧室|浴室|阳台|公交站(?!牌)台?|地铁[口站]|广场(?!舞|路|街)|公园(?![路街])|人行道|步道|巴士站|天桥|桥[上下底]"
)
_NEAR = re.compile(
    r"(?:(?<![附最就将接邻])近|挨着|靠着)((?:(?![的哪个家两几])[一-鿿]){0,6}?(?:小学|中学|学校|大学|幼儿园|医院|卫生院|派出所|超市|银行|酒店|饭店|宾馆|药店|车站|加油站|邮局|(?:公安|海事|税务|粮食|教育|民政|供电|邮政|水务|工商)局|菜场|市场|大桥|教堂|寺))"
)
_STRETCH = re.compile(
    r"从((?:(?![路街])[一-鿿]){2,6}到(?:(?![路街])[一-鿿]){2,6}?)[那这]?一?[段截]", needs="段 截"
)
_NAMED = re.compile(
    r"([一-鿿]{2,6}(?:[0-9]{1,3}号)?(?:便民集市|文化广场|口袋公园|健身绿道|公交首末站|地下车库|菜市场|农贸市场|活动中心|党群服务中心|体育公园|公园|广场)(?!舞|[路街巷](?![灯面口边上障])))([东西南北正侧后前]门|门口)?",
    needs="集市 广场 公园 绿道 末站 车库 市场 中心",
)
_LIFTS = frozenset(("升降机", "䢂", "𨋢"))  # the second is what the third is simplified to
_BEHIND = re.compile(
    r"(?:小区)?(?:[里内]?的|里面|里|内)?(?:[东南西北]侧|[东南西北旁后前]边|[后前]面|[中之]间)?的?"
    r"((?:(?![的这那哪几多一二两三四五六七八九十每有是在没不和跟与或开办搞设建盖修装租住买卖想要被把让给])[一-鿿]){1,4}?(?<![入将时期中之晚夜午空房人世民坊当其瞬歌])"
    r"(?:[室间厅亭廊库巷]|[通车坡走]道|中心))(?!子|里?长|主任|心)"
)
_FOREIGN = re.compile(
    r"\b(?:lift|elevator|car ?park|parking lot|garage|lobby|corridor|hallway|staircase|stairwell(?! \w\b)|stairs|rooftop|roof|playground|courtyard|bin room|rubbish room|laundry room|(?:north|south|east|west|main|back|front|side) (?:gate|door))\b"
)
_DOOR = re.compile(r"[ ]?(?:[a-z]?[0-9]{1,3}|[一二三四五六七八九十]{1,3}|[a-z])[ ]?(?:栋|幢|座|号楼|期|#)")
_ON_A_ROAD = re.compile(r"[一-鿿]{2,5}(?:大道|大街|路|街)(?=[一-鿿]{2})(?![道口灯边])")  # 春晖路农贸市场
_LEADING = re.compile(
    r"^(?:号|.*(?:[路经]过|在|到|去|从|的|是|了|个|要|我们|咱们|住|投诉|反映|小区|社区|上|下|里)(?=[一-鿿]{2}))"
)


def named_spot(text: str) -> tuple[str, tuple[int, int]] | None:
    """A public place with a name of its own: 阳光8号便民集市."""
    match = _NAMED.search(text)
    if match is None or _DOOR.match(text, match.end()):
        return None  # 海德公园14栋 is an estate
    lead = _LEADING.match(match[1])
    start = match.start() + (lead.end() if lead else 0)
    if road := _ON_A_ROAD.match(text, start, match.end(1)):
        start = road.end()
    said = text[start : match.end()]
    plain = re.sub(r"公园|广场|[东西南北正侧后前]门|门口|中心|地下车库|菜市场|农贸市场", "", said)
    bare = re.search(r"小区|附近|旁边|隔壁|这个|那个|楼下|哪|什么|健身|文化$|活动|[栋幢座]", plain)
    return None if len(plain) < 2 or bare else (said, (start, match.end()))


def spot_behind(text: str, at: int) -> str:
    """A place of any name right behind a door or estate that ends here: A座21楼垃圾间."""
    match = _BEHIND.match(text, at)
    return match[1] if match else ""


def spot_in(text: str) -> str:
    """The first place in a lower-case text that is no door; empty when none is named."""
    match = _SPOT.search(text) or _FOREIGN.search(text)
    if match and match.group() in _LIFTS:
        return "电梯"
    if match is None and (near := _NEAR.search(text)):
        return near[1]
    if match is None and (stretch := _STRETCH.search(text)):
        return stretch[1]
    return (
        match.group().replace(" ", "")
        if match and not match.group().isascii()
        else match.group()
        if match
        else ""
    )
