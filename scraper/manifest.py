"""What a complete output is, told in a file beside it (``OUT.manifest.json``), and whether it still is that."""

from pathlib import Path
from typing import Any

import orjson

from scraper.export import Tally, beside, sha256, stem
from scraper.schema import SCHEMA_VERSION, cleaner_version

CHANGED = "its sha256 is not the manifest's: it was changed after it was written"


def manifest(partial: Path, final: Path, tally: Tally, settings: dict[str, Any]) -> dict[str, Any]:
    """What a complete file is that is about to get its final name: its lines, digest and origin.

    The same run gives the same manifest, so it holds no time of day.
    """
    return {
        "file": final.name,
        "count": tally.count,
        "bytes": partial.stat().st_size,
        "sha256": sha256(partial),
        "first_fetched": tally.first_fetched,
        "last_fetched": tally.last_fetched,
        "values": tally.values,
        "schema_version": SCHEMA_VERSION,
        "cleaner_version": cleaner_version(),
        "settings": settings,
    }


def problems(path: Path) -> list[str]:
    """How a file, and the rejects beside it, differ from their manifest; empty where they do not, or have none."""
    try:
        found = orjson.loads(_manifest_of(path).read_bytes())
    except FileNotFoundError:
        return []
    except OSError as error:
        return [f"its manifest cannot be read: {error.strerror}"]
    except ValueError as error:
        return [f"its manifest is no JSON: {error}"]
    if not isinstance(found, dict):
        return ["its manifest is no JSON object"]
    described = {one.get("file"): one.get("sha256") for one in (found, found.get("rejects")) if isinstance(one, dict)}
    return [
        f"{'' if file == path else f'{file.name}: '}{CHANGED}"
        for file in (path, beside(path, "rejects.jsonl"))
        if file.name in described and file.is_file() and described[file.name] != sha256(file)
    ]


def _manifest_of(path: Path) -> Path:
    """The manifest beside an output; of rejects (``out.rejects.jsonl``) that of the output they are of.

    >>> _manifest_of(Path("out.rejects.jsonl")).name, _manifest_of(Path("2026.01.jsonl.gz")).name
    ('out.manifest.json', '2026.01.manifest.json')
    """
    base = stem(path)
    return base.with_name(f"{base.name.removesuffix('.rejects')}.manifest.json")
