"""Settings as a user gives them (``-s NAME=VALUE``), checked before anything reads them."""

import logging
from pathlib import Path

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings, default_settings

from scraper import settings as ours

READERS = {
    bool: (BaseSettings.getbool, "0 or 1"),
    int: (BaseSettings.getint, "a whole number"),
    float: (BaseSettings.getfloat, "a number"),
}
"""How a setting is read, and what to give for it, by the type of its default."""

FILES = ("JOB_FOLDER", "EXPORT", "REJECTS")


class BadSetting(ValueError):
    """A setting that cannot be read or used; the message says what to give."""


def check(settings: BaseSettings) -> None:
    """Raise BadSetting for the first setting that cannot be used. Makes the folder ARCHIVE, which shows that it can be
    made."""
    for name in settings:
        if settings.getpriority(name) == SETTINGS_PRIORITIES["cmdline"]:
            _check_kind(settings, name)
    level = settings["LOG_LEVEL"]
    if isinstance(level, str) and level not in logging.getLevelNamesMapping():
        raise BadSetting(f"-s LOG_LEVEL={level}: give DEBUG, INFO, WARNING or ERROR")
    paths = {name: _path(name, settings[name]) for name in FILES}
    if paths["EXPORT"] == paths["REJECTS"]:
        raise BadSetting(f"EXPORT and REJECTS are the same file, {paths['EXPORT']}: give -s REJECTS=ANOTHER")
    if settings["ARCHIVE"]:
        try:
            Path(settings["ARCHIVE"]).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadSetting(f"-s ARCHIVE={settings['ARCHIVE']}: {error.strerror}; give a folder") from None


def _check_kind(settings: BaseSettings, name: str) -> None:
    default = getattr(ours, name, getattr(default_settings, name, None))
    kind = type(default)
    if kind is int and not hasattr(ours, name):  # some of Scrapy's whole numbers take fractions too
        kind = float
    if kind in READERS:
        read, what = READERS[kind]
        try:
            read(settings, name)
        except ValueError:
            raise BadSetting(f"-s {name}={settings[name]}: give {what}") from None


def _path(name: str, template: str) -> Path:
    try:
        return Path(template.format(job="job")).resolve()
    except (LookupError, ValueError):
        raise BadSetting(f"-s {name}={template}: in braces only {{job}} may stand, the name of the job") from None
