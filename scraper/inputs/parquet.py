"""Parquet whose rows hold a text or an HTML column. Needs pyarrow (``pip install zhengwen[parquet]``)."""

from collections.abc import Iterator

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
        with pq.ParquetFile(name) as file:
            for batch in file.iter_batches(batch_size=ROWS):
                for row in batch.to_pylist():
                    number += 1
                    yield page_of(row, f"{name}:{number}", fields)
    except pa.ArrowException as error:
        yield unreadable(name, f"breaks off after row {number}: {error}")
