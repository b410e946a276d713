"""An export as Parquet, with the types of the schema. Needs pyarrow (``pip install 'zhengwen[parquet]'``)."""

import os
from itertools import islice
from pathlib import Path

from scraper.export import publish
from scraper.inputs.exported import lines
from scraper.loaders import arrow_schema

ROWS = 2_000
"""Rows of a row group, which is what is held in memory."""


def available() -> bool:
    """Whether pyarrow is installed."""
    from importlib.util import find_spec

    return find_spec("pyarrow") is not None


def write_parquet(export: Path, target: Path) -> int:
    """Write the lines of an exported file to ``target``, which appears whole, and return how many they are.

    Raises ValueError, with file and line, where the export cannot be read.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = arrow_schema()
    count = 0
    found = (line for _, line in lines(export))
    partial = target.with_name(f"{target.name}.partial")
    try:
        with partial.open("wb") as file:  # Arrow knows no name that is not UTF-8, and takes some for addresses
            with pq.ParquetWriter(file, schema, compression="zstd") as writer:
                while rows := list(islice(found, ROWS)):
                    writer.write_batch(pa.RecordBatch.from_pylist(rows, schema))
                    count += len(rows)
            file.flush()
            os.fsync(file.fileno())
        publish(partial, target)
    finally:
        partial.unlink(missing_ok=True)
    return count
