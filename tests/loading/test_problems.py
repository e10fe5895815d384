"""Every mistake is named with its file, row and column, and all of them at once."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from string import Formatter

import pytest

import storage.community_files as package
from storage.community_files import BadFiles, read
from tests.loading import village
from tests.loading.village import build, problems

SPOILT = [
    ("units", "br1,网格党支部,一支部,com", "br1,网格党支部,一支部,nowhere", (5, "上级", "unknown_parent")),
    ("units", "br2,支部,二支部,com", "br1,支部,二支部,com", (6, "编号", "duplicate_key")),
    ("units", "br2,支部,二支部,com", "br2,支部,二支部,br1", (6, "上级", "branch_without_community")),
    ("units", "br2,支部,二支部,com", "br2,支部,二支部,", (6, "上级", "branch_without_community")),
    ("units", "com,社区,东社区,sub", "com,社区,东社区,prop", (4, "上级", "wrong_level")),
    ("units", "part,共建单位,小学,com", "part,共建单位,小学,", (8, "上级", "second_root")),
    ("units", "part,共建单位", "part,星球", (8, "类型", "unknown_unit_kind")),
    ("units", "0755-12345678", "电话无", (7, "电话", "bad_phone")),
    ("grids", "g1,一网格,br1", "g1,一网格,", (2, "支部", "missing")),
    ("grids", "g1,一网格,br1", "g1,一网格,com", (2, "支部", "grid_without_branch")),
    ("grids", "g1,一网格,br1", "g1,一网格,br9", (2, "支部", "unknown_unit")),
    ("places", "sun,小区,阳光花园,,g1", "sun,小区,阳光花园,,", (2, "网格", "place_without_grid")),
    ("places", "park,公共场所,公园,,二网格", "park,公共场所,公园,,九网格", (5, "网格", "unknown_grid")),
    ("places", "sun-3-2,单元,2单元,sun-3", "sun-3-2,单元,2单元,sun", (4, "上级", "wrong_place_level")),
    ("places", "park,公共场所,公园,", "park,公共场所,公园,mars", (5, "上级", "unknown_parent")),
    ("places", "park,公共场所,公园", "park,公共场所,阳光花园", (5, "名称", "duplicate_name")),
    ("places", ",,,30", ",,,三十", (3, "户数", "bad_number")),
    ("people", "wang,王阿姨,居民", "wang,王阿姨,皇帝", (2, "角色", "unknown_role")),
    ("people", "wang,王阿姨", "wang,王书记", (2, "姓名", "looks_like_secretary")),
    ("people", "wang,王阿姨", "wang,王書·記", (2, "姓名", "looks_like_secretary")),
    ("people", "wang,王阿姨", "wang,王书\u200b讠己", (2, "姓名", "looks_like_secretary")),
    ("people", "wang,王阿姨", "wang,", (2, "姓名", "missing")),
    ("people", "wang,王阿姨", "wang,=HYPERLINK(1)", (2, "姓名", "formula")),
    ("people", "19900000001", "1.99E+10", (2, "电话", "bad_phone")),
    ("people", "阳光花园3栋2单元", "月亮花园", (2, "住址", "unknown_place")),
    ("people", "李明,党员,一支部", "李明,党员,九支部", (3, "单位", "unknown_unit")),
    ("people", "李明,党员,一支部", "李明,党员,", (3, "单位", "role_without_unit")),
    ("people", "李明,党员,一支部", "李明,,一支部", (3, "角色", "unit_without_role")),
    ("people", "李明,党员,一支部", "李明,党员,好物业", (3, "角色", "role_does_not_fit")),
    ("people", "孙丽,书记,br1", "孙丽,社工,br1", (4, "角色", "role_does_not_fit")),
    ("people", "周一至周五 9:00-18:00", "随时", (3, "值班时间", "bad_duty")),
    ("people", "周一至周五 9:00-18:00", "周五至周一 9:00-18:00", (3, "值班时间", "bad_duty")),
    ("people", "繁體", "火星文", (4, "语言", "unknown_locale")),
    ("people", ",是,", ",大概,", (3, "专职", "bad_yes_no")),
    ("people", "姓名,角色", "姓明,角色", (1, "姓名/name", "missing_column")),
    ("people", "特长", "血型", (1, "血型", "unknown_column")),
    ("people", "房号", "住所", (1, "住所", "same_column")),
    ("policies", "补卡,身份证（原件）,com", "补卡,身份证（原件）,moon", (2, "单位", "unknown_unit")),
]


@pytest.mark.parametrize(("name", "old", "new", "expected"), SPOILT)
def test_a_spoilt_cell_is_named_with_row_and_column(
    tmp_path: Path, name: str, old: str, new: str, expected: tuple[int, str, str]
) -> None:
    assert old in village.SHEETS[name]
    found = problems(tmp_path, **{name: village.SHEETS[name].replace(old, new)})
    assert (f"{name}.csv", *expected) in found


def test_a_misspelt_heading_gets_a_suggestion(tmp_path: Path) -> None:
    with pytest.raises(BadFiles) as bad:
        read([build(tmp_path, people=village.PEOPLE.replace("值班时间", "值班时候"))])
    assert [(p.key, p.facts["near"]) for p in bad.value.problems] == [
        ("loading.unknown_column_near", "值班时间")
    ]


def test_units_in_a_circle_are_reported_once(tmp_path: Path) -> None:
    units = village.UNITS + "a,街道,甲,b,\nb,街道,乙,a,\n"
    assert [p for p in problems(tmp_path, units=units) if p[3] == "unit_cycle"] == [
        ("units.csv", 9, "上级", "unit_cycle")
    ]


def test_places_in_a_circle_are_reported(tmp_path: Path) -> None:
    places = village.PLACES + "a,楼栋,甲,a,g1,,\n"
    assert ("places.csv", 6, "上级", "place_cycle") in problems(tmp_path, places=places)


def test_a_name_that_two_units_have_must_be_written_as_a_key(tmp_path: Path) -> None:
    units = village.UNITS + "br3,支部,一支部,com,\n"
    assert ("people.csv", 3, "单位", "ambiguous") in problems(tmp_path, units=units)


def test_the_same_person_under_two_keys_is_reported(tmp_path: Path) -> None:
    people = village.PEOPLE + "wang2,王阿姨,居民,,19900000001,,,,,,\nwang3,王阿姨,居民,,,sun-3-2,502,,,,\n"
    assert problems(tmp_path, people=people) == [
        ("people.csv", 5, "姓名", "duplicate_person"),
        ("people.csv", 6, "姓名", "duplicate_person"),
    ]


def test_one_key_for_two_different_people_is_reported(tmp_path: Path) -> None:
    people = village.PEOPLE + "li,李亮,物业,prop,,,,,,,\n"
    assert problems(tmp_path, people=people) == [("people.csv", 5, "姓名", "other_person")]


def test_the_same_line_twice_is_a_duplicate_key(tmp_path: Path) -> None:
    people = village.PEOPLE + "li,李明,党员,一支部,,,,,,,\nwang,王阿姨,,,,,,,,,\n"
    assert [p[1:] for p in problems(tmp_path, people=people)] == [
        (5, "编号", "duplicate_key"),
        (6, "编号", "duplicate_key"),
    ]


def test_a_member_of_two_branches_is_reported(tmp_path: Path) -> None:
    people = village.PEOPLE + "li,李明,党员,二支部,,,,,,,\n"
    assert problems(tmp_path, people=people) == [("people.csv", 5, "单位", "member_twice")]


def test_an_estate_without_a_grid_is_fine_when_each_of_its_buildings_has_one(tmp_path: Path) -> None:
    split = village.PLACES.replace("阳光花园,,g1", "阳光花园,,").replace("3栋,sun,", "3栋,sun,g1")
    assert problems(tmp_path, places=split) == []


def test_an_empty_file_is_reported(tmp_path: Path) -> None:
    assert problems(tmp_path, people="") == [("people.csv", 0, "", "empty")]
    assert problems(tmp_path, people="编号,姓名\n") == [("people.csv", 0, "", "empty")]


def test_a_file_without_any_known_heading_is_reported_once(tmp_path: Path) -> None:
    assert problems(tmp_path, people="甲,乙\n1,2\n") == [("people.csv", 1, "", "no_header")]


def test_a_missing_file_and_one_outside_the_folder_are_reported(tmp_path: Path) -> None:
    toml = village.TOML.replace("people.csv", "gone.csv").replace("policies.csv", "../policies.csv")
    assert {p[3] for p in problems(tmp_path, toml)} == {"no_file", "outside"}


def test_damaged_utf8_is_not_taken_for_gbk(tmp_path: Path) -> None:
    raw = village.PEOPLE.encode()
    broken = raw.replace("孙".encode(), "孙".encode()[:2])
    assert problems(tmp_path, people=broken) == [("people.csv", 4, "", "bad_encoding")]


def test_what_is_no_xlsx_is_reported_without_a_crash(tmp_path: Path) -> None:
    fake = tmp_path / "people-2.xlsx"
    fake.write_bytes(b"PK\x03\x04 not really")
    assert problems(tmp_path, extra=[fake]) == [("people-2.xlsx", 0, "", "bad_xlsx")]


def test_more_cells_than_headings_are_reported(tmp_path: Path) -> None:
    assert problems(tmp_path, policies="编号,事项\ncard,社保卡,身份证,\n") == [
        ("policies.csv", 2, "", "too_many_cells")
    ]


@pytest.mark.parametrize(
    ("more", "column", "key"),
    [
        ("colour = 1", "colour", "unknown_key"),
        ('[hours]\nspans = ["12:00-09:00"]', "spans", "bad_hours"),
        ('[hours]\nspans = ["09:00-12:00", "11:00-13:00"]', "spans", "bad_hours"),
        ('[hours]\nspans = ["25:00-26:00"]', "spans", "bad_hours"),
        ('[hours]\nquiet_from = "late"', "quiet_from", "bad_hours"),
        ("[hours]\nweekdays = [1, 9]", "weekdays", "bad_weekdays"),
        ('[holidays]\noff = ["2027-02-30"]', "off", "bad_date"),
        ('[holidays]\noff = ["2027-02-06"]\nwork = ["2027-02-06"]', "work", "day_twice"),
        ('[numbers]\npolice = "one"', "police", "bad_phone"),
        ('[[categories]]\nkey = "lift"\nnames = {zh_Hans = "梯"}\nsign = "3 days"', "sign", "bad_span"),
        ('[[categories]]\nkey = "lift"\nnames = {zh_Hans = "梯"}\nsign = {a = 1}', "sign", "not_text"),
        (
            '[[categories]]\nkey = "lift"\nnames = {zh_Hans = "梯"}\nsign = "1wd"\nanswer = "4h"',
            "sign",
            "sign_after_answer",
        ),
        ('[levels]\ncommunity = "soon"', "community", "bad_span"),
        ('[levels]\nproperty = "2wd"', "property", "unknown_key"),
        ('[[categories]]\nkey = "ufo"\nnames = {zh_Hans = "碟"}', "key", "unknown_category"),
        (
            '[[units]]\nkey = "x"\nkind = "branch"\nname = "x"\nparent = "com"\nsize = 1',
            "size",
            "unknown_key",
        ),
    ],
)
def test_a_bad_setting_is_named_with_its_line(tmp_path: Path, more: str, column: str, key: str) -> None:
    toml = more + "\n" + village.TOML if "[" not in more[:2] and "=" in more[:9] else village.TOML + more
    ((file, row, where, what),) = problems(tmp_path, toml)
    assert (file, where, what) == ("community.toml", column, key)
    assert row > 0


def test_a_toml_that_does_not_parse_is_named_with_its_line(tmp_path: Path) -> None:
    assert problems(tmp_path, 'name = "a"\nname = "b"\n')[0][:2] == ("community.toml", 2)


def test_no_community_and_unknown_files_are_reported(tmp_path: Path) -> None:
    (tmp_path / "stuff.pdf").write_bytes(b"x")
    with pytest.raises(BadFiles) as bad:
        read([tmp_path / "stuff.pdf"])
    assert {p.key for p in bad.value.problems} == {"loading.unknown_file", "loading.no_community"}


def test_all_problems_of_all_files_come_at_once(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        grids=village.GRIDS.replace("br1", "br9"),
        places=village.PLACES.replace("二网格", "九网格"),
        people=village.PEOPLE.replace("党员", "皇帝").replace("19900000001", "1"),
    )
    assert {file for file, *_ in found} == {"grids.csv", "places.csv", "people.csv"}
    assert len(found) >= 4


def test_every_problem_has_a_sentence_in_every_language_with_the_same_facts() -> None:
    source = "".join(path.read_text("utf-8") for path in Path(package.__file__).parent.glob("*.py"))
    keys = set(re.findall(r'key="loading\.(\w+)"', source)) | set(
        re.findall(r'complain\(\s*[^,()]+(?:\([^)]*\))?,(?: "[\w/]*"| \w+),? ?"(\w+)"', source)
    )
    keys |= {key for _, _, _, (_, _, key) in SPOILT}
    texts = {
        locale: tomllib.loads(Path(f"bot/texts/{locale}/loading.toml").read_text("utf-8"))
        for locale in ("zh_Hans", "zh_Hant", "en")
    }
    for locale, sentences in texts.items():
        assert keys <= sentences.keys(), locale
        for key, sentence in texts["zh_Hans"].items():
            assert facts(sentence) == facts(sentences[key]), (locale, key)


def facts(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}
