"""Parquet whose rows hold a text or an HTML column. Needs pyarrow (``pip install zhengwen[parquet]``)."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from scraper.inputs.jsonl import page_of
from scraper.inputs.record import Fields, unreadable
from scraper.model import Page, Rejected

ROWS = 256


def records(name: str, fields: Fields) -> Iterator[Page | Rejected]:
    """One record a row. ``input`` is ``name:row``, counted from 1."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        yield unreadable(name, "reading Parquet needs pyarrow: pip install 'zhengwen[parquet]'")
        return
    number = 0
    try:
        with Path(name).open("rb") as file, pq.ParquetFile(file) as table:
            for batch in table.iter_batches(batch_size=ROWS):
                for row in _rows(batch):
                    number += 1
                    where = f"{name}:{number}"
                    yield unreadable(where, row) if isinstance(row, str) else page_of(row, where, fields)
    except pa.ArrowException as error:
        yield unreadable(name, f"breaks off after row {number}: {error}")


def _rows(batch: Any) -> list[Mapping[str, Any] | str]:
    """The rows; where one holds what is no value of its column's type, what is wrong with it."""
    try:
        return batch.to_pylist()
    except Exception as error:  # of one value, and which is not said
        if batch.num_rows == 1:
            return [f"cannot be read: {error}"]
        return [row for number in range(batch.num_rows) for row in _rows(batch.slice(number, 1))]
