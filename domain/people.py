"""People, what they may do, and for which part of the community."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RoleKind(StrEnum):
    """What somebody is in a unit. A resident has no row: everybody who writes is one."""

    MEMBER = "member"  # 党员, claims tasks of the branch
    DEPUTY = "deputy"  # 副书记, as the secretary
    SECRETARY = "secretary"  # 支部书记
    OFFICER = "officer"  # staff of a community or subdistrict
    DEPARTMENT = "department"
    PROPERTY = "property"  # 物业
    PARTNER = "partner"  # 共建单位
    ADMIN = "admin"  # runs the system; reads no case


RUNS_A_QUEUE = frozenset({RoleKind.SECRETARY, RoleKind.DEPUTY, RoleKind.OFFICER})
DESKS = RUNS_A_QUEUE | {RoleKind.DEPARTMENT, RoleKind.PROPERTY}
"""Who works through the cases of their own unit: departments and 物业 have a desk, but send no notices."""

STAFF = DESKS | {RoleKind.PARTNER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """One person's role in one unit, from and until a moment."""

    id: int = 0
    person_id: int
    kind: RoleKind
    unit_id: int
    since: datetime
    until: datetime | None = None

    def holds(self, now: datetime) -> bool:
        return self.since <= now and (self.until is None or now < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody Linli knows. What is not needed is not asked."""

    id: int = 0
    key: str | None = None  # the roster's key, when they came from a roster
    name: str = ""
    phone: str = ""
    home_place_id: int | None = None
    room: str = ""
    locale: str = "zh_Hans"
    consent_at: datetime | None = None
    consent_version: str = ""
    large_type: bool = False
    muted: tuple[str, ...] = ()  # kinds of notices
    created_at: datetime
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A member's registration. Read only by the roster's own functions (P5)."""

    id: int = 0
    person_id: int
    unit_id: int  # the branch of their home
    work_unit: str = ""
    skills: tuple[str, ...] = ()
    full_time: bool = False
    duty: str = ""  # "MO-FR 09:00-18:00; SA 09:00-12:00", empty: never on duty
    state: str = "pending"  # pending | confirmed | refused | ended
    asked_at: datetime
    decided_at: datetime | None = None
    decided_by: int | None = None
    version: int = 0
