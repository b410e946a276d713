"""Exports, read again: by who needs all of their lines."""

from collections.abc import Iterator
from pathlib import Path

from scraper.inputs.jsonl import objects
from scraper.inputs.opening import BROKEN, opened, plain, reason
from scraper.schema import Line


def lines(export: Path) -> Iterator[tuple[str, Line]]:
    """Each line's place (``file:line``) and object.

    Raises ValueError, with file and line, where there is no such file, where it breaks off and where a line is none.
    """
    number = 0
    try:
        with opened(str(export)) as file:
            for number, line in objects(plain(file)):
                if isinstance(line, str):
                    raise ValueError(f"{export}:{number}: {line}")
                yield f"{export}:{number}", line
    except BROKEN as error:
        problem = f"breaks off after line {number}" if number else "cannot be read"
        raise ValueError(f"{export} {problem}: {reason(error)}") from error
