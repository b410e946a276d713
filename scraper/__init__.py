"""Zhengwen 正文: clean articles from Chinese news pages."""

from importlib import import_module

_HOMES = {"Article": "model", "Page": "model", "Rejected": "model", "clean": "cleaning", "decode": "decoding", "repair": "mojibake", "replay": "mojibake"}


def __getattr__(name):  # temporary, until every part is there
    if name in _HOMES:
        return getattr(import_module(f"scraper.{_HOMES[name]}"), name)
    raise AttributeError(name)
