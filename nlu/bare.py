"""Words that only name what somebody wants to do, and nothing of the matter: 我要投诉, 转人工."""

from __future__ import annotations

from nlu import late_re as re

_BARE = re.compile(
    r"^(你好|您好|喂)?[,, ]?我?(要|想|来|想要|需要)?"
    r"(?:帮我|请|给我)?(?:转|找|接)?"
    r"(报修|维修|反映|投诉|举报|诉求|上报|反馈|诉求反映|报问题|求助|许愿|微心愿|心愿|许个愿|许个心愿|转人工|人工客服|人工服务|人工|真人|评价|打分)"
    r"(一?下|个|一个)?(?:物业(?:公司)?|邻居|楼上|楼下|隔壁|对门|保安|保洁|业委会|开发商)?(?:的)?(问题|情况|事情|事|心愿|愿望)?[。.!吧啊呀]*$"
    r"|^(?:please )?(?:can|could|may)?(?: i| we)?(?:i)?(?: want to| would like to|'d like to)? ?"
    r"(?:talk|speak) (?:to|with) "
    r"(?:a |the |some|any)?(?:human|person|real person|staff|body|one|somebody|someone)[a-z ]*[.?!]*$",
    re.IGNORECASE,
)


def bare(text: str) -> bool:
    """Whether the matter itself is yet to be told."""
    return bool(_BARE.match(text))
