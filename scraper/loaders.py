"""The export's types in the words of other libraries, so that none has to guess them from the first lines.

A loader that guesses takes a field that is null for the first megabytes for something else, and a day for a midnight in
UTC. Each line here reads an export, plain or gzip, with the types that the schema fixes::

    pandas.read_json(path, lines=True, dtype=pandas_types(), convert_dates=False, precise_float=True)
    duckdb.read_json(path, columns=duckdb_columns(), format="newline_delimited")
    polars.read_ndjson(path, schema=polars.Schema(arrow_schema()))
    pyarrow.json.read_json(path, arrow_blocks(), arrow_types())
    datasets.Dataset(pyarrow.json.read_json(path, arrow_blocks(), arrow_types()))

``datasets.load_dataset("json", …)`` is not among them: even with ``features`` it drops the offset of times.
"""

from typing import TYPE_CHECKING, Any

from scraper.schema import SCHEMA_VERSION, schema

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.json as pj

DUCKDB = {"string": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN"}
PANDAS = {"string": "str", "integer": "int64", "number": "float64", "boolean": "bool", "array": "object"}
LONGEST_LINE = 64 << 20
"""Bytes; pyarrow refuses a line that is longer than the blocks it reads."""


def duckdb_columns(kind: str = "article") -> dict[str, str]:
    """DuckDB's type of each field.

    >>> duckdb_columns()["images"]
    'STRUCT("url" VARCHAR, "caption" VARCHAR)[]'
    """
    return {name: _duckdb(rules) for name, rules in schema(kind)["properties"].items()}


def pandas_types(kind: str = "article") -> dict[str, str]:
    """The dtype of each field; lists are lists of Python objects.

    >>> pandas_types()["perplexity"]
    'float64'
    """
    return {name: PANDAS[_type(rules)] for name, rules in schema(kind)["properties"].items()}


def arrow_schema(kind: str = "article") -> "pa.Schema":
    """The Arrow schema of an export, which pyarrow, polars and Hugging Face datasets take."""
    import pyarrow as pa

    fields = [pa.field(name, _arrow(rules)) for name, rules in schema(kind)["properties"].items()]
    return pa.schema(fields, metadata={"zhengwen.schema_version": str(SCHEMA_VERSION)})


def arrow_types(kind: str = "article") -> "pj.ParseOptions":
    """What ``pyarrow.json.read_json`` takes as ``parse_options``."""
    import pyarrow.json as pj

    return pj.ParseOptions(explicit_schema=arrow_schema(kind), unexpected_field_behavior="error")


def arrow_blocks() -> "pj.ReadOptions":
    """What ``pyarrow.json.read_json`` takes as ``read_options``."""
    import pyarrow.json as pj

    return pj.ReadOptions(block_size=LONGEST_LINE)


def _type(rules: dict[str, Any]) -> str:
    types = rules["type"]
    return types if isinstance(types, str) else types[0]


def _duckdb(rules: dict[str, Any]) -> str:
    kind = _type(rules)
    if kind == "array":
        return f"{_duckdb(rules['items'])}[]"
    if kind == "object":
        parts = (f'"{name}" {_duckdb(part)}' for name, part in rules["properties"].items())
        return f"STRUCT({', '.join(parts)})"
    return DUCKDB[kind]


def _arrow(rules: dict[str, Any]) -> "pa.DataType":
    import pyarrow as pa

    kind = _type(rules)
    if kind == "array":
        return pa.list_(pa.field("element", _arrow(rules["items"])))  # as Parquet names it
    if kind == "object":
        return pa.struct([pa.field(name, _arrow(part)) for name, part in rules["properties"].items()])
    return {"string": pa.string(), "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_()}[kind]
