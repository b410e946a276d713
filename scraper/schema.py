"""The export contract: articles and rejects to and from the lines that ``data/schema/*.json`` fixes.

The JSON Schema is the authority: its properties are the fields, their order is the order in every line. A field that
is added or retyped needs a new schema version.
"""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import orjson

from scraper.model import Article, Image, Reason, Rejected, Removal, RepairCount
from scraper.tables import path

SCHEMA_VERSION = 1

Line = dict[str, Any]

PARTS = {"images": Image, "repairs": RepairCount, "removed": Removal}
TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "null": type(None),
}


@cache
def schema(kind: str = "article") -> dict[str, Any]:
    """The JSON Schema of an exported line (``article``) or of a reject's (``rejected``)."""
    return orjson.loads(path("schema", f"{kind}.v{SCHEMA_VERSION}.json").read_bytes())


@cache
def field_names(kind: str = "article") -> tuple[str, ...]:
    """The fields of a line, in order.

    >>> field_names()[:3]
    ('schema_version', 'cleaner_version', 'id')
    """
    return tuple(schema(kind)["properties"])


@cache
def cleaner_version() -> str:
    """The version of the installed distribution; ``0+source`` where the package runs from a folder."""
    try:
        return version("zhengwen")
    except PackageNotFoundError:
        return "0+source"


def to_line(article: Article) -> Line:
    """The exported line of an article, its fields in the schema's order.

    >>> line = to_line(Article(title="题", text="文", id="a00"))
    >>> line["title"], line["authors"], line["schema_version"]
    ('题', [], 1)
    """
    line = {name: _plain(getattr(article, name, None)) for name in field_names()}
    return line | {"schema_version": SCHEMA_VERSION, "cleaner_version": cleaner_version()}


def rejected_to_line(rejected: Rejected) -> Line:
    """The line of a reject, its fields in the schema's order."""
    return {name: _plain(getattr(rejected, name)) for name in field_names("rejected")}


def from_line(line: Line) -> Article:
    """The article that a line was written from.

    Raises ValueError where the line is of another schema version, lacks a field or holds one of another type, TypeError
    where a part of a list is no object with its fields.
    """
    if line.get("schema_version") != SCHEMA_VERSION:
        raise ValueError(f"schema_version is {line.get('schema_version')!r}, not {SCHEMA_VERSION}")
    for name, types in _types().items():
        if name not in line:
            raise ValueError(f"it has no field {name}")
        if not isinstance(line[name], types):
            raise ValueError(f"{name} is {line[name]!r:.40}")
    known = {field.name for field in fields(Article)}
    values = {name: _parts(name, value) for name, value in line.items() if name in known}
    return Article(**values)


@cache
def _types() -> dict[str, tuple[Any, ...]]:
    """Of each field of an article's line, what its value may be."""
    named = {name: rules["type"] for name, rules in schema()["properties"].items()}
    return {
        name: tuple(TYPES[each] for each in ([types] if isinstance(types, str) else types))
        for name, types in named.items()
    }


def rejected_from_line(line: Line) -> Rejected:
    """The reject that a line was written from."""
    return Rejected(**(line | {"reason": Reason(line["reason"])}))


def dumps(line: Line, options: int = orjson.OPT_APPEND_NEWLINE) -> bytes:
    """A line as bytes of JSON with its line feed. What JSON in UTF-8 cannot hold: lone surrogates become U+FFFD, and
    dates and the like their text. Integers are written as they are, however long.

    >>> dumps({"a": "正文\\ud800"}).decode()
    '{"a":"正文�"}\\n'
    """
    try:
        return orjson.dumps(line, default=str, option=options)
    except TypeError:
        return orjson.dumps(encodable(line, _any_integer), default=str, option=options)


def encodable(value: Any, other: Callable[[Any], Any] = lambda value: value) -> Any:
    """A value of JSON with its lone surrogates as U+FFFD; ``other`` is done with what is no text, list or object.

    >>> encodable({"a": ["正文" + chr(0xD800)]})
    {'a': ['正文�']}
    """
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list | tuple):
        return [encodable(item, other) for item in value]
    if isinstance(value, dict):
        return {encodable(key): encodable(item, other) for key, item in value.items()}
    return other(value)


def validate(line: Any, kind: str = "article") -> list[str]:
    """What is wrong with a line, one message an error, naming the field; empty where it keeps the contract.

    >>> validate({"url": None}, "rejected")[0]
    "'reason' is a required property"
    """
    problems = [_message(error) for error in _validator(kind).iter_errors(line)]
    if not problems and tuple(line) != field_names(kind):
        problems = [f"fields are not in the schema's order: {', '.join(line)}"]
    return problems


def kind_of(line: Any) -> str:
    """Which schema a line claims to follow: a reject has a ``reason``, an article has none.

    >>> kind_of({"reason": "spam"})
    'rejected'
    """
    return "rejected" if isinstance(line, dict) and "reason" in line else "article"


@cache
def _validator(kind: str) -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(schema(kind))


def _message(error: Any) -> str:
    where = ".".join(str(part) for part in error.absolute_path)
    message = error.message if len(error.message) <= 200 else f"{error.message[:100]} … {error.message[-90:]}"
    return f"{where}: {message}" if where else message


def _plain(value: Any) -> Any:
    """``value`` as JSON knows it: tuples as lists, parts of an article as objects, a reason as its name."""
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    return value.value if isinstance(value, Reason) else value


def _parts(name: str, value: Any) -> Any:
    if not isinstance(value, list):
        return value
    part = PARTS.get(name)
    return tuple(part(**item) for item in value) if part else tuple(value)


def _any_integer(value: Any) -> Any:
    too_long = isinstance(value, int) and value.bit_length() > 63
    return orjson.Fragment(str(value)) if too_long else value
