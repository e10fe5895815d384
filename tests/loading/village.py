"""A tiny community on disk, to be spoilt one cell at a time."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from domain.community import CommunityFile
from storage.community_files import BadFiles, read

TOML = """
name = "小镇"
[files]
units = "units.csv"
grids = "grids.csv"
places = "places.csv"
people = "people.csv"
policies = "policies.csv"
"""
UNITS = """编号,类型,名称,上级,电话
city,市,小市,,
sub,街道,小街道,city,12345
com,社区,东社区,sub,
br1,网格党支部,一支部,com,
br2,支部,二支部,com,
prop,物业,好物业,br1,0755-12345678
part,共建单位,小学,com,
"""
GRIDS = """编号,名称,支部
g1,一网格,br1
g2,二网格,二支部
"""
PLACES = """编号,类型,名称,上级,网格,别名,户数
sun,小区,阳光花园,,g1,阳光小区、太阳花园;阳光,60
sun-3,楼栋,3栋,sun,,,30
sun-3-2,单元,2单元,sun-3,,,15
park,公共场所,公园,,二网格,,
"""
PEOPLE = """编号,姓名,角色,单位,电话,住址,房号,特长,专职,值班时间,语言
wang,王阿姨,居民,,19900000001,阳光花园3栋2单元,502,,,,
li,李明,党员,一支部,199 0000 0002,sun-3,101,电工、急救,是,周一至周五 9:00-18:00,
sun,孙丽,书记,br1,１９９００００００03,,,,,,繁體
"""
POLICIES = """编号,事项,关键词,材料,单位
card,社保卡,社保卡、补卡,身份证（原件）,com
"""
SHEETS = {"units": UNITS, "grids": GRIDS, "places": PLACES, "people": PEOPLE, "policies": POLICIES}


def build(folder: Path, toml: str = TOML, **sheets: str | bytes) -> Path:
    """Writes the tiny community; a sheet given by name replaces the good one."""
    (folder / "community.toml").write_text(toml, "utf-8")
    for name, text in (SHEETS | sheets).items():
        raw = text if isinstance(text, bytes) else text.encode()
        (folder / f"{name}.csv").write_bytes(raw)
    return folder


def good(folder: Path, toml: str = TOML, **sheets: str | bytes) -> CommunityFile:
    return read([build(folder, toml, **sheets)])


def problems(
    folder: Path, toml: str = TOML, extra: Iterable[Path] = (), **sheets: str | bytes
) -> list[tuple[str, int, str, str]]:
    """What is wrong with it: (file, row, column, key without "loading.")."""
    try:
        read([build(folder, toml, **sheets), *extra])
    except BadFiles as bad:
        return [(p.file, p.row, p.column, p.key.removeprefix("loading.")) for p in bad.problems]
    return []
