"""One way of writing for every message."""

from __future__ import annotations

import time
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from nlu.normalize import normalize


def test_traditional_becomes_simplified():
    assert normalize("樓道的燈壞了") == "楼道的灯坏了"


def test_fire_in_traditional_is_fire_and_notable_stays_notable():
    assert normalize("著火了") == "着火了"
    assert normalize("著名") == "著名"


def test_invisible_and_direction_characters_are_dropped():
    assert normalize("书\u200b记\u202e\u2066\ufeff") == "书记"


def test_full_width_digits_become_plain_ones():
    assert normalize("１３８ ００１３８０００　号") == "138 00138000 号"


def test_nul_and_lone_surrogates_are_cleaned():
    assert normalize("灯\x00坏\ud800了\udfff") == "灯坏了"


def test_ten_thousand_combining_marks_shrink_to_their_letter():
    marks = "e" + "\u0301\u0323" * 5000
    began = time.thread_time()
    assert len(normalize(marks)) <= 2
    assert time.thread_time() - began < 0.2


def test_white_space_collapses():
    assert normalize("  三栋\n\n 二单元\t灯坏 ") == "三栋 二单元 灯坏"


@given(st.text(st.characters(), max_size=300))
def test_it_never_raises_and_says_the_same_twice(text: str):
    once = normalize(text)
    assert normalize(once) == once or unicodedata.normalize("NFKC", once) != once
    assert "\x00" not in once
    once.encode("utf-8")
