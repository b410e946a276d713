"""Where the tables of ``data/`` lie: beside the package in a checkout, inside it (``_data``) in an installed wheel."""

from functools import cache
from importlib.resources import files
from pathlib import Path


@cache
def data_folder() -> Path:
    """The folder that holds the tables.

    Raises FileNotFoundError where neither place exists, which means a broken installation.
    """
    package = Path(str(files("scraper")))
    for folder in (package / "_data", package.parent / "data"):
        if (folder / "README.md").is_file():
            return folder
    raise FileNotFoundError(f"no data folder beside or inside {package}: reinstall zhengwen")


def path(*parts: str) -> Path:
    """The path of a table.

    >>> path("places.tsv").name
    'places.tsv'
    """
    return data_folder().joinpath(*parts)
