"""The words the parts agree on: intents, categories, kinds of emergency."""

from __future__ import annotations

from enum import StrEnum


class Intent(StrEnum):
    """What a person wants when they write. `help` and `cancel` work at every step."""

    REPORT_ISSUE = "report_issue"
    REQUEST_WISH = "request_wish"
    FIND_MEMBER = "find_member"
    RATE_SERVICE = "rate_service"
    CASE_STATUS = "case_status"
    ADD_TO_CASE = "add_to_case"
    WITHDRAW_CASE = "withdraw_case"
    REOPEN_CASE = "reopen_case"
    ASK_POLICY = "ask_policy"
    LIST_ACTIVITIES = "list_activities"
    SIGN_UP_ACTIVITY = "sign_up_activity"
    READ_NOTICES = "read_notices"
    CALL_EMERGENCY = "call_emergency"
    TALK_TO_HUMAN = "talk_to_human"
    GREET = "greet"
    HELP = "help"
    CANCEL = "cancel"
    OUT_OF_SCOPE = "out_of_scope"
    REGISTER_MEMBER = "register_member"
    CLAIM_TASK = "claim_task"
    MY_TASKS = "my_tasks"
    FINISH_TASK = "finish_task"
    GIVE_BACK_TASK = "give_back_task"
    PAIR_VISIT = "pair_visit"
    BRANCH_QUEUE = "branch_queue"
    BROADCAST_NOTICE = "broadcast_notice"
    BOOK_RESOURCE = "book_resource"


class Category(StrEnum):
    """What a case is about. Who answers for each, and by when, is the community file's to say."""

    DANGER = "danger"
    LIFT = "lift"
    UTILITIES = "utilities"
    REPAIRS = "repairs"
    FIRE_LANE = "fire_lane"
    SANITATION = "sanitation"
    GREENERY = "greenery"
    PARKING = "parking"
    NOISE = "noise"
    CONSTRUCTION = "construction"
    ILLEGAL_BUILD = "illegal_build"
    FUMES = "fumes"
    PETS = "pets"
    DISPUTE = "dispute"
    PROPERTY = "property"
    SERVICES = "services"
    CARE = "care"
    SAFETY = "safety"
    OTHER = "other"


class Emergency(StrEnum):
    """Danger to life now, and so whom to call first."""

    FIRE = "fire"  # 119
    GAS = "gas"  # leave, then call from outside: 119 and the gas company
    ELECTRIC = "electric"  # 120, cut the power
    LIFT = "lift"  # trapped people: 119 and the lift company
    MEDICAL = "medical"  # 120
    VIOLENCE = "violence"  # 110
    SUICIDE = "suicide"  # 110 and 120
    DROWNING = "drowning"  # 119, 120
    COLLAPSE = "collapse"  # 119
    MISSING = "missing"  # 110: a child or an old person lost, or an old person who does not answer
    TRAFFIC = "traffic"  # 122, 120
    OTHER = "other"  # whichever is nearest
