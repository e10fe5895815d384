"""Reading what a community hands in: one `community.toml` and the CSV or XLSX sheets beside it."""

from storage.community_files.defaults import default_categories, default_numbers
from storage.community_files.problems import BadFiles, Problem
from storage.community_files.reading import read

__all__ = ["BadFiles", "Problem", "default_categories", "default_numbers", "read"]
