"""An export as Parquet, with the types of the schema. Needs pyarrow (``pip install 'zhengwen[parquet]'``)."""

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from scraper.export import publish
from scraper.inputs.jsonl import objects
from scraper.inputs.opening import opened, plain
from scraper.loaders import arrow_schema
from scraper.schema import Line

ROWS = 2_000
"""Rows of a row group, which is what is held in memory."""


def available() -> bool:
    """Whether pyarrow is installed."""
    from importlib.util import find_spec

    return find_spec("pyarrow") is not None


def write_parquet(export: Path, target: Path) -> int:
    """Write the lines of an exported file to ``target``, which appears whole, and return how many they are.

    Raises ValueError, with the line's number, where a line holds no object.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = arrow_schema()
    lines, count = _lines(export), 0
    partial = target.with_name(f"{target.name}.partial")
    try:
        with pq.ParquetWriter(partial, schema, compression="zstd") as writer:
            while rows := list(islice(lines, ROWS)):
                writer.write_batch(pa.RecordBatch.from_pylist(rows, schema))
                count += len(rows)
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        publish(partial, target)
    finally:
        partial.unlink(missing_ok=True)
    return count


def _lines(export: Path) -> Iterator[Line]:
    with opened(str(export)) as file:
        for number, line in objects(plain(file)):
            if isinstance(line, str):
                raise ValueError(f"{export}:{number}: {line}")
            yield line
