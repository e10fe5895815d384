"""Reads a community's files, checks everything, and gives all of it or every problem."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from domain.community import CommunityFile, PersonRow, PlaceRow, UnitRow
from storage.community_files import checks, parsing, roster, sheets
from storage.community_files.defaults import (
    calendar_source,
    default_categories,
    default_numbers,
    national_days,
)
from storage.community_files.problems import BadFiles, Line, Problem
from storage.community_files.settings import Toml
from storage.community_files.words import KINDS, SHEET_NAMES, fold

T = TypeVar("T")
COMMUNITY = "community.toml"
_TELL = 1_000  # rows after which a reader says how far it has come


def read(paths: Iterable[Path | str]) -> CommunityFile:
    """The community that these files describe: a community.toml (or its folder), and further sheets.

    A further sheet is named after what it holds (`people.csv`, 花名册.xlsx). Raises BadFiles with every
    problem there is.
    """
    problems: list[Problem] = []
    tomls, loose = _sorted(map(Path, paths), problems)
    if not tomls:
        problems.append(Problem(file=COMMUNITY, key="loading.no_community"))
    for extra in tomls[1:]:
        problems.append(Problem(file=extra.name, key="loading.second_community"))
    if problems:
        raise BadFiles(tuple(problems))
    toml = Toml(tomls[0], problems)
    if not toml.data:
        raise BadFiles(tuple(problems))
    community = _community(toml, loose, problems)
    if problems:
        order = {file: at for at, file in enumerate(dict.fromkeys(problem.file for problem in problems))}
        raise BadFiles(tuple(sorted(problems, key=lambda problem: (order[problem.file], problem.row))))
    return community


def read_people(
    path: Path,
    units: Iterable[UnitRow],
    places: Iterable[PlaceRow],
    *,
    usual: Callable[[Collection[str]], dict[str, str]] = lambda columns: {},
    read: Callable[[int], None] = lambda count: None,
) -> tuple[list[tuple[PersonRow, Line]], list[Problem]]:
    """The people of one sheet with their lines, for a community that is there already, and all problems.

    `usual` says what the cells of absent columns are, `read` hears how many rows have been read. Who
    complains about a line later adds to the same list of problems.
    """
    problems: list[Problem] = []
    if path.suffix.lower() not in sheets.SHEETS:
        return [], [Problem(file=path.name, key="loading.unknown_sheet")]
    found: list[tuple[PersonRow, Line]] = []
    for line in sheets.lines(path, "people", problems):
        line.cells |= usual(line.labels.keys())
        found.append((parsing.person(line), line))
        if len(found) % _TELL == 0:
            read(len(found))
    rows = roster.people(found, *checks.known(units, places))
    return list(zip(rows, (line for _, line in found), strict=True)), problems


def _community(toml: Toml, loose: list[tuple[str, Path]], problems: list[Problem]) -> CommunityFile:
    named = toml.files()
    for kind, path in loose:
        if path.resolve() not in {known.resolve() for known in named.get(kind, [])}:
            named.setdefault(kind, []).append(path)

    def found(kind: str, parse: Callable[[Line], T]) -> list[tuple[T, Line]]:
        return [(parse(line), line) for line in _lines(kind, toml, named.get(kind, []), problems)]

    units = checks.units(found("units", parsing.unit))
    grids = checks.grids(found("grids", parsing.grid), units)
    places = checks.places(found("places", parsing.place), grids)
    own = {row.key: (row, line) for row, line in checks.unique(found("categories", parsing.category))}
    people = roster.people(found("people", parsing.person), units, places)
    policies = checks.policies(found("policies", parsing.policy), units)
    if not units.rows and not problems:
        toml.complain(0, "units", "no_units")
    hours = toml.hours()
    checks.promises(own.values(), hours)
    categories = {key: row for key, (row, _) in own.items()}
    return CommunityFile(
        name=toml.name(),
        numbers=default_numbers() | toml.numbers(),
        hours=hours,
        holidays=national_days() | toml.holidays(),
        calendar=calendar_source(),
        levels=toml.levels(),
        units=tuple(units.rows.values()),
        grids=tuple(grids.rows.values()),
        places=tuple(places.rows.values()),
        categories=tuple(categories.pop(row.key, row) for row in default_categories()),
        people=people,
        policies=policies,
    )


def _lines(kind: str, toml: Toml, paths: list[Path], problems: list[Problem]) -> Iterator[Line]:
    yield from toml.lines(kind)
    for path in paths:
        if path.suffix.lower() in sheets.SHEETS:
            yield from sheets.lines(path, kind, problems)
        else:
            problems.append(Problem(file=path.name, key="loading.unknown_file"))


def _sorted(paths: Iterable[Path], problems: list[Problem]) -> tuple[list[Path], list[tuple[str, Path]]]:
    """The community files among the paths, and the sheets with the kind each is named after."""
    tomls: list[Path] = []
    loose: list[tuple[str, Path]] = []
    for path in paths:
        if path.is_dir():
            tomls.append(path / COMMUNITY)
        elif path.suffix.lower() == ".toml":
            tomls.append(path)
        elif kind := _kind_of(path):
            loose.append((kind, path))
        else:
            problems.append(Problem(file=path.name, key="loading.unknown_file"))
    return tomls, loose


def _kind_of(path: Path) -> str:
    """What a sheet holds, by its name: people, people-2027, 党员花名册; empty when the name does not say."""
    if path.suffix.lower() not in sheets.SHEETS:
        return ""
    stem = fold(path.stem)
    return next((kind for kind in KINDS if any(name in stem for name in SHEET_NAMES[kind])), "")
