"""The words people write in sheets, Chinese or English, and what they mean here."""

from __future__ import annotations

from domain.community import PlaceKind, UnitKind
from domain.people import RoleKind

KINDS = ("units", "grids", "places", "categories", "people", "policies")

COLUMNS: dict[str, dict[str, str]] = {
    "units": {
        "key": "编号 编码 代码 单位编号 id code",
        "kind": "类型 类别 层级 type level",
        "name": "名称 单位名称 组织名称 单位",
        "parent": "上级 上级单位 上级组织 上级编号",
        "phone": "电话 联系电话 办公电话",
        "address": "地址 办公地址",
    },
    "grids": {
        "key": "编号 编码 代码 网格编号 id code",
        "name": "名称 网格 网格名称",
        "branch": "支部 党支部 所属支部 网格党支部",
    },
    "places": {
        "key": "编号 编码 代码 地点编号 id code",
        "kind": "类型 类别 type",
        "name": "名称 地点 小区 楼栋",
        "parent": "上级 所属 所属小区 所属楼栋",
        "grid": "网格 所属网格 网格编号",
        "aliases": "别名 俗称 又名 alias",
        "households": "户数",
        "x": "横坐标",
        "y": "纵坐标",
    },
    "categories": {
        "key": "编号 代码 id code",
        "name_zh_Hans": "名称 简体名称 name",
        "name_zh_Hant": "繁体名称 繁體名稱",
        "name_en": "英文名称",
        "first": "首先负责 首接 责任单位",
        "next": "其次 后续 下一级",
        "sign": "签收时限 签收",
        "answer": "答复时限 答复",
        "emergency": "紧急",
        "private": "保密 不公开",
        "lapse_days": "认领失效天数",
        "merge_hours": "合并小时数",
        "merge_at": "合并范围",
        "merge_sorts": "合并事项",
    },
    "people": {
        "key": "编号 人员编号 工号 id code",
        "name": "姓名 名字",
        "role": "角色 职务 身份",
        "unit": "单位 所属单位 所在单位 组织 所属组织 支部 党支部 所属支部",
        "phone": "电话 手机 手机号 手机号码 联系电话 mobile",
        "home": "住址 住所 小区 家庭住址 address",
        "room": "房号 房间 门牌 室号",
        "work_unit": "工作单位 work",
        "skills": "特长 技能",
        "full_time": "专职 是否专职",
        "duty": "值班 值班时间 值守时间",
        "locale": "语言 文字 language",
    },
    "policies": {
        "key": "编号 编码 代码 id code",
        "title": "事项 标题 事项名称 名称 name",
        "words": "关键词 问法 别名",
        "bring": "材料 所需材料 办理材料 带什么",
        "where": "地点 窗口 办理地点 在哪办",
        "hours": "时间 办理时间 开放时间",
        "unit": "单位 窗口单位 所属单位",
    },
}
"""kind → field → what its column may be called, besides the field's own name."""

REQUIRED: dict[str, tuple[str, ...]] = {
    "units": ("key", "kind", "name"),
    "grids": ("key", "name", "branch"),
    "places": ("key", "kind", "name"),
    "categories": ("key",),
    "people": ("key", "name"),
    "policies": ("key", "title"),
}

IGNORED = frozenset({"备注", "说明", "序号", "note", "notes", "remark", "remarks", "no", "no.", "#"})

SHEET_NAMES: dict[str, tuple[str, ...]] = {
    "units": ("units", "单位", "组织", "党组织"),
    "grids": ("grids", "网格"),
    "places": ("places", "地点", "小区", "楼栋"),
    "categories": ("categories", "类别", "诉求类别"),
    "people": ("people", "人员", "名单", "花名册", "党员", "members", "roster"),
    "policies": ("policies", "handbook", "办事", "手册", "办事手册"),
}

UNIT_KINDS: dict[str, UnitKind] = {
    **{kind.value: kind for kind in UnitKind},
    "市": UnitKind.CITY,
    "区": UnitKind.DISTRICT,
    "县": UnitKind.DISTRICT,
    "街道": UnitKind.SUBDISTRICT,
    "镇": UnitKind.SUBDISTRICT,
    "乡": UnitKind.SUBDISTRICT,
    "社区": UnitKind.COMMUNITY,
    "村": UnitKind.COMMUNITY,
    "支部": UnitKind.BRANCH,
    "党支部": UnitKind.BRANCH,
    "网格党支部": UnitKind.BRANCH,
    "党小组": UnitKind.BUILDING_GROUP,
    "楼栋党小组": UnitKind.BUILDING_GROUP,
    "部门": UnitKind.DEPARTMENT,
    "物业": UnitKind.PROPERTY,
    "共建单位": UnitKind.PARTNER,
    "驻区单位": UnitKind.PARTNER,
}

PLACE_KINDS: dict[str, PlaceKind] = {
    **{kind.value: kind for kind in PlaceKind},
    "小区": PlaceKind.ESTATE,
    "自然村": PlaceKind.ESTATE,
    "园区": PlaceKind.ESTATE,
    "工业园区": PlaceKind.ESTATE,
    "楼栋": PlaceKind.BUILDING,
    "楼": PlaceKind.BUILDING,
    "栋": PlaceKind.BUILDING,
    "单元": PlaceKind.UNIT,
    "地点": PlaceKind.SPOT,
    "公共场所": PlaceKind.SPOT,
}

