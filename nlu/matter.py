"""A message without the doors it names: 阳光花园3栋2单元外墙掉砖 is about what falls, wherever it does."""

from __future__ import annotations

from nlu import late_re as re

_ESTATE = "[\u4e00-\u9fff]{2,4}?(?:花园|小区|家园|雅居|新村|公寓|佳园|名苑|苑|园|庭|府|城|里)"
_DOOR = "(?:[0-9]{1,4}|[a-z]|[一二三四五六七八九十]{1,3})(?:号楼|栋|幢|座|单元|室|号院|门洞)"
_NAMED = re.compile(rf"(?:{_ESTATE})?(?:{_DOOR}[,， ]?)++", re.IGNORECASE)
FEWEST = 2  # characters that can say what it is about


def without_doors(words: str) -> str:
    """What is left; the message itself when that is nothing."""
    rest = _NAMED.sub("", words)
    return rest if len(rest) >= FEWEST else words
