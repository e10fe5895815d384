"""Estates the community does not know, found by the way such names are built: 翡翠花园, 东方新村3栋."""

# ruff: noqa: E501  (a word list reads better whole)
from __future__ import annotations

from nlu import late_re as re

_SUFFIX = re.compile(
    r"住宅小区|小区|花[园圆元](?![路街巷](?![灯面口边上障]))|公管|大夏|花苑|雅苑|佳苑|新苑|名苑|嘉苑|华苑|新村|新邨|公寓|大厦|公馆|华庭|豪庭|嘉庭|雅庭|雅居|名居|华府|名府|名座|名邸|名都|名苑|里弄|小筑|豪苑|丽苑|嘉园|雅园|佳园|馨园|(?<=[一-鿿]{2})[一壹1]号院(?=[0-9一二三四五六七八九十a-z]{1,3}(?:栋|幢|座|号楼|#|期|区))|苑|雅筑|(?<=[一-鿿]{2})国际社区|家属[大小]?院|家属楼"
)
_NEEDS_DOOR = re.compile(
    r"(?:天地|云天|年华|世家|水岸|半岛|首府|公元|印象|左岸|名门|星城)(?!小区)|家园|新城|花城|名城|国际城?|学府|大院|宿舍|庄园|山庄|公社|[园庭府湾轩阁里居城村邨邸坊郡座庄屯寨围亭](?=[ ]?(?:[0-9一二三四五六七八九十]{1,3}[ ]?(?:栋|幢|座|号楼|(?<=[0-9])[冻洞懂憧](?!裂)|期|#|单元|号院|号别墅|区|组|队|社|巷|弄)|i{1,3}期|iv期|[a-z][ ]?(?:栋|座|区|幢)|[0-9]{1,2}-[0-9]|[0-9]{3,4}室|[0-9]{1,2}(?:楼|层)))"
)
_VILLAGE = re.compile(r"村(?=[的里口]|旧村|[0-9]{1,3}号(?!楼|栋|线)|[东西南北][头口边侧])", needs="村")
_MISWRITTEN = {"花圆": "花园", "花元": "花园", "家圆": "家园", "公管": "公馆", "大夏": "大厦", "大廈": "大厦"}
_DOOR = re.compile(
    r"[ ,]?(?:小区|[东西南北]区|[0-9一二三四五六七八九十]{1,3}[ ]?(?:栋|幢|座|号楼|(?<=[0-9])[冻洞懂憧](?!裂)|期|#|单元|号院|号别墅|区|组|队|社|巷|弄|-)|i{1,3}期|iv期|[a-z][ ]?(?:栋|座|区|幢|[0-9]))"
)
_LED = re.compile(
    r"(?:(?:第?[一二三四五六七八九十0-9]{1,2}|i{1,3}|iv)期(?![间望待限末货])|(?:第?[一二三四五六七八九十0-9]{1,2}期)?[ ]?(?:[东西南北中]|[a-z]|[一二三四五六七八九])区(?=[ ]?[a-z]?[0-9一二三四五六七八九十]{1,3}[ ]?(?:栋|幢|座|号楼|#))"
    r"|[a-z]?[0-9]{1,3}[ ]?(?:栋|幢|座|号楼|#|[冻洞懂憧](?!裂))|[一二三四五六七八九十]{1,3}(?:栋|幢|号楼|座(?=[0-9一二三四五六七八九十]))|[a-z](?:栋|座|幢))"
)
_NUMBERED = re.compile(r"(?:第?[一二三四五六七八九十]{1,3}|[一二三四五六七八九]区)$")  # 华府一二期, 星沙一区
_NOT_LED = re.compile(
    r"[这那哪我你他她们个每各该吗呢吧啊坏修漏停没不能要想让找谁什么怎是在有和跟到去了的着过被把给来说看问听请帮住搬租买卖堵吵断也就还又才只再很太等请为从向往将于与及或且即叫打报]"
    r"|[栋幢座楼层室号期]|都(?![市会汇城])|(?<!都)会|物业|业主|居民|电梯|垃圾|楼道|路灯|门口|小区|社区|网格|隔壁|对面|旁边|附近|后面|前面|左边|右边|[上下里外内旁边间]$|单元|时候|[今明昨前后][晚早晨夜]|今天|明天|昨天|前天|后天|晚上|早上|早晨|夜里|半夜|上午|下午|中午|凌晨|刚才|刚刚|[点时][半多钟整几来]|小时|钟头|分钟|(?:[天周年月刻]|星期|礼拜|会儿?|一阵子?)[前后]|(?:周|星期|礼拜)[一二三四五六日天末]|最近|一直|目前|现在|地址|位置|地点|尤其|特别|其中|例如|比如|包括|或者|因为|所以|但|如果|另|工程|项目|装修|施工|改造|建设|交房|开发|贷款|分期|合同|学习|党|培训|公示|活动|(?<!江)[东西南北中]侧?$|[路街癌]$|[一二三四五六七八九十百][弄巷]$|大道$|高架|一共|总共|义务|协议|兑付|回复|选择|预售|新建|线[东西南北]|全额|造成|导致|距离|编制|宣传|傍晚|原本|称|^[系现年月日起院]|[嗯呃日年月点半]$|(?<!门)第$|[以之][前后]|[左右]手|^进|进来"
)
_BEFORE = re.compile(r"[一-鿿]{1,10}$")
_CUT = re.compile(
    r"^号|作为|(?:反映|投诉|咨询|[说问提报讲])?一下(?:子)?|(?<=[映诉询报说问提讲去来住路经])过|[路经]过|(?:周|星期|礼拜)[一二三四五六日天末]|(?:大前|[今昨明前后])[天晚早夜儿晨]个?|左右|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|半夜|凌晨|刚才|刚刚|最近|开始|(?<=[年每])[春夏秋冬]天|[一两三几]天|(?:^|(?<=[一二两三四五六七八九十]))点[半多钟整]?|(?:小时|钟头|分钟|[天周年])[前后]|看一?下|查一?下|问一?下|[我咱俺](?:们|家(?!园))?|你们?|他们?|住在?|家在|位于|就在|是在?|在|从|到|去|和(?!平|谐|顺|睦|(?:(?<=^和)|(?<=[在到是住去从映诉于区镇市下过道]和))[美兴盛悦畅泰雅润风信庆康安苑园居])|跟|与|及|反映|投诉|举报|报修|关于|请问|你好|您好|麻烦|建议|希望|的|了|有|把|被|给|让|来|对(?!面)|问|说|叫|社区|街道|办事处|大道|(?<!^城)市(?!政)|[区县镇乡路]|地址|还有|另外|隔壁|旁边|对面|附近|于|帮|查|看"
)
_GENERIC = re.compile(
    r"^(?:就?在|就是|咱们?|号|平台|[进出入回]|这|那|哪|本|该|整|全|各|每|老旧?|旧|其他|其它|别|隔壁|附近|周边|高档|封闭|住宅|居民|商品房?|安置|物业|回迁|拆迁|新|大|小|智慧|美丽|文明|平安|农民|智能|同|多|几|一|两|三|某|什么|某某|后|前|中心|中央|屋顶|空中|楼下|公|校|幸福美好|美好|整体|无物业|社会主义|新农|城中|农|山|乡|全国|单身|人才|青年|职工|员工|学生|老年|精品|样板|示范|单位|工厂|学校|小区|社区|楼下)?(?:个|些|座|栋|家|处)?$"
)
_ODD = re.compile(
    r"月[底初]|年[底初]|[今明去]年|造成|导致|影响|进入|整个|未和|[这那哪我你他她们个每各该吗呢吧啊坏修漏停没不能会要想让找谁什么怎]|物业|业主|居民|电梯|垃圾|楼道|路灯|门口|[全出进得向还]$|^(?:最近|多次)|了"
)


