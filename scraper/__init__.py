"""Zhengwen 正文: clean articles from Chinese news pages."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scraper.cleaning import clean
    from scraper.decoding import decode
    from scraper.model import Article, Page, Rejected
    from scraper.mojibake import repair, replay

__all__ = ["Article", "Page", "Rejected", "clean", "decode", "repair", "replay"]

_HOMES = {
    "Article": "model",
    "Page": "model",
    "Rejected": "model",
    "clean": "cleaning",
    "decode": "decoding",
    "repair": "mojibake",
    "replay": "mojibake",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is asked for: the command line must not load the models to print its help."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"scraper.{_HOMES[name]}"), name)
