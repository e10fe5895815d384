"""Writes units.csv, grids.csv and places.csv of the demo community; people and handbook are written by hand.

Run it in the project's environment: `python demo/make_guangming.py`. The names are made up.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path

from pypinyin import lazy_pinyin

HERE = Path(__file__).parent / "guangming"

COMMUNITIES = ("阳光", "翠屏湖", "东篱", "新禾", "田心围", "栖凤")
FIRST = "阳光花园"
HEADS = (
    "翠竹 云杉 金桂 银杏 玉兰 紫荆 海棠 丹枫 青梅 芳草 听雨 望月 揽星 和风 朝晖 晚晴 映山 临溪 知春 乐安 "
    "永宁 瑞丰 同德 仁和 嘉禾 福满 安泰 康乐 长青 松涛 荷塘 稻香 麦田 橘园 柳岸 桃源 茶山 石桥 木棉 白鹭 "
    "碧落 沁园 清泉 鸣泉 双溪 南坡 北岭 东渡 西堤 古榕 新月 晨曦 星辰 远山 平湖 曲水 疏影 暗香 锦绣 华章"
).split()
TAILS = {  # and what people say instead
    "雅居": "苑",
    "家园": "园",
    "里弄": "里",
    "新邨": "新村",
    "华庭": "庭",
    "小筑": "筑",
    "名座": "大厦",
    "公馆": "公馆小区",
}
VILLAGES = "上围 下围 老屋 坑尾 塘口 岭背 石鼓 水贝 沙埔 井头 禾岗 榕树头".split()
PARKS = "鸿达 恒业 创成 智造 宏图 联发".split()
SPOTS = ("文化广场", "口袋公园", "便民集市", "健身绿道", "地下车库", "公交首末站")
DEPARTMENTS = (
    "综合行政执法队 派出所 市场监管所 司法所 公共服务办 城市建设办 环卫所 社区健康服务中心 "
    "消防救援站 供水服务站 供电服务站 燃气服务站"
).split()
PARTNERS = (
    "第一小学 第二小学 实验中学 中心幼儿园 人民医院 图书馆 文化馆 农商银行支行 邮政所 通信营业厅 "
    "鸿达电子公司 恒业五金公司 智造机器人公司 百姓超市 蓝天律师事务所 阳光义工队 老年大学 "
    "青年创业园 公交车队 园林公司"
).split()


def slug(text: str) -> str:
    return "".join(lazy_pinyin(text))


def write(name: str, rows: Iterable[dict[str, object]]) -> None:
    listed = list(rows)
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(listed[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(listed)


def estate_names() -> Iterator[str]:
    """Names nobody has used: every head with one tail before any head comes twice."""
    tails = list(TAILS)
    for turn in count():
        for at, head in enumerate(HEADS):
            yield head + tails[(at + turn * 3) % len(tails)]


class Demo:
    """Collects the rows community by community, branch by branch, grid by grid."""

    def __init__(self) -> None:
        self.units: list[dict[str, object]] = []
        self.grids: list[dict[str, object]] = []
        self.places: list[dict[str, object]] = []
        self._names = estate_names()
        self._others = iter([*(f"{name}村" for name in VILLAGES), *(f"{name}工业园" for name in PARKS)])
        self._phones = count(19900008001)
        self._heads: dict[str, count[int]] = defaultdict(count)

    def unit(self, key: str, kind: str, name: str, parent: str, address: str = "") -> str:
        phone = "" if kind in ("city", "district", "building_group") else next(self._phones)
        self.units.append(
            {"key": key, "kind": kind, "name": name, "parent": parent, "phone": phone, "address": address}
        )
        return key

    def everything(self) -> None:
        city = self.unit("city", "city", "明州市", "")
        district = self.unit("district", "district", "晨光区", city)
        street = self.unit("subdistrict", "subdistrict", "光明里街道", district, "光明里大道1号")
        for name in DEPARTMENTS:
            self.unit(f"dept-{slug(name)}", "department", f"光明里{name}", street)
        for at, name in enumerate(COMMUNITIES):
            self.community(at, name, street)
        keys = [slug(name) for name in COMMUNITIES]
        for at, name in enumerate(PARTNERS):
            self.unit(f"partner-{slug(name)}", "partner", name, f"c-{keys[at % len(keys)]}")

    def community(self, at: int, name: str, street: str) -> None:
        key = self.unit(f"c-{slug(name)}", "community", f"{name}社区", street, f"{name}路100号党群服务中心")
        grid = count(1)
        for branch in range(8):
            numbers = [next(grid) for _ in range(4 if branch == 0 else 3)]
            self.branch(at, name, key, branch, numbers)

    def branch(self, at: int, community: str, parent: str, nth: int, numbers: list[int]) -> None:
        """A branch is called after its first estate; every grid has one or two estates and a spot."""
        other = nth in (6, 7) and next(self._others, None)
        first = FIRST if (at, nth) == (0, 0) else other or next(self._names)
        key = self.unit(f"b-{slug(first)}", "branch", f"{first}网格党支部", parent, f"{first}党群服务站")
        if nth < 5:
            self.unit(f"p-{slug(first)}", "property", f"{first}物业服务中心", key)
        if first == FIRST:
            for low, high in ((1, 4), (5, 8), (9, 12)):
                self.unit(f"{key}-g{low}", "building_group", f"{first}{low}至{high}栋党小组", key)
        for turn, number in enumerate(numbers):
            grid = f"g-{slug(community)}-{number:02d}"
            self.grids.append({"key": grid, "name": f"{community}第{number}网格", "branch": key})
            x = (at % 3) * 33.3 + 3 + ((number - 1) % 5) * 6.1
            y = (at // 3) * 50 + 4 + ((number - 1) // 5) * 9.4
            if first == FIRST:
                self.first_branch(turn, grid, x, y)
                continue
            self.estate(first if turn == 0 else next(self._names), grid, x, y, 4 + (number + at) % 4)
            if (number + at) % 3:
                self.estate(next(self._names), grid, x + 3.2, y + 4, 2 + number % 3)
            self.spot(f"{community}{number}号{SPOTS[(number + at) % len(SPOTS)]}", grid, x + 3, y)

    def first_branch(self, turn: int, grid: str, x: float, y: float) -> None:
        """阳光花园 has twelve buildings in two grids; two neighbours share its branch."""
        if turn == 0:
            self.estate(FIRST, grid, x, y, 12, extra=("阳光小区", "阳光花苑"), units=3)
            self.spot("阳光广场", grid, x + 3, y)
            self.spot("阳光花园地下车库", grid, x + 2, y + 1)
        elif turn == 1:
            for row in self.places:
                if row["parent"] == slug(FIRST) and str(row["name"])[:-1] in map(str, range(7, 13)):
                    row["grid"] = grid
            self.spot("阳光老年活动中心", grid, x + 3, y)
        else:
            self.estate("秀水苑" if turn == 2 else "春晖里", grid, x, y, 5)
            self.spot("秀水公园" if turn == 2 else "春晖菜市场", grid, x + 3, y)

    def spot(self, name: str, grid: str, x: float, y: float) -> None:
        self.place(slug(name), "spot", name, "", grid, "", 0, x, y)

    def estate(
        self,
        name: str,
        grid: str,
        x: float,
        y: float,
        buildings: int,
        extra: tuple[str, ...] = (),
        units: int = 2,
    ) -> None:
        """An estate, its buildings in rows of four, their 单元 beside each other."""
        if name.endswith("工业园"):
            aliases = [f"{name[:-3]}园区", f"{name[:-3]}厂区"]
        elif name.endswith("村"):
            aliases = [f"{name[:-1]}旧村", f"{name}小组"]
        else:
            turn = next(self._heads[name[:2]])
            aliases = list(extra) or [f"{name[:2]}{'一二三四五六'[turn]}区"]
            aliases += [name[:2] + TAILS[name[2:]]] if name[2:] in TAILS else []
            aliases += [f"{name[:2]}小区"] if turn == 0 and not extra else []
        key = slug(name)
        letter = "座" if name[2:] in ("公馆", "名座") else "栋"
        each = 9 + len(self.places) % 7 * 2
        self.place(key, "estate", name, "", grid, "、".join(aliases), each * units * buildings, x, y)
        for building in range(1, buildings + 1):
            number = chr(64 + building) if letter == "座" else str(building)
            bx, by = x + (building - 1) % 4 * 0.7, y + 1 + (building - 1) // 4 * 0.9
            inside = f"{key}-{number.lower()}"
            self.place(inside, "building", f"{number}{letter}", key, "", "", each * units, bx, by)
            for unit in range(1, units + 1):
                ux = bx + (unit - 1) * 0.2
                self.place(f"{inside}-{unit}", "unit", f"{unit}单元", inside, "", "", each, ux, by)

    def place(
        self,
        key: str,
        kind: str,
        name: str,
        parent: str,
        grid: str,
        aliases: str,
        homes: int,
        x: float,
        y: float,
    ) -> None:
        self.places.append(
            {
                "key": key,
                "kind": kind,
                "name": name,
                "parent": parent,
                "grid": grid,
                "aliases": aliases,
                "households": homes or "",
                "x": f"{x:.1f}",
                "y": f"{y:.1f}",
            }
        )


if __name__ == "__main__":
    demo = Demo()
    demo.everything()
    write("units.csv", demo.units)
    write("grids.csv", demo.grids)
    write("places.csv", demo.places)
