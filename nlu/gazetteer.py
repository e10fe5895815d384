"""The community's own place names, found in a text through aliases, homophones and slips."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from nlu import late_re as re
from nlu.meaning import NamedPlace
from nlu.normalize import normalize
from nlu.sounds import sounds

LONGEST = 20
COMMON = 40  # a pair of syllables in more names than this points at none
CANDIDATES = 48

_SUFFIX = re.compile(
    r"(?:住宅小区|居民小区|小区|花园|花苑|家园|雅苑|佳苑|新苑|公寓|大厦|广场|新村|社区|庄园|豪庭|华庭|雅庭|嘉庭|名苑|名邸|名座|名都|名居|雅居|公馆|华府|小筑|雅筑|新邨|里弄|嘉园|佳园|馨园|苑|园|城|府|庭|居|里|村|轩|阁|湾)$"
)
_CUE = re.compile(
    r"[ ]?(?:(?:的|[这那]边的?)(?=[0-9a-z一二三四五六七八九十]{1,3}(?:栋|幢|号楼)))?"
    r"(?:小区|花园|家园|苑|社区|[0-9A-Za-z一二三四五六七八九十]{1,3}[ ]?"
    r"(?:栋|幢|座|号楼|期|#|单元|区|-|号[搂喽娄篓栋幢]|[洞懂撞]))"
)
_KINDS = frozenset("苑园城府庭居里村轩阁湾座邸寓厦馆筑弄邨")  # another of these is another estate
_APART = frozenset("东西南北中上下前后左右一二三四五六七八九十甲乙丙丁新老大小0123456789abcdefghij")

_OTHER = frozenset("区路街道巷号栋幢期")  # 紫金山路 is no 紫荆三区

_STREET = re.compile(
    r"[东西南北中]?(?:大道|大街|街(?![坊口边道上头])|路(?=[0-9东西南北中]|和|与))|[东西南北中一二三四五]路(?![口边灯面上人])"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    place: NamedPlace
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Name:
    text: str
    sound: tuple[str, ...]
    core: int  # how many leading characters tell it from others of its kind
    owner: NamedPlace


class Gazetteer:
    """An index over place names: exact, then by sound, then one slip in a long name."""

    def __init__(self, places: Iterable[NamedPlace] = ()) -> None:
        self._exact: dict[str, list[NamedPlace]] = defaultdict(list)
        self._cores: dict[str, list[NamedPlace]] = defaultdict(list)
        self._heads: dict[tuple[str, str], list[_Name]] = defaultdict(list)
        self._pairs: dict[tuple[str, str], list[tuple[_Name, int]]] = defaultdict(list)
        self._kinds: dict[str, list[_Name]] = defaultdict(list)
        for owner in places:
            for name in dict.fromkeys((owner.name, *owner.aliases)):
                self._add(_tidy(name), owner)
        self._starts = {name[:2] for name in (*self._exact, *self._cores)}
        for pair in [pair for pair, names in self._pairs.items() if len(names) > COMMON]:
            del self._pairs[pair]

    def _add(self, name: str, owner: NamedPlace) -> None:
        if not 2 <= len(name) <= LONGEST:
            return
        self._put(self._exact, name, owner)
        core = _SUFFIX.sub("", name)
        if 2 <= len(core) < len(name):
            self._put(self._exact if len(core) > 2 else self._cores, core, owner)
        entry = _Name(name, sounds(name), len(core), owner)
        if len(name) < 3:
            return
        self._heads[entry.sound[0], entry.sound[1]].append(entry)
        if len(name) == 4 and len(core) == 2:
            self._kinds[name[2:]].append(entry)
        for at in range(len(name) - 1):
            self._pairs[entry.sound[at], entry.sound[at + 1]].append((entry, at))

    @staticmethod
    def _put(index: dict[str, list[NamedPlace]], name: str, owner: NamedPlace) -> None:
        if owner not in index[name]:
            index[name].append(owner)

    def find(self, text: str) -> Found | None:
        """The named place a normalised text speaks of; None when unknown or when two fit equally."""
        if not self._exact:
            return None
        text = text.lower()
        found = self._by_writing(text)
        if found:
            return found
        heard = sounds(text)
        return self._by_sound(text, heard) or self._by_slip(text, heard)

    def _by_writing(self, text: str) -> Found | None:
        best: tuple[int, int, list[NamedPlace]] | None = None
        for start in range(len(text) - 1):
            if text[start : start + 2] not in self._starts:
                continue
            for size in range(min(LONGEST, len(text) - start), 1, -1):
                name = text[start : start + size]
                owners = self._exact.get(name)
                if owners is None and name in self._cores and _CUE.match(text, start + size):
                    owners = [owner for owner in self._cores[name] if not owner.spot]
                if owners and _STREET.match(text, start + size):
                    owners = None  # 知春里西街 is a road
                if owners and (best is None or size > best[1]):
                    best = (start, size, owners)
        if best is None or len(best[2]) != 1:
            return None
        return Found(place=best[2][0], start=best[0], end=best[0] + best[1])

    def _by_sound(self, text: str, heard: tuple[str, ...]) -> Found | None:
        hits: list[tuple[int, _Name]] = []
        for start in range(len(heard) - 2):
            for name in self._heads.get((heard[start], heard[start + 1]), ()):
                end = start + len(name.sound)
                if heard[start:end] == name.sound and not _STREET.match(text, end):
                    hits.append((start, name))
        return _only(hits)

    def _by_slip(self, text: str, heard: tuple[str, ...]) -> Found | None:
        tried: set[tuple[int, int]] = set()
        hits = self._by_short_slip(text, heard)
        for position in range(len(heard) - 1):
            for name, at in self._pairs.get((heard[position], heard[position + 1]), ()):
                start = position - at
                key = (id(name), start)
                if (
                    start < 0
                    or key in tried
                    or (name.core < 3 and not _CUE.match(text, start + len(name.text)))
                ):
                    continue
                tried.add(key)
                if len(tried) > CANDIDATES:
                    return _only(hits)
                if _slipped(
                    name, text[start : start + len(name.text)], heard[start : start + len(name.text)]
                ):
                    hits.append((start, name))
        return _only(hits)

    def _by_short_slip(self, text: str, heard: tuple[str, ...]) -> list[tuple[int, _Name]]:
        """南波小筑3栋: a slip in a name of two characters before its kind and a door."""
        hits: list[tuple[int, _Name]] = []
        for at in range(2, len(heard) - 2):
            names = self._kinds.get(text[at : at + 2])
            if names and _CUE.match(text, at + 2):
                said, spoken = text[at - 2 : at], heard[at - 2 : at]
                hits += [
                    (at - 2, name) for name in names[:COMMON] if _nearly(said, spoken, name.text, name.sound)
                ]
            if len(hits) > CANDIDATES:
                break
        return hits


def _nearly(said: str, heard: tuple[str, ...], name: str, sound: tuple[str, ...]) -> bool:
    """Two syllables, one of them the same and the other off by one letter."""
    if (heard[0] == sound[0]) == (heard[1] == sound[1]):
        return False
    from rapidfuzz.distance import Levenshtein  # slow to import, and few texts come this far

    at = 1 if heard[0] == sound[0] else 0
    apart = said[at] in _APART or name[at] in _APART
    return not apart and Levenshtein.distance(heard[at], sound[at]) <= 1


def _tidy(name: str) -> str:
    return re.sub(r"[\s()\[\]·.,-]+", "", re.sub(r"\([^()]{0,20}\)", "", normalize(name))).lower()


def _only(hits: list[tuple[int, _Name]]) -> Found | None:
    if not hits:
        return None
    longest = max(len(name.text) for _, name in hits)
    best = [(start, name) for start, name in hits if len(name.text) == longest]
    if len({name.owner.id for _, name in best}) != 1:
        return None
    start, name = best[0]
    return Found(place=name.owner, start=start, end=start + longest)


def _slipped(name: _Name, text: str, heard: tuple[str, ...]) -> bool:
    """One character of a long name wrong, and not one that tells neighbours apart."""
    if len(heard) != len(name.sound):
        return False
    wrong = [at for at, sound in enumerate(heard) if sound != name.sound[at]]
    if len(wrong) != 1:
        return False
    at = wrong[0]
    if text[at] in _APART or name.text[at] in _APART or text[at] in _OTHER or name.text[at] in _OTHER:
        return False
    if at >= name.core:
        return text[at] not in _KINDS and (name.core >= 3 or text[: name.core] == name.text[: name.core])
    if name.core >= 4:
        return True
    if name.core < 3:
        return False
    from rapidfuzz.distance import Levenshtein  # slow to import, and few texts come this far

    return Levenshtein.distance(heard[at], name.sound[at]) <= 1
