"""What good files may look like: encodings, headings, XLSX, sloppy cells."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import xlsxwriter

from domain.community import PlaceKind, UnitKind
from domain.people import RoleKind
from storage.community_files import default_categories, read
from tests.loading import village
from tests.loading.village import build, good, problems


def test_a_small_community_is_read_whole(tmp_path: Path) -> None:
    found = good(tmp_path)
    assert found.name == "小镇"
    assert [unit.kind for unit in found.units][:4] == [
        UnitKind.CITY, UnitKind.SUBDISTRICT, UnitKind.COMMUNITY, UnitKind.BRANCH,
    ]  # fmt: skip
    assert found.grids[1].branch == "br2", "a unit may be named instead of its key"
    assert found.places[0].aliases == ("阳光小区", "太阳花园", "阳光")
    assert found.places[3].kind is PlaceKind.SPOT
    assert found.places[3].grid == "g2"
    wang, li, sun = found.people
    assert (wang.role, wang.home) == (None, "sun-3-2"), "a home may be written in full"
    assert (li.role, li.unit, li.phone) == (RoleKind.MEMBER, "br1", "19900000002")
    assert (li.skills, li.full_time, li.duty) == (("电工", "急救"), True, "MO-FR 09:00-18:00")
    assert (sun.phone, sun.locale) == ("19900000003", "zh_Hant"), "full-width digits are digits"
    assert found.policies[0].bring == "身份证（原件）"


def test_national_numbers_categories_and_holidays_are_there_unless_the_file_says_otherwise(
    tmp_path: Path,
) -> None:
    toml = (
        village.TOML
        + '\n[numbers]\ngas_company = "95777"\n[holidays]\noff = [2026-02-14, "2027-02-05..2027-02-07"]\n'
    )
    toml += '[[categories]]\nkey = "lift"\nnames = {zh_Hans = "电梯"}\nfirst = ["维保"]\nanswer = "2h"\n'
    toml += "emergency = true\n"
    found = good(tmp_path, toml)
    assert found.numbers["police"] == "110"
    assert found.numbers["gas_company"] == "95777"
    assert found.holidays[date(2026, 10, 1)] is False
    assert found.holidays[date(2026, 2, 14)] is False, "the file has the last word"
    assert found.holidays[date(2027, 2, 6)] is False
    lift = next(row for row in found.categories if row.key == "lift")
    assert (lift.first, lift.answer, lift.sign, lift.emergency) == (("维保",), "2h", "4wh", True)
    assert [row.key for row in found.categories] == [row.key for row in default_categories()]


def test_work_hours_are_read_in_any_of_the_usual_ways(tmp_path: Path) -> None:
    toml = village.TOML + '\n[hours]\nspans = ["8:30-12:00", ["14:00", "17:30"]]\nweekdays = "周一至周六"\n'
    hours = good(tmp_path, toml).hours
    assert hours.spans == (("08:30", "12:00"), ("14:00", "17:30"))
    assert hours.weekdays == (0, 1, 2, 3, 4, 5)
    assert hours.quiet_from == "21:30"


def test_english_headings_and_roles_mean_the_same(tmp_path: Path) -> None:
    people = "key,Name,Role,Unit,Phone\nli,Li Ming,member,br1,+86 199-0000-0002\n"
    (li,) = good(tmp_path, people=people).people
    assert (li.role, li.phone) == (RoleKind.MEMBER, "19900000002")


def test_traditional_headings_and_roles_mean_the_same(tmp_path: Path) -> None:
    people = "編號,姓名,角色,單位,電話\nli,李明,黨員,br1,19900000002\nsun,孫麗,書記,br1,\n"
    assert [row.role for row in good(tmp_path, people=people).people] == [RoleKind.MEMBER, RoleKind.SECRETARY]


def test_gbk_utf8_with_mark_and_utf16_are_read_alike(tmp_path: Path) -> None:
    plain = good(tmp_path)
    for encoding in ("gbk", "gb18030", "utf-8-sig", "utf-16"):
        sheets = {name: text.encode(encoding) for name, text in village.SHEETS.items()}
        assert good(tmp_path, **sheets) == plain, encoding


def test_tabs_and_semicolons_separate_cells_too(tmp_path: Path) -> None:
    for sign in ("\t", ";"):
        people = f"编号{sign}姓名{sign}电话\nli{sign}李明{sign}19900000002\n"
        assert good(tmp_path, people=people).people[0].phone == "19900000002"


def test_a_title_above_the_header_blank_rows_and_remarks_are_passed_over(tmp_path: Path) -> None:
    people = "党员花名册,,,\n,,,\n序号,编号,姓名,备注\n1,li,李明,新来的\n,,,\n2,wang,王芳,\n"
    assert [row.name for row in good(tmp_path, people=people).people] == ["李明", "王芳"]


def test_invisible_characters_are_stripped_from_names(tmp_path: Path) -> None:
    people = "编号,姓名\nli,李\u200b明\u202e\u0007\nzhao,赵" + "\u0301" * 500 + "强\n"
    first, second = good(tmp_path, people=people).people
    assert first.name == "李明"
    assert len(second.name) <= 3


def test_units_may_stand_in_the_toml_itself(tmp_path: Path) -> None:
    toml = 'name = "小镇"\n[[units]]\nkey = "c"\nkind = "community"\nname = "社区"\n'
    (tmp_path / "community.toml").write_text(toml, "utf-8")
    assert read([tmp_path / "community.toml"]).units[0].name == "社区"


def test_one_person_may_hold_several_roles_on_several_lines(tmp_path: Path) -> None:
    people = "编号,姓名,角色,单位,电话\nli,李明,党员,br1,19900000002\nli,李明,物业,prop,\n"
    first, second = good(tmp_path, people=people).people
    assert (first.role, second.role) == (RoleKind.MEMBER, RoleKind.PROPERTY)
    assert second.phone == "19900000002"


def sheet(path: Path, rows: list[list[object]], merge: tuple[int, int, int, int, str] | None = None) -> None:
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
    page = book.add_worksheet("人员")
    for number, row in enumerate(rows):
        page.write_row(number, 0, row)
    if merge:
        page.merge_range(*merge)
    book.close()


def test_an_xlsx_roster_is_read_beside_the_community(tmp_path: Path) -> None:
    roster = tmp_path / "党员花名册.xlsx"
    sheet(roster, [["编号", "姓名", "角色", "单位", "电话"], [1001, "李明", "党员", "br1", 19900000002]])
    found = read([build(tmp_path, people="编号,姓名\nwang,王阿姨\n"), roster])
    assert [(row.key, row.name, row.phone) for row in found.people][1] == ("1001", "李明", "19900000002")


def test_a_value_lost_in_a_merged_cell_is_named_with_row_and_column(tmp_path: Path) -> None:
    roster = tmp_path / "people-2.xlsx"
    rows: list[list[object]] = [["编号", "姓名", "角色"], ["a", "", ""], ["b", "", ""], ["c", "赵强", ""]]
    sheet(roster, rows, merge=(1, 1, 2, 1, "李明"))
    assert problems(tmp_path, extra=[roster]) == [("people-2.xlsx", 3, "姓名", "merged")]


def test_formula_text_and_error_values_in_xlsx_are_reported(tmp_path: Path) -> None:
    roster = tmp_path / "people-2.xlsx"
    sheet(roster, [["编号", "姓名", "工作单位"], ["a", "=1+1", "#REF!"]])
    assert problems(tmp_path, extra=[roster]) == [
        ("people-2.xlsx", 2, "姓名", "formula"),
        ("people-2.xlsx", 2, "工作单位", "formula"),
    ]


def test_fifty_thousand_rows_are_read_in_seconds_and_every_bad_one_is_named(tmp_path: Path) -> None:
    lines = ["编号,姓名,角色,单位,电话,住址,房号"]
    lines += [f"p{n},居民{n},,,199{n:08d},sun-3-2,{n}" for n in range(50_000)]
    start = time.perf_counter()
    assert len(good(tmp_path, people="\n".join(lines)).people) == 50_000
    assert time.perf_counter() - start < 20
    lines[1::2] = [line.replace(",199", ",99") for line in lines[1::2]]
    found = problems(tmp_path, people="\n".join(lines))
    assert len(found) == 25_000
    assert found[1] == ("people.csv", 4, "电话", "bad_phone")