def unknown_estate(text: str) -> tuple[str, tuple[int, int]] | None:
    """The first name of an estate as it was written, in a lower-case text without the known ones."""
    return with_kind(text) or _led(text)


def with_kind(text: str) -> tuple[str, tuple[int, int]] | None:
    """A name that says by its end what it is: 翡翠花园, 永昌大厦."""
    for match in sorted((*_SUFFIX.finditer(text), *_doored(text)), key=lambda m: (m.start(), -m.end()))[:24]:
        run = _BEFORE.search(text, max(0, match.start() - 10), match.start())
        if run is None:
            continue
        core = _core(run.group(), 2 if len(match.group()) > 1 else 1)
        if not 1 <= len(core) <= 6 or _GENERIC.match(core) or _ODD.search(core):
            continue
        if len(core) == 1 and len(match.group()) < 2 and not _DOOR.match(text, match.end()):
            continue
        end = match.end()
        if match.group() != "小区" and text.startswith("小区", end):
            end += 2
        return core + _MISWRITTEN.get(match.group(), match.group()), (match.start() - len(core), end)
    return None


def _led(text: str) -> tuple[str, tuple[int, int]] | None:
    """A name of any build at the head of a clause, right before its doors: 保利天汇二期A3栋."""
    for door in list(_LED.finditer(text))[:8]:
        run = _BEFORE.search(text, max(0, door.start() - 10), door.start())
        core = _core(run.group(), 2) if run else ""
        if 3 <= len(core) <= 7 and not (_NOT_LED.search(core) or _GENERIC.match(core)):
            start = door.start() - len(core)
            core = _NUMBERED.sub("", core)
            if len(core) >= 2:
                return core, (start, start + len(core))
    return None


def _doored(text: str) -> list[re.Match[str]]:
    doored = [match for match in _NEEDS_DOOR.finditer(text) if _DOOR.match(text, match.end())]
    return doored + list(_VILLAGE.finditer(text))


def _core(run: str, least: int) -> str:
    """The name without the words before it; 和平 keeps its 和."""
    start = 0
    for word in _CUT.finditer(run):
        if len(run) - word.end() >= min(least, 2):
            start = word.end()
    return run[start:]
