"""Several exports as one: of the parts of a crawl, of the workers that shared one, of several days."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

from scraper.batch.deduplication import SAME
from scraper.batch.disk import full_disk_told
from scraper.batch.outputs import STANDARD_OUTPUT, Outputs, is_stream, opened
from scraper.duplicates import Duplicate, Index, signature
from scraper.export import beside
from scraper.inputs.jsonl import objects
from scraper.inputs.opening import BROKEN, plain, reason
from scraper.inputs.opening import opened as opened_input
from scraper.inputs.record import unreadable
from scraper.model import Reason, Rejected
from scraper.schema import Line, from_line, kind_of, rejected_to_line

Duplicates = Literal["drop", "mark", "keep"]


class NotMerged(Exception):
    """Nothing was written; the message says why."""


@dataclass(slots=True)
class Merged:
    """How many lines of articles were read, written, marked as duplicates, left out as such, and could not be read;
    and of rejects, which are passed over.
    """

    lines: int = 0
    written: int = 0
    marked: int = 0
    left_out: int = 0
    failed: int = 0
    rejects: int = 0


Tell = Callable[[str, str], None]
"""Told of each line that cannot be read: its place, and what is wrong with it."""


def merge(
    inputs: Sequence[str], output: str, duplicates: Duplicates = "mark", tell: Tell = lambda place, problem: None
) -> Merged:
    """Write the articles of several exports into one, which appears whole, with a manifest.

    Of articles with the same URL the first is written, so name the export first that is to win. Of those with the same
    text, or nearly the same (``scraper.duplicates``), the later ones name the first in ``duplicate_of`` (``mark``), are
    left out (``drop``) or are written as they are (``keep``). What is left out, and what cannot be read, stands in
    ``OUT.rejects.jsonl``. Rejects among the inputs, as ``exports/*.jsonl`` brings them, are passed over. Lines are not
    cleaned again: they keep the version that wrote them. Memory is bounded: what was seen lies on the disk of the
    output.

    Raises NotMerged where an input is missing or would be overwritten, ``scraper.batch.OutputError`` where the output
    cannot be written, OSError where the disk is full.
    """
    targets = {"articles": output}
    if not is_stream(output):
        targets["rejects"] = str(beside(Path(output), "rejects.jsonl"))
    _check(inputs, targets)
    merged = Merged()
    with (
        opened(targets, key="", resumable=False) as outputs,
        closing(Index.nameless(_folder(output))) as index,
    ):
        for place, line in _lines(inputs, merged):
            if isinstance(line, str):
                merged.failed += 1
                _leave_out(outputs, unreadable(place, line))
                tell(place, line)
                continue
            duplicate = _first(index, line, near=duplicates != "keep")
            if duplicate and (duplicates == "drop" or duplicate.same == "url"):
                merged.left_out += 1
                _leave_out(outputs, _duplicate(line, duplicate, place))
                continue
            if duplicate and duplicates == "mark":
                line["duplicate_of"] = duplicate.first
                merged.marked += 1
            outputs.files["articles"].write(line)
            merged.written += 1
        outputs.finish({"merged": list(inputs), "duplicates": duplicates})
    return merged


def _check(inputs: Sequence[str], targets: dict[str, str]) -> None:
    written = {kind: Path(target).resolve() for kind, target in targets.items() if target != STANDARD_OUTPUT}
    for given in inputs:
        if Path(given).is_dir():
            raise NotMerged(f"{given} is a folder: name the exports in it")
        if not Path(given).exists():
            raise NotMerged(f"{given}: no such file")
    for name, count in Counter(Path(given).resolve() for given in inputs).items():
        overwritten = name == written.get("articles") or (name == written.get("rejects") and not _holds_rejects(name))
        if count > 1 or overwritten:
            raise NotMerged(f"{name} is named twice: give every export once, and the output a name of its own")


def _holds_rejects(file: Path) -> bool:
    """Whether a file begins as the rejects beside an output do, or is empty: nothing is lost where it is replaced."""
    try:
        with opened_input(str(file)) as lines:
            return all(kind_of(found) == "rejected" for _, found in islice(objects(plain(lines)), 1))
    except BROKEN:
        return False


def _folder(output: str) -> Path | None:
    return None if is_stream(output) else Path(output).absolute().parent


def _lines(inputs: Sequence[str], merged: Merged) -> Iterator[tuple[str, Line | str]]:
    """The articles' lines with their places, in order; of what is none, what is wrong with it."""
    for name in inputs:
        place = name
        try:
            with opened_input(name) as file:
                for number, found in objects(plain(file)):
                    place = f"{name}:{number}"
                    if kind_of(found) == "rejected":
                        merged.rejects += 1
                        continue
                    merged.lines += 1
                    yield place, _problem(found) or found
        except BROKEN as error:
            yield place, f"breaks off: {reason(error)}"


def _problem(line: Line | str) -> str | None:
    if isinstance(line, str):
        return line
    try:
        from_line(line)
    except (TypeError, ValueError) as error:
        return f"no exported article: {error}"
    return None


def _first(index: Index, line: Line, near: bool) -> Duplicate | None:
    article = from_line(line)
    with full_disk_told("the index of duplicates"):
        return index.first(article, signature(article.text) if near else None)


def _duplicate(line: Line, duplicate: Duplicate, place: str) -> Rejected:
    detail = f"{SAME[duplicate.same]} as {duplicate.first}"
    known = {name: line[name] for name in ("url", "fetched", "encoding")}
    return Rejected(reason=Reason.DUPLICATE, detail=detail, input=place, **known)


def _leave_out(outputs: Outputs, rejected: Rejected) -> None:
    if "rejects" in outputs.files:
        outputs.files["rejects"].write(rejected_to_line(rejected))


__all__ = ["Duplicates", "Merged", "NotMerged", "merge"]
