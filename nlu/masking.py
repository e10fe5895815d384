"""Who somebody is, taken out of what they wrote: before words leave the house or become an example.

It prefers a mark too many to a name too many. What stays is what the matter is about.
"""

# ruff: noqa: E501  (a rule reads better whole)
from __future__ import annotations

from collections.abc import Callable, Iterable

from domain.names import plain
from nlu import late_re as re
from nlu.numbers import DIGITS

PHONE, PAPER, PLATE, NUMBER, MAIL, ROOM, NAME = (
    "〔电话〕",
    "〔证件号〕",
    "〔车牌〕",
    "〔号码〕",
    "〔邮箱〕",
    "〔房号〕",
    "〔姓名〕",
)

_DIGIT = f"[0-9{''.join(DIGITS)}]"
_SURNAME = (
    "(?:欧阳|司马|诸葛|上官|司徒|東方|东方|尉迟|皇甫|慕容|夏侯|令狐|"
    "[赵趙钱錢孙孫李周吴吳郑鄭王冯馮陈陳卫衛蒋蔣沈韩韓杨楊朱秦许許何吕呂施张張孔曹严嚴华華金魏陶姜戚谢謝邹鄒"
    "窦竇章苏蘇潘葛范彭郎鲁魯韦韋马馬苗方俞任袁柳鲍鮑史唐费費廉岑薛雷贺賀倪汤湯滕罗羅毕畢郝安常乐樂于傅康伍余"
    "顾顧孟黄黃穆萧蕭肖尹姚邵汪祁毛狄米贝貝计計成戴谈談宋庞龐熊纪紀舒屈项項祝董梁杜阮蓝藍闵閔季贾賈江童颜顏"
    "郭梅盛林钟鍾徐邱骆駱高夏蔡田樊胡凌霍虞万萬柯卢盧莫房解应應丁宣邓鄧洪包左石崔吉龚龔程邢裴陆陸荣榮翁曲储"
    "靳井段侯宁寧甘武符刘劉景詹龙龍叶葉黎白蒲赖賴卓池乔喬温溫柴瞿尤习習向古易廖耿简簡关關饶饒曾沙聂聶覃])"
)
_CALLED = (
    "(?:先生|女士|小姐|太太|阿姨|大爷|大爺|大妈|大媽|大姐|大哥|奶奶|爷爷|爺爺|婆婆|公公|伯伯|伯|叔叔|叔|婶|嬸|师傅|師傅|"
    "老师|老師|医生|醫生|护士|護士|同志|书记|書記|主任|经理|經理|队长|隊長|师奶|師奶|生(?![活产命锈病气虫鲜意日人])|某某?)"
)
_AFTER = r"(?=[,，.。;；:：!！?？、\s()（）〔]|的|住|家|在|说|說|电话|電話|手机|手機|身份|联系|聯繫|是|也|和|跟|她|他|今年|$)"

_DOOR = r"(?:(?!11[02](?![0-9]))(?:[1-9]|[12][0-9]|3[0-6])(?:0[1-9]|1[0-2])|[一二三四五六七八九]{1,2}[零〇][一二三四五六七八九])"
"""A door as people say it alone: its floor, then 01 to 12."""
_WHO_LIVES = (
    r"(?=的(?!钱|錢|费|費|价|價|书|書)|(?:那|这|這)?(?:家|户|戶)(?!电|電|具)|(?:的)?(?:住户|住戶|业主|業主|租客|租户|租戶|邻居|鄰居)|门口|門口|门前|門前|阳台|陽台"
    r"|天天|每天|每晚|晚上|半夜|夜里|夜裡|凌晨|老是|总是|總是|经常|經常|一直|又(?!不)|装修|裝修|漏水|养|養|堆|放鞭|有人|没人|沒人|大爷|大爺|大妈|大媽|阿姨|老太|老人)"
)

