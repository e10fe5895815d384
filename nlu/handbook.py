"""A short question that goes on with the handbook's entry shown a moment ago: 要带什么材料, 周六上班吗."""

from __future__ import annotations

from nlu import late_re as re

_GOES_ON = re.compile(
    r"带[什甚]么|要?带啥|材料|证件|哪里|哪儿|几号窗口|地址|在哪|几点|什么时候|上班|下班|开门|关门|休息|周末|代办|替.{0,6}办|本人|收费|要钱|多少钱|费用|多久|多长时间|几天|怎么办|咋办|怎么弄|怎么申请|流程|网上|线上|"
    r"what.{0,12}bring|where|when|what time|open|closed?|documents?|for (?:him|her|them|my)",
    re.IGNORECASE,
)
_FILLS = re.compile(
    r"那|要|需要|必须|一定|可以|可不可以|能不能|能|有没有|还|的|是|去|到|办|吗|么|呢|啊|呀|吧|我[妈爸]?|老人|他|她|你们|请问|都|得|下|"
    r"(?:周|星期|礼拜)[一二三四五六日天]|今天|明天|后天|上午|中午|下午|晚上|节假日|"
    r"\b(?:do|does|i|is|are|it|to|need|can|the|you|they|someone|what|which|and|for|on|saturdays?|sundays?|weekends?|tomorrow|today)\b"
    r"|[,，。.?？!！\s]",
    re.IGNORECASE,
)


def goes_on(text: str) -> bool:
    """Whether nothing else is asked for than what an entry tells."""
    rest = _FILLS.sub("", _GOES_ON.sub("", text))
    return rest != text and bool(_GOES_ON.search(text)) and len(rest) <= 1
