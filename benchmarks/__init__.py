"""Figures beside a floor taken in the same run."""
