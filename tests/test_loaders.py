"""The lines with which other libraries load an export: the same rows and types, whatever comes late in the file."""

import gzip
from dataclasses import replace

import pytest
from test_schema import FULL

from scraper.loaders import arrow_blocks, arrow_schema, arrow_types, duckdb_columns, pandas_types
from scraper.model import Article
from scraper.parquet import write_parquet
from scraper.schema import dumps, field_names, to_line

EXTRA = "needs the extra loaders"
BARE = Article(title=None, text="文" * 3000, id="a" + "0" * 32, han_share=None)
EARLY = 1_400
LATE = (FULL, replace(FULL, published="2018-10-05", title="20181005", perplexity=40.0, keywords=("2018",)))


@pytest.fixture(scope="module", params=["out.jsonl", "out.jsonl.gz"])
def export(request, tmp_path_factory):
    """Nothing but what must be there for the first 12 MB, then two lines with everything."""
    lines = b"".join(dumps(to_line(article)) for article in (*[BARE] * EARLY, *LATE))
    assert len(lines) > 12_000_000
    path = tmp_path_factory.mktemp("export") / request.param
    path.write_bytes(gzip.compress(lines, 1) if path.suffix == ".gz" else lines)
    return path


def plain(value):
    """As JSON has it: what is not there is None, whatever a library calls it."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return None if value != value or type(value).__name__ == "NAType" else value


def check(rows, names):
    assert tuple(names) == field_names()
    assert len(rows) == EARLY + len(LATE)
    first, *_, last_but_one, last = [plain(dict(row)) for row in rows]
    assert [first, last_but_one, last] == [to_line(article) for article in (BARE, *LATE)]


@pytest.mark.filterwarnings(
    "ignore:The 'convert_dates' keyword"
)  # pandas 3 has no other way to keep its hands off them
def test_pandas(export):
    pandas = pytest.importorskip("pandas", reason=EXTRA)
    frame = pandas.read_json(export, lines=True, dtype=pandas_types(), convert_dates=False, precise_float=True)
    check(frame.to_dict("records"), frame.columns)
    assert str(frame.dtypes["perplexity"]) == "float64"


def test_duckdb(export):
    duckdb = pytest.importorskip("duckdb", reason=EXTRA)
    table = duckdb.read_json(str(export), columns=duckdb_columns(), format="newline_delimited")
    check([dict(zip(table.columns, row, strict=True)) for row in table.fetchall()], table.columns)


def test_polars(export):
    polars = pytest.importorskip("polars", reason=EXTRA)
    pytest.importorskip("pyarrow", reason=EXTRA)
    frame = polars.read_ndjson(export, schema=polars.Schema(arrow_schema()))
    check(frame.to_dicts(), frame.columns)
    assert frame.schema["published"] == polars.String


def test_pyarrow(export):
    json = pytest.importorskip("pyarrow.json", reason=EXTRA)
    table = json.read_json(export, arrow_blocks(), arrow_types())
    check(table.to_pylist(), table.column_names)
    assert table.schema.equals(arrow_schema())


def test_datasets(export):
    datasets = pytest.importorskip("datasets", reason=EXTRA)
    json = pytest.importorskip("pyarrow.json", reason=EXTRA)
    loaded = datasets.Dataset(json.read_json(export, arrow_blocks(), arrow_types()))
    check(list(loaded), loaded.column_names)
    assert loaded.features["published"] == datasets.Value("string")


def test_parquet(export, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet", reason=EXTRA)
    assert write_parquet(export, tmp_path / "out.parquet") == EARLY + len(LATE)
    table = parquet.read_table(tmp_path / "out.parquet")
    check(table.to_pylist(), table.column_names)
    assert table.schema.equals(arrow_schema())
    assert table.schema.metadata[b"zhengwen.schema_version"] == b"1"
    assert [path.name for path in tmp_path.iterdir()] == ["out.parquet"]
