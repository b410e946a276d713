"""The fields of a TOML table, each read by a reader: a function that gives the value, or raises ValueError saying what
to write."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from scraper.urls import web_host

Reader = Callable[[Any], Any]

HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*")
SELECTOR = re.compile(r"[#.]?[^#.\s>+~*()\[\]]+(?:[#.][^#.\s>+~*()\[\]]+)*")


def read(table: Mapping[str, Any], readers: Mapping[str, Reader], required: tuple[str, ...] = ()) -> dict[str, Any]:
    """The values of a table. Raises ValueError, with the field, for one that is unknown, missing or cannot be read.

    >>> read({"start": "example.org"}, {"start": web_address})
    Traceback (most recent call last):
    ValueError: start: 'example.org' is no web address: give one with http:// or https://
    """
    for name in required:
        if name not in table:
            raise ValueError(f"{name}: is missing")
    values = {}
    for name, value in table.items():
        if name not in readers:
            raise ValueError(f"{name}: unknown, there are {', '.join(readers)}")
        try:
            values[name] = readers[name](value)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    return values


def text(value: Any) -> str:
    """A text that is not blank."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{value!r} is no text: give one in quotes")
    return value


def day(value: Any) -> date:
    """A day as TOML writes it."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError(f"{value!r} is no day: give one as 2014-01-01, without quotes")
    return value


def host(value: Any) -> str:
    """A host, as it is looked up."""
    if not HOST.fullmatch(text(value)):
        raise ValueError(f"{value!r} is no host: give it alone, as people.com.cn")
    return web_host(f"http://{value}/")


def web_address(value: Any) -> str:
    """A web address."""
    web_host(text(value))
    return str(value)


def pattern(value: Any) -> re.Pattern[str]:
    """A regular expression."""
    try:
        return re.compile(text(value))
    except re.error as error:
        raise ValueError(f"{value!r} is no regular expression: {error}") from None


def selector(value: Any) -> str:
    """An element, as ``tag#id.class``."""
    if not SELECTOR.fullmatch(text(value)):
        raise ValueError(f"{value!r} names no element: give tag#id.class")
    return str(value)


def one_of(*choices: str) -> Reader:
    """One of these texts."""

    def reader(value: Any) -> str:
        if value not in choices:
            raise ValueError(f"{value!r}: give {' or '.join(choices)}")
        return str(value)

    return reader


def several(reader: Reader, at_least: int = 0) -> Reader:
    """A list."""

    def read_all(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list) or len(value) < at_least:
            raise ValueError(f"{value!r} is no list" + (f" of {at_least} or more" if at_least else ""))
        return tuple(map(reader, value))

    return read_all


def rows(readers: Mapping[str, Reader], required: tuple[str, ...] = ()) -> Reader:
    """Tables of one kind, as ``[[article]]``."""

    def row(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ValueError(f"{value!r} is no table")
        return read(value, readers, required)

    return several(row)
