"""Reading what a community hands in: one `community.toml` and the CSV or XLSX sheets beside it."""

from storage.community_files.defaults import (
    calendar_known_until,
    calendar_source,
    default_categories,
    default_numbers,
    national_days,
)
from storage.community_files.problems import BadFiles, Problem
from storage.community_files.reading import read

__all__ = [
    "BadFiles",
    "Problem",
    "calendar_known_until",
    "calendar_source",
    "default_categories",
    "default_numbers",
    "national_days",
    "read",
]
