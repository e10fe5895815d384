"""Whether words complain about those who would handle them, and whether they name somebody else."""

# ruff: noqa: E501  (a rule reads better whole)
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from nlu import late_re as re
from nlu.masking import PHONE, masked
from nlu.normalize import normalize


class Party(StrEnum):
    """Whom a complaint is about."""

    BRANCH = "branch"
    PROPERTY = "property"
    COMMUNITY = "community"
    SUBDISTRICT = "subdistrict"


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A complaint about somebody in office; not `sure`: the person is asked."""

    party: Party
    sure: bool


_WHO: tuple[tuple[Party, str], ...] = (
    (Party.SUBDISTRICT, r"街道(?:办|办事处|书记|干部|领导|的?人|工作人员)"),
    (Party.COMMUNITY, r"(?:社区|居委会?|居委)(?:主任|书记|干部|领导|工作人员|的人|办事员)|居委会"),
    (Party.PROPERTY, r"物业|保安|保洁|门卫|管家|客服"),
    (Party.BRANCH, r"支部|书记|网格员|网格长|网格|党员|党小组|工作人员|干部"),
)
_CONDUCT = (
    r"态度(?:很|太|极|非常|特别|十分)?(?:恶劣|差|坏|不好|蛮横|嚣张)|骂(?!着?玩)|辱骂|打(?:人|我|了我|伤)|动手|推搡|威胁|恐吓|报复|刁难|歧视|羞辱|吼我|凶我"
    r"|收(?:了|我|他|人)?(?:钱|好处|红包|礼|黑钱|回扣)|索要|吃拿卡要|受贿|贪|挪用|私吞|徇私|偏袒|包庇|以权|滥用|泄露|透露我|公报私仇|骚扰|偷(?!电|水)|不作为|乱作为|推诿|踢皮球|敷衍|弄虚作假"
)
_MILD = r"投诉|举报|意见|不满|反映.{0,4}(?:问题|情况)|不管事|不办事|没人管|不理|装作|拖着|不负责"
_COMPLAINS = re.compile(r"投诉|举报|检举|控告")


def complaint(text: str) -> Complaint | None:
    """Whom these words complain about, by their conduct; None for a matter like any other.

    That 物业 does not come is a matter; that its guard hits people is conduct.
    """
    said = normalize(text)
    for party, who in _WHO:
        near = rf"(?:{who}).{{0,14}}?(?:{_CONDUCT})|(?:{_CONDUCT}).{{0,6}}?(?:{who})"
        if re.search(near, said):
            return Complaint(party=party, sure=True)
        aimed = rf"(?:投诉|举报|检举|控告)(?:一下)?(?:你们|我们|那个|这个|阳光|本)?.{{0,8}}?(?:{who})"
        if party is not Party.PROPERTY and (
            re.search(aimed, said) or re.search(rf"(?:{who}).{{0,10}}?(?:{_MILD})", said)
        ):
            return Complaint(party=party, sure=False)
    return None


_UNNAMED = re.compile(
    r"匿名|(?:不要?|别|不想|莫|唔好|千万别|不能|不可以)(?:再)?(?:说|透露|告诉|讲|让|给|被)?.{0,8}?(?:是我|我的?(?:名字|姓名)|我(?:说|讲|举报|反映|投诉|告)的?)"
    r"|anonym|(?:don'?t|do not|not|never) (?:tell|say|let|mention).{0,20}(?:it was me|my name|i (?:said|reported|complained))",
    re.IGNORECASE,
)


def unnamed(text: str) -> bool:
    """别让楼上知道是我说的: nobody is to learn who said it."""
    return bool(_UNNAMED.search(text))


_SELF = re.compile(
    r"(?:我叫|我是|本人|我姓|联系人|我的?(?:电话|手机|号码)|联系我|打我|找我)(?:是|为|叫|电话|:)?[ :：]*\S{0,14}"
)
_SOMEBODY = re.compile(
    r"(?:邻居|隔壁|楼上|楼下|对门|业主|住户|租客|房东|那个人|名字)(?:的|是|叫|姓名|住着?|那个|[0-9]{3,4}的?)*"
    r"(?P<name>(?:欧阳|司马|诸葛|[王李张刘陈杨赵周吴徐孙胡朱林郭罗梁宋郑谢韩唐冯董萧程曹袁邓傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶潘杜戴夏钟汪姜范姚谭廖邹熊陆郝孔崔康邱秦顾侯邵孟段钱汤尹黎武乔贺赖龚])"
    r"(?!阿姨|先生|女士|小姐|太太|大爷|大妈|大姐|大哥|奶奶|爷爷|叔|伯|婆|姐|哥|师傅|老师|家|总|某|姓)[\u4e00-\u9fff]{1,2}?)(?=[,，.。;；:：!！?？、\s]|的|住|家|在|老是|总|天|半夜|每|经常|占|把|不|又|也|和|跟|说|骂|打|养|$)"
)


def names_somebody(text: str, own_name: str = "", own_phone: str = "") -> bool:
    """Whether another person's number or full name stands in these words."""
    said = text
    for own in (own_phone, own_name):
        said = said.replace(own, "") if own else said
    said = _SELF.sub(" ", said)
    return PHONE in masked(said) or bool(_SOMEBODY.search(normalize(said)))


def without_names(text: str, known: Iterable[str] = ()) -> str:
    """The text with numbers, rooms and names masked, also names that only their place in the words gives away."""
    named = [found["name"] for found in _SOMEBODY.finditer(normalize(text))]
    return masked(text, [*known, *named])
