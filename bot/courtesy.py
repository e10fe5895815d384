"""What is only polite: thanks, a yes that asks for nothing, a goodbye. Each has its own answer."""

from __future__ import annotations

import re

LONGEST = 40
_BYE = (
    r"再见|再会|拜拜|拜|回见|回头见|晚安|先这样(?:吧)?|就这样(?:吧)?|"
    r"good ?bye|bye(?:[ -]?bye)?|good ?night|see you"
)
_THANKS = (
    r"谢谢|谢了|谢啦|谢|多谢|感谢|感激|唔该|有劳|有心|劳驾|麻烦|辛苦|费心|给你添麻烦|给您添麻烦|添麻烦|"
    r"thank you(?: (?:so|very) much)?|thanks(?: a lot)?|many thanks|thx|🙏|🌹|❤️|❤"
)
_PRAISE = (
    r"(?:真|太|好|这么|很|挺|非常|十分|真的|服务|态度)+(?:好用|好使|方便|贴心|周到|热心|快|棒|厉害|给力|不错|省心|省事|好)(?!吗|么|不|吧)|"
    r"服务周到|点赞|(?:very|so|really) (?:helpful|good|nice|quick|kind)|well done|good job|👏"
)
_YES = (
    r"(?<![你您们家位师记任姨志哥姐叔娘李里])(?:好的|好嘞|好滴|好咧|好嘅|好)|不急|不着急|慢慢来|嗯|哦|噢|喔|知道|晓得|明白|清楚|了解|收到|懂|行的|行|可以|得|"
    r"okay|ok|got it|i see|alright|great|👍|👌|😊|🙂|😄"
)
_WAITS = (
    r"(?:等着|等(?:你们?|您|您们|大家)?的?(?:消息|通知|电话|回复|回信|信儿?)|静候佳音|恭候)(?:了)?|"
    r"i(?:'ll| will) wait|wait(?:ing)? for (?:your|the) (?:news|reply|answer|call)"
)
_AROUND = (
    r"非常|十分|真是|真的|真|太|那|就|先|我|你们|您们|你|您|大家|各位|们|了|啦|啊|呀|哈|哟|哦|噢|吧|嘛|呢|的|晒|曬|很|都|"
    r"小伙子|小姑娘|姑娘|小李|小邻|邻里|同志|师傅|大姐|大哥|阿姨|叔叔|书记|主任|老师|辛苦你|"
    r"[,，。.!！~～、\s]"
)
_ONLY = re.compile(rf"(?:{_BYE}|{_THANKS}|{_PRAISE}|{_WAITS}|{_YES}|{_AROUND})++", re.IGNORECASE)
_KINDS = (
    ("common.bye", re.compile(_BYE, re.IGNORECASE)),
    ("common.waits", re.compile(_WAITS, re.IGNORECASE)),
    ("common.welcome", re.compile(f"{_THANKS}|{_PRAISE}", re.IGNORECASE)),
    ("common.noted", re.compile(_YES, re.IGNORECASE)),
)


def courtesy(text: str) -> str:
    """The key of the polite answer; empty for a text that says anything else."""
    if not text or len(text) > LONGEST or not _ONLY.fullmatch(text):
        return ""
    return next((key for key, words in _KINDS if words.search(text)), "")
