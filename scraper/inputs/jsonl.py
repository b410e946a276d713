"""JSONL whose lines hold a text or an HTML field, as text data sets do."""

import json
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import IO, Any

import orjson

from scraper.inputs.record import MAX_PAGE, Fields, moment, read_alone, sized, unreadable
from scraper.inputs.runs import Broken
from scraper.model import Page, Rejected
from scraper.schema import encodable

TEXT_FIELDS = ("text", "html", "content", "raw_content")
MAX_LINE = 4 * MAX_PAGE
LONG = re.compile(rb"\d{19}")
"""Stands in a line with an integer beyond 64 bits, which orjson makes a float of."""


def records(file: IO[bytes], name: str, fields: Fields) -> Iterator[Page | Rejected]:
    """One record a line, blank lines apart. ``input`` is ``name:line``, counted from 1; a break counts as a line."""
    return records_of(enumerate(lines(file), 1), name, fields)


def records_of(numbered: Iterable[tuple[int, bytes | str]], name: str, fields: Fields) -> Iterator[Page | Rejected]:
    """The records in some lines."""
    for number, found in _objects(numbered, _exact if fields.keep else _parsed):
        where = f"{name}:{number}"
        yield unreadable(where, found) if isinstance(found, str) else page_of(found, where, fields)


def objects(file: IO[bytes], strict: bool = False) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Each line's number and object; where it holds none, what is wrong with it. Blank lines are passed over.

    Where this is ``strict``, what other readers take for no JSON (lone surrogates, NaN) is told; else NaN stays, and
    lone surrogates become U+FFFD, as where a line is written.
    """
    return _objects(enumerate(lines(file), 1), _strict if strict else _written)


def lines(file: IO[bytes]) -> Iterator[bytes | str]:
    """The lines of a file; a string says what is wrong where one is too long to hold, or where the file is broken."""
    while True:
        try:
            line = _line(file)
        except Broken as error:
            yield str(error)
            continue
        if not line:
            return
        yield line


def _line(file: IO[bytes]) -> bytes | str:
    line = file.readline(MAX_LINE)
    if len(line) < MAX_LINE or line.endswith(b"\n"):
        return line
    while (rest := file.readline(MAX_LINE)) and not rest.endswith(b"\n"):
        pass
    return f"a line longer than {MAX_LINE >> 20} MiB"


def _objects(
    numbered: Iterable[tuple[int, bytes | str]], parse: Callable[[bytes], Any]
) -> Iterator[tuple[int, dict[str, Any] | str]]:
    for number, line in numbered:
        if isinstance(line, str):
            yield number, line
        elif line.strip():
            yield number, _object(line, parse)


@read_alone
def page_of(record: Mapping[str, Any], where: str, fields: Fields) -> Page | Rejected:
    """The page that a record's text field holds: text as UTF-8 (lone surrogates kept), HTML where the field says so."""
    url = value if isinstance(value := record.get("url"), str) else None
    name = fields.text or next((name for name in TEXT_FIELDS if record.get(name) is not None), None)
    value = record.get(name) if name else None
    if not isinstance(value, str | bytes):
        wanted = fields.text or ", ".join(TEXT_FIELDS)
        return unreadable(where, f"no text in its field {wanted}: name the field with --text-field", url)
    body = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
    kind = "html" if "html" in str(name).lower() else "plain"
    charset = "" if isinstance(value, bytes) else "; charset=utf-8"
    return sized(
        Page(
            url=url,
            body=body,
            content_type=f"text/{kind}{charset}",
            fetched=moment(record.get("fetched")),
            input=where,
            extra=fields.extra(record, where),
        )
    )


def _object(line: bytes, parse: Callable[[bytes], Any]) -> dict[str, Any] | str:
    try:
        found = parse(line)
    except (ValueError, RecursionError) as error:
        return f"no JSON: {error}"
    return found if isinstance(found, dict) else "no JSON object"


def _parsed(line: bytes) -> Any:
    with suppress(ValueError):  # orjson refuses lone surrogates and NaN, which data sets do hold
        return orjson.loads(line)
    return json.loads(line.decode("utf-8-sig"))


def _exact(line: bytes) -> Any:
    return json.loads(line.decode("utf-8-sig")) if LONG.search(line) else _parsed(line)


def _written(line: bytes) -> Any:
    with suppress(ValueError):
        return orjson.loads(line)
    return encodable(json.loads(line.decode("utf-8-sig")))


def _strict(line: bytes) -> Any:
    return orjson.loads(line.removeprefix(BOM_UTF8))
