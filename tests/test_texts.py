"""What Linli says: the same in every language, complete, and every sentence that the code names is there."""

from __future__ import annotations

import string
import tomllib

import pytest

from bot import texts

OTHERS = texts.LOCALES[1:]


def gaps(sentence: str) -> set[tuple[str, str]]:
    """The placeholders of a sentence, each with its format."""
    return {(name, how or "") for _, name, how, _ in string.Formatter().parse(sentence) if name is not None}


def files(locale: str) -> dict[str, dict[str, object]]:
    return {
        file.name: tomllib.loads(file.read_text(encoding="utf-8"))
        for file in (texts.HOME / locale).glob("*.toml")
    }


@pytest.mark.parametrize("locale", OTHERS)
def test_every_language_has_the_same_files_and_the_same_keys(locale: str) -> None:
    assert sorted(files(locale)) == sorted(files("zh_Hans"))
    assert set(texts.sentences("zh_Hans")) - set(texts.sentences(locale)) == set()
    assert set(texts.sentences(locale)) - set(texts.sentences("zh_Hans")) == set()


@pytest.mark.parametrize("locale", OTHERS)
def test_a_sentence_has_the_same_gaps_in_every_language(locale: str) -> None:
    own, plain = texts.sentences(locale), texts.sentences("zh_Hans")
    differ = {key: (gaps(own[key]), gaps(plain[key])) for key in plain if gaps(own[key]) != gaps(plain[key])}
    assert differ == {}
