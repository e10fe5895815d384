"""How well a few words name a matter: 王阿姨的灯, 电梯那件, 3栋漏水的事."""

from __future__ import annotations

import re
from collections.abc import Sequence

HALF = 0.5  # of the characters said have to stand in the matter
SURNAME = 0.8  # 王阿姨 of somebody called 王秀英
_FILL = re.compile(r"诉求|单子|问题|事情|刚才|上次|反映|投诉|报的|[的那这件个事家儿我你您他她它咱们俩]")
_TITLES = "阿姨|大妈|大爷|大叔|叔叔?|先生|女士|师傅|奶奶|爷爷|婆婆|老师|姐|哥|婶"
_CALLED = re.compile(
    r"(?P<called>[^,，。:：?？!！]{1,12}?)(?:[那这](?:一?件|一?个)(?:事情?)?|的(?:那|这)?(?:件|个)?(?:事情?|诉求|单子))"
)


def fit(phrase: str, text: str, name: str = "") -> float:
    """How well it fits: whose it is counts 1, and the share of the other characters that stand in it.

    0 where fewer than half of them do.
    """
    whose = 0.0
    if name and name in phrase:
        whose, phrase = 1.0, phrase.replace(name, "", 1)
    elif name and (titled := re.search(rf"{re.escape(name[0])}(?:{_TITLES})", phrase)):
        whose, phrase = SURNAME, phrase.replace(titled[0], "", 1)
    rest = _FILL.sub("", phrase)
    if not rest:
        return whose
    share = sum(char in text for char in rest) / len(rest)
    return whose + share if share >= HALF else 0.0


def best(scores: Sequence[float]) -> int | None:
    """Where the one score stands that is above 0 and above all others; None where there is none."""
    top = max(scores, default=0.0)
    return scores.index(top) if top and list(scores).count(top) == 1 else None


def called(text: str) -> str:
    """What a matter is called: 电梯 of 电梯那件不用了; empty where none is named so."""
    found = _CALLED.match(text)
    return found["called"] if found and _FILL.sub("", found["called"]) else ""
