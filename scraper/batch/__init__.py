"""Cleaning over all cores: many inputs to one export, in the order of the input, resumable."""

from scraper.batch.entries import Entry
from scraper.batch.outputs import OutputError
from scraper.batch.run import NoInput, Settings, Summary, run

__all__ = ["Entry", "NoInput", "OutputError", "Settings", "Summary", "run"]
