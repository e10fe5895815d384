"""A request taken back: 不用报修了, 别派人来了, 不需要了."""

# ruff: noqa: E501  (a word list reads better whole)
from __future__ import annotations

from nlu import late_re as re

_NEEDLESS = r"(?:不用|不需要|不必|无需|用不着|不消|唔使|唔需要|不要|先不|暂时不|别|甭|莫|咪|免得|不劳|不麻烦)"
_FILLER = r"(?:再|你们|您们|您|麻烦|给我|帮我|帮忙|叫|让|人|师傅|继续|跟){0,2}"
_ACTS = r"(?:报修|报休|报了|报事|派人|派单|派|来人|来修|来看|来弄|来了|来啦|来|嚟|修理|维修|修|整|处理|上门|投诉|反映|追究|调解|管|查|跟进|申请|麻烦|喊人|找)"
_END = r"(?:了|啦|喇|咯|吧|嘛|$)"
_TAKEN_BACK = re.compile(
    rf"{_NEEDLESS}{_FILLER}{_ACTS}.{{0,6}}{_END}"
    rf"|(?:不用|不需要|不要|唔使|唔要|用不着)(?:了|啦|喇|咯)"
    r"|^(?:那|那就|哎|唉|嗨|哦)?[,。 ]?算(?:了|啦|咯|喇|嘞)(?:吧)?[,。 ](?!.{0,12}(?:还是|帮|麻烦|再|重新|报)).{2,}"
    r"|^算(?:了|啦|咯|喇)(?!吧|嘛|的)(?!.{0,12}(?:还是|帮|麻烦|再|重新|报|一下|算)).{4,}"
    rf"|(?<![也都就是又们他才总再])不(?:想|再|想再|打算)?(?:报修|报|投诉|反映|追究|申请|举报){_END}"
)
_WITHDRAWN = re.compile(
    r"撤销|撤消|撤回|撤掉|撤单|撤诉|作废|取消.{0,8}(?:诉求|报修|投诉|工单|单|心愿|申请|上报|反映)"
    r"|(?:不用|不需要|不必|不消|唔使|别|莫).{0,6}(?:来|修|派|管|处理|嚟|整|上门).{0,3}(?:了|啦|喇|咯|嘛|$)"
)
_REPORTED = re.compile(
    r"(?:物业|他们|他|她|保安|师傅|社区|城管|客服|电话里|人家|开发商|工作人员).{0,8}(?:说|讲|回复|答复|让|叫)[^,。]{0,4}$"
    r"|(?:能不能|可不可以|为什么|凭什么|为啥|怎么|咋|难道|是不是|谁让|还|都|一直|从来|总是|根本|就是)$"
)


def taken_back(text: str) -> bool:
    """Whether a normalised text takes a request back rather than making one."""
    return any(
        not _REPORTED.search(text[max(0, match.start() - 14) : match.start()])
        for match in _TAKEN_BACK.finditer(text)
    )


def withdrawn(text: str) -> bool:
    """Whether the words of withdrawing themselves are used: 撤销, 作废, 取消报修."""
    return bool(_WITHDRAWN.search(text))
