"""Backups: one archive that either database writes and either database reads."""
