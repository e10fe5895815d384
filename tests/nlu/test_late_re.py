"""Rules are compiled when they are used, and the words they are said to need are needed indeed."""

from __future__ import annotations

import gc
import re
import re._constants as sre
import re._parser as parser
from typing import Any

import pytest

import nlu.understand  # noqa: F401 (its rules are looked at)
from nlu import late_re

LATE = sorted({(one.source, int(one.flags)) for one in gc.get_objects() if isinstance(one, late_re.Late)})
GUARDED = sorted({(one.source, one.needs) for one in gc.get_objects() if isinstance(one, late_re.Where)})
REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)


def impossible(parsed: Any, without: set[str]) -> bool:
    """Whether nothing matches a parsed pattern once there are no such characters; False when in doubt."""
    return any(_never(kind, what, without) for kind, what in parsed)


def _never(kind: Any, what: Any, without: set[str]) -> bool:
    if kind is sre.LITERAL:
        return chr(what) in without
    if kind is sre.IN:
        return all(_never(*one, without) for one in what)
    if kind is sre.BRANCH:
        return all(impossible(way, without) for way in what[1])
    if kind in REPEATS:
        return what[0] > 0 and impossible(what[2], without)
    if kind in (sre.SUBPATTERN, sre.ASSERT):
        return impossible(what[-1], without)
    if kind is sre.ATOMIC_GROUP:
        return impossible(what, without)
    return kind is sre.FAILURE or (kind is sre.ASSERT_NOT and len(what[1]) == 0)  # (?!) in any Python


def needed(source: str, needs: str) -> bool:
    """Whether each match of a pattern holds one of the words: with them struck out, nothing can match."""
    for word in sorted(needs.split(), key=len, reverse=True):
        if len(word) > 1:
            source = source.replace(word, "(?!)")
    return impossible(parser.parse(source), {word for word in needs.split() if len(word) == 1})


def test_every_rule_can_be_compiled() -> None:
    assert len(LATE) > 200
    for source, flags in LATE:
        re.compile(source, flags)


def test_the_rules_that_are_guarded_are_found() -> None:
    assert len(GUARDED) > 20


@pytest.mark.parametrize(("source", "needs"), GUARDED, ids=[needs[:20] for _, needs in GUARDED])
def test_a_rule_needs_the_words_it_is_said_to_need(source: str, needs: str) -> None:
    assert needed(source, needs)


@pytest.mark.parametrize(
    ("source", "needs", "so"),
    [
        ("[0-9]+(?:号|栋)", "号 栋", True),
        ("[0-9]+(?:号|栋|座)", "号 栋", False),
        ("[0-9]+号?", "号", False),
        ("公园|广场", "公园 广场", True),
        ("公园|广场", "公园 广", True),
        ("公园里?|广场", "公园", False),
        ("(?<!公园)门", "公园", False),
        ("(?:第[一二])?层", "二 层", True),
        ("[一-三]层?", "一 二 层", False),
    ],
)
def test_what_is_needed(source: str, needs: str, so: bool) -> None:
    assert needed(source, needs) is so


def test_a_late_pattern_answers_as_one_that_was_compiled_at_once() -> None:
    for late in (late_re.compile("([0-9])号"), late_re.compile("([0-9])号", needs="号")):
        plain = re.compile("([0-9])号")
        for text in ("3号和5号", "三栋", ""):
            assert _spans(late.finditer(text)) == _spans(plain.finditer(text))
            assert late.sub(r"\1", text) == plain.sub(r"\1", text)
            assert bool(late.search(text, 1)) == bool(plain.search(text, 1))
            assert bool(late.match(text)) == bool(plain.match(text))


def _spans(found: Any) -> list[tuple[int, int]]:
    return [match.span() for match in found]


def test_what_is_wrong_with_a_late_pattern_is_raised_at_its_first_use() -> None:
    broken = late_re.compile("(")
    with pytest.raises(re.error):
        broken.search("(")
    with pytest.raises(AttributeError):
        broken.nothing  # type: ignore[attr-defined]


def test_needed_words_do_not_go_with_flags() -> None:
    with pytest.raises(ValueError, match="as they are written"):
        late_re.compile("help", re.IGNORECASE, needs="help")