ROLES: dict[str, RoleKind | None] = {
    "": None,
    "resident": None,
    "居民": None,
    **{kind.value: kind for kind in RoleKind},
    "党员": RoleKind.MEMBER,
    "副书记": RoleKind.DEPUTY,
    "书记": RoleKind.SECRETARY,
    "支部书记": RoleKind.SECRETARY,
    "党委书记": RoleKind.SECRETARY,
    "社工": RoleKind.OFFICER,
    "社区工作者": RoleKind.OFFICER,
    "工作人员": RoleKind.OFFICER,
    "干部": RoleKind.OFFICER,
    "部门": RoleKind.DEPARTMENT,
    "部门人员": RoleKind.DEPARTMENT,
    "物业": RoleKind.PROPERTY,
    "物业人员": RoleKind.PROPERTY,
    "共建单位": RoleKind.PARTNER,
    "驻区单位": RoleKind.PARTNER,
    "管理员": RoleKind.ADMIN,
    "系统管理员": RoleKind.ADMIN,
}

LOCALES: dict[str, str] = {
    "": "zh_Hans",
    **dict.fromkeys(("zh_hans", "zh-hans", "zh_cn", "zh-cn", "zh", "简体", "简体中文", "中文"), "zh_Hans"),
    **dict.fromkeys(("zh_hant", "zh-hant", "zh_tw", "zh-tw", "zh_hk", "zh-hk", "繁体", "繁體"), "zh_Hant"),
    **dict.fromkeys(("繁体中文", "繁體中文"), "zh_Hant"),
    **dict.fromkeys(("en", "en_us", "en-us", "en_gb", "en-gb", "english", "英文", "英语"), "en"),
}

YES_NO: dict[str, bool] = {
    **dict.fromkeys(("", "否", "不", "无", "no", "n", "false", "0", "兼职", "×"), False),
    **dict.fromkeys(("是", "有", "yes", "y", "true", "1", "专职", "√", "✓"), True),
}

_BRANCHLIKE = frozenset({UnitKind.BRANCH, UnitKind.BUILDING_GROUP})
_OFFICES = frozenset({UnitKind.COMMUNITY, UnitKind.SUBDISTRICT, UnitKind.DISTRICT, UnitKind.CITY})

FITS: dict[RoleKind, frozenset[UnitKind]] = {
    RoleKind.MEMBER: _BRANCHLIKE,
    RoleKind.DEPUTY: _BRANCHLIKE | _OFFICES,
    RoleKind.SECRETARY: _BRANCHLIKE | _OFFICES,
    RoleKind.OFFICER: _OFFICES,
    RoleKind.DEPARTMENT: frozenset({UnitKind.DEPARTMENT}),
    RoleKind.PROPERTY: frozenset({UnitKind.PROPERTY}),
    RoleKind.PARTNER: frozenset({UnitKind.PARTNER}),
    RoleKind.ADMIN: frozenset(UnitKind),
}
"""In which kinds of unit a role makes sense."""

_LEVELS = (UnitKind.CITY, UnitKind.DISTRICT, UnitKind.SUBDISTRICT, UnitKind.COMMUNITY)

PARENTS: dict[UnitKind, tuple[UnitKind, ...]] = {
    UnitKind.CITY: (),
    UnitKind.DISTRICT: _LEVELS[:1],
    UnitKind.SUBDISTRICT: _LEVELS[:2],
    UnitKind.COMMUNITY: _LEVELS[:3],
    UnitKind.BRANCH: (UnitKind.COMMUNITY,),
    UnitKind.BUILDING_GROUP: (UnitKind.BRANCH,),
    UnitKind.DEPARTMENT: _LEVELS,
    UnitKind.PROPERTY: (*_LEVELS, UnitKind.BRANCH),
    UnitKind.PARTNER: (*_LEVELS, UnitKind.BRANCH),
}
"""Under which units a unit may stand."""

PLACE_PARENTS: dict[PlaceKind, tuple[PlaceKind | None, ...]] = {
    PlaceKind.ESTATE: (None,),
    PlaceKind.BUILDING: (None, PlaceKind.ESTATE),
    PlaceKind.UNIT: (PlaceKind.BUILDING,),
    PlaceKind.SPOT: (None, PlaceKind.ESTATE, PlaceKind.BUILDING),
}


_SIMPLE = str.maketrans(
    "黨員書記區縣鄉鎮樓棟單園場處號類別層級編碼電話聯係辦網戶橫縱標職務稱機間開隊長專時語備註說簡體屬責簽覆緊據問題項內業門駐監統無組織關鍵詞幹",
    "党员书记区县乡镇楼栋单园场处号类别层级编码电话联系办网户横纵标职务称机间开队长专时语备注说简体属责签复紧据问题项内业门驻监统无组织关键词干",
)


def fold(word: str) -> str:
    """A header or a keyword as it is looked up: simplified, no case, no spaces, no required-mark."""
    return "".join(word.split()).strip("*＊:：").lower().translate(_SIMPLE)


HEADERS: dict[str, dict[str, str]] = {
    kind: {
        word: field
        for field, synonyms in fields.items()
        for word in (fold(field), fold(field.replace("_", "")), *map(fold, synonyms.split()))
    }
    for kind, fields in COLUMNS.items()
}
"""kind → folded header → field."""
