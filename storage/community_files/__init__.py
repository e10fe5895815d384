"""Reading what a community hands in: one `community.toml` and the CSV or XLSX sheets beside it."""

from storage.community_files import cells
from storage.community_files.checks import looks_too_late
from storage.community_files.defaults import (
    calendar_known_until,
    calendar_source,
    default_categories,
    default_numbers,
    national_days,
)
from storage.community_files.parsing import category as parse_category
from storage.community_files.problems import BadFiles, Line, Problem
from storage.community_files.reading import read, read_people

__all__ = [
    "BadFiles",
    "Line",
    "Problem",
    "calendar_known_until",
    "calendar_source",
    "cells",
    "default_categories",
    "default_numbers",
    "looks_too_late",
    "national_days",
    "parse_category",
    "read",
    "read_people",
]
