"""Which reports belong together, and when staff hear that a matter grows."""

from __future__ import annotations

import csv
import itertools
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from domain.case import Case, CaseKind, Status
from domain.clusters import ALIKE, Cluster, due_alert, likeness, open_to_joiners, same_matter, threshold
from domain.community import CategoryRow
from nlu.normalize import normalize
from storage.community_files import default_categories
from tests.conftest import NOW, ROOT

RULES = {rule.key: rule for rule in default_categories()}


def a_case(**changes: object) -> Case:
    plain = Case(
        number=1,
        year=2026,
        community_id=1,
        unit_id=1,
        category="lift",
        text="电梯坏了",
        reporter_id=1,
        beneficiary_id=1,
        sign_by=NOW,
        answer_by=NOW,
        created_at=NOW,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("category", "one", "other", "same"),
    [
        ("utilities", "6栋停水了", "我家没水", True),
        ("utilities", "6栋停水了", "6栋停电了", False),
        ("utilities", "6棟停水了", "no water since morning", True),
        ("repairs", "3栋2单元楼道灯不亮", "单元灯坏了", True),
        ("repairs", "3栋2单元楼道灯不亮", "3栋2单元门禁坏了", False),
        ("lift", "电梯坏了", "又不动了", True),
        ("noise", "楼上半夜拖桌子", "楼上每天半夜拖桌子睡不着", True),
        ("noise", "楼上半夜拖桌子", "空调外机嗡嗡响", False),
    ],
)
def test_a_matter_is_told_by_its_words(category: str, one: str, other: str, same: bool) -> None:
    assert same_matter(RULES[category], normalize(one), normalize(other)) is same


@pytest.mark.parametrize("key", ["danger", "safety", "dispute", "care", "property", "services", "other"])
def test_what_is_dangerous_private_or_personal_is_never_offered(key: str) -> None:
    rule = RULES[key]
    assert rule.emergency or rule.private or rule.merge_hours == 0


@pytest.mark.parametrize(
    "changes",
    [{"urgent": True}, {"private": True}, {"status": Status.ANSWERED}, {"kind": CaseKind.INQUIRY}],
)
def test_nobody_joins_danger_a_secret_or_what_is_over(changes: dict[str, object]) -> None:
    assert open_to_joiners(a_case(), RULES["lift"])
    assert not open_to_joiners(a_case(**changes), RULES["lift"])


def test_staff_hear_at_two_five_ten_twenty_fifty_and_then_at_every_doubling() -> None:
    assert [threshold(size) for size in (1, 2, 4, 5, 9, 10, 19, 20, 49, 50, 99, 100, 316)] == [
        *(1, 2, 2, 5, 5, 10, 10, 20, 20, 50, 50, 100, 200)
    ]


def test_staff_hear_of_a_cluster_at_most_once_in_five_minutes() -> None:
    cluster = Cluster(case_id=1, size=12, alerted=2, alerted_at=NOW, last_at=NOW)
    soon, later = NOW + timedelta(minutes=1), NOW + timedelta(minutes=9)
    assert due_alert(cluster, soon) == NOW + timedelta(minutes=5)
    assert due_alert(cluster, later) == later
    assert due_alert(replace(cluster, alerted=10), later) is None


def test_a_category_without_rules_of_its_own_merges_within_a_building() -> None:
    plain = CategoryRow(key="x")
    assert (plain.merge_at, plain.merge_hours) == ("building", 24)


# -- real reports, where they are at hand ----------------------------------------------------------
def reports() -> Path:
    """Messages of a mayor's board grouped by issue; not part of the project."""
    return Path(os.environ.get("LINLI_STUDY_DATA", ROOT.parent / "shared" / "data")) / (
        "residents_duplicate_clusters.csv"
    )


def pairs(path: Path) -> tuple[list[float], list[float]]:
    """How alike two messages are: of one issue, and of two. One grouping: those of others overlap it."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["team"] == "jesHrz"]
    told = [(row["issue_id"], normalize(row["title"])) for row in rows]
    same: list[float] = []
    other: list[float] = []
    for (issue, text), (other_issue, other_text) in itertools.combinations(told, 2):
        (same if issue == other_issue else other).append(likeness(text, other_text))
    return same, other


def test_reports_of_one_issue_are_more_alike_than_others() -> None:
    if not reports().exists():
        pytest.skip("the study data is not here")
    same, other = pairs(reports())
    recall = sum(one >= ALIKE for one in same) / len(same)
    false = sum(one >= ALIKE for one in other) / len(other)
    print(f"recall {recall:.3f} of {len(same)} pairs, wrongly alike {false:.3f} of {len(other)}")
    assert recall > 5 * false
