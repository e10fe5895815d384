"""A polite opening says nothing of what follows: 你好,电梯坏了 is a report."""

from __future__ import annotations

from nlu import late_re as re

_OPENING = re.compile(
    r"^(?:(?:你们?好|您好|大家好|早上好|上午好|中午好|下午好|晚上好|早啊?|喂+|哈喽|嗨|在吗|在不在|有人吗|hello|hi|hey)"
    r"[,，.。!！?？~～、 啊呀哦]*){1,3}(?:(?:请问|麻烦问下|问一?下)[,， ]*)?",
    re.IGNORECASE,
)
_KIND = r"(?:真人|机器人?|人工智能|智能客服|程序|AI|人)"
_KIND_EN = r"(?:bot|robot|human|person|machine|ai|program|computer)"
_WHO = re.compile(
    rf"(?:你|您|这|对面)(?:到底|究竟)?(?:是|系)(?:不是|唔系)?(?:一?个)?(?:谁|边个|啥人?|什么人|{_KIND}(?:还是{_KIND})?)"
    r"(?:在?(?:回|说话|聊))?(?:吧|吗|么|嘛|啊|呀|呢|呗|[?？!！。])*"
    rf"|(?:are you|is this|am i talking to) (?:a |an |the )?(?:real |actual )?{_KIND_EN}"
    rf"(?: or (?:a |an )?(?:real )?{_KIND_EN})?[?.! ]*"
    r"|who are you[?.! ]*",
    re.IGNORECASE,
)
SHORTEST = 4  # characters that can be a matter of their own


def without_greeting(words: str) -> str:
    """The message without its greeting; a greeting that is all there is stays."""
    opening = _OPENING.match(words)
    if opening is None or len(words) - opening.end() < SHORTEST:
        return words
    if words[opening.end() - 1 : opening.end()].isascii() and words[opening.end()].isascii():
        separated = not words[opening.end() - 1].isalpha()  # "history" is no "hi"
        return words[opening.end() :] if separated else words
    return words[opening.end() :]


def asks_who(words: str) -> bool:
    """你是机器人吧, are you a real person: whom one is talking to."""
    return bool(_WHO.fullmatch(words.strip()))
