"""What of a name and a number may be read."""

from __future__ import annotations

import pytest

from domain.masks import masked_name, masked_phone


@pytest.mark.parametrize(("name", "shown"), [("", ""), ("李", "*"), ("李明", "李*"), ("欧阳娜娜", "欧**")])
def test_a_name_shows_its_first_character_at_most(name: str, shown: str) -> None:
    assert masked_name(name) == shown


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13800138000", "138****8000"),
        ("62881234", "****34"),
        ("12345", "****"),
        ("01062881234", "010****1234"),
    ],
)
def test_of_a_number_four_digits_at_least_are_hidden(phone: str, shown: str) -> None:
    assert masked_phone(phone) == shown