_RULES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}"), MAIL),
    (re.compile(r"(?<![0-9A-Za-z])[0-9]{6}[ -]?(?:[0-9]{8}[ -]?[0-9]{3}[0-9Xx]|[0-9]{9})(?![0-9A-Za-z])"), PAPER),
    (re.compile(r"(?<![A-Za-z])[A-Z]{1,2}[0-9]{7,8}(?![0-9A-Za-z])"), PAPER),
    (
        re.compile(
            r"[京津沪滬冀豫云雲辽遼黑湘皖鲁魯新苏蘇浙赣贛鄂桂甘晋晉蒙陕陝吉闽閩贵貴粤粵青藏川宁寧琼瓊渝]"
            r"[A-Z][·. ]?[A-Z0-9]{5,6}(?![A-Za-z0-9])"
        ),
        PLATE,
    ),
    (re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9]){13,18}(?![0-9])"), NUMBER),
    (re.compile(rf"(?<!{_DIGIT})(?:\+?86[- ]?)?[1幺一][- ]?[3-9三四五六七八九](?:[- ]?{_DIGIT}){{9}}(?!{_DIGIT})"), PHONE),
    (re.compile(r"(?<![0-9-])(?:0[0-9]{2,3}[-) ]{0,2})[2-9][0-9]{2,3}[- ]?[0-9]{4}(?:[-转x#][0-9]{1,5})?(?![0-9])"), PHONE),
    (re.compile(r"(?<![0-9])852[- ]?[2-9][0-9]{3}[- ]?[0-9]{4}(?![0-9])|(?<![0-9])09[0-9]{2}-?[0-9]{3}-?[0-9]{3}(?![0-9])"), PHONE),
    (re.compile(r"((?:电话|電話|座机|固话|手机|手機|热线|尾号|尾號|致电|打)[是为為:：]{0,2} ?)[0-9][0-9 -]{3,14}[0-9]"), rf"\1{PHONE}"),
    (re.compile(r"((?:微信|微信号|QQ|qq|wechat|WeChat|账号|賬號|户号|户號|卡号|卡號)[号號]?[是为為:： ]{0,2})[A-Za-z0-9_-]{5,24}"), rf"\1{NUMBER}"),
    (re.compile(r"(?<![0-9])[0-9]{3,4} ?(?:室|房(?!子|屋|间|租|价|产|贷|东|管|顶|門|门)|户(?!外|主))"), ROOM),
    (re.compile(r"((?:单元|單元|栋|棟|幢|座|号楼|號樓|梯|门) ?-?)[0-9]{3,4}(?![0-9]|年|元|块|塊|度|平|米|人|户|栋|号楼|单元|路|次|天|个)"), rf"\1{ROOM}"),
    (re.compile(r"(?<![0-9-])([0-9]{1,3}-(?:[0-9]{1,2}-)?)[0-9]{3,4}(?![0-9-])"), rf"\1{ROOM}"),
    (re.compile(rf"(?<![0-9A-Za-z.零〇一二三四五六七八九]){_DOOR}{_WHO_LIVES}"), ROOM),
    (
        re.compile(
            rf"((?:住在?|我家(?:在|是|就是)?|家在|我是|我在|我们是|我們是|楼上|樓上|楼下|樓下|隔壁|对门|對門|邻居|鄰居)[:： ]?)"
            rf"{_DOOR}(?![0-9零〇一二三四五六七八九]|年|元|块|塊|度|平|米|人|天|个|個|路|次|月|号线|號線|医院|醫院)"
        ),
        rf"\1{ROOM}",
    ),
    (re.compile(r"\b((?i:room|flat|apartment|apt|unit)\.? ?(?:no\.? ?)?#?)[0-9]{3,4}\b"), rf"\1{ROOM}"),
    (
        re.compile(
            rf"((?:我叫|我是|名叫|叫做|叫作|姓名|名字|联系人|聯絡人|联络人|本人|户主|戶主|业主|業主|患者|老人|孩子|邻居|鄰居|租客|房东|房東)"
            rf"(?:是|叫|为|為)?[:：]? ?){_SURNAME}[\u4e00-\u9fff]{{1,2}}{_AFTER}"
        ),
        rf"\1{NAME}",
    ),
    (re.compile(rf"{_SURNAME}[\u4e00-\u9fff]{{0,2}}?{_CALLED}"), NAME),
    (
        re.compile(
            "(?<![古大])[老小阿][张張王李刘劉陈陳杨楊赵趙周吴吳徐孙孫朱胡郭何罗羅郑鄭梁谢謝宋唐许許邓鄧冯馮韩韓曹曾彭肖蔡潘袁"
            f"董余苏蘇叶葉吕呂魏蒋蔣杜丁沈姚卢盧姜崔谭譚陆陸汪范廖贾賈韦韋邹鄒熊孟秦]{_AFTER}"
        ),
        NAME,
    ),
)  # fmt: skip


def masked(text: str, names: Iterable[str] = ()) -> str:
    """The text with numbers, rooms and names replaced by marks; `names` are those known beside.

    Width and invisible characters are evened out first, so that nothing hides behind them.
    """
    words = plain(text)
    for name in sorted((one for one in names if len(one) > 1), key=len, reverse=True):
        words = words.replace(name, NAME)
    for pattern, mark in _RULES:
        words = pattern.sub(mark, words)
    return words


def identifying(text: str) -> bool:
    """Whether somebody could be known by what stands in a text."""
    return masked(text) != plain(text)
