"""``scraper validate``, ``scraper diff`` and ``scraper merge``: files that were exported."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
import orjson

from scraper.cli.console import Failures, say, table
from scraper.cli.exits import Exit, Stop, unwritten

if TYPE_CHECKING:
    from scraper.export import LineFile, LineStream
    from scraper.merge import Duplicates


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
def validate(files: tuple[str, ...]) -> Exit:
    """Check exported FILEs against the schema, every error with its line number, and against their manifests."""
    wrong = lines = unread = 0
    for file in files:
        for number, problems in _checked(file):
            lines += bool(number)
            wrong += bool(problems)
            unread += number is None
            for problem in problems:
                if number is None:
                    say(f"{file} {problem}")
                else:
                    click.echo(f"{click.format_filename(file)}{f':{number}' if number else ''}: {problem}")
    if unread == len(files):
        return Exit.NOTHING_DONE
    say(f"{lines:,} lines, {wrong:,} wrong")
    return Exit.INCOMPLETE if wrong else Exit.DONE


def _checked(file: str) -> Iterator[tuple[int | None, list[str]]]:
    """What is wrong with each line, by its number; with the file as a whole (0); why it cannot be opened (None)."""
    from scraper import manifest
    from scraper.inputs.jsonl import objects
    from scraper.inputs.opening import BROKEN, opened, plain, reason
    from scraper.schema import kind_of
    from scraper.schema import validate as problems_of

    number = None
    try:
        with opened(file) as stream:
            number = 0
            yield 0, manifest.problems(Path(file))
            for number, line in objects(plain(stream), strict=True):
                yield number, [line] if isinstance(line, str) else problems_of(line, kind_of(line))
    except BROKEN as error:
        if number is None:
            yield None, [f"cannot be read: {reason(error)}"]
        else:
            yield 0, [f"breaks off after line {number:,}: {reason(error)}"]


@click.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option(
    "--changes", type=click.Path(path_type=Path), metavar="FILE", help="Write every change here, a JSON line each."
)
def diff(old: Path, new: Path, changes: Path | None) -> None:
    """Say what changed from the export OLD to the export NEW of the same pages: which articles, by which rules.

    Articles are matched by URL; without URLs clean both times with --keep-fields input.
    """
    from scraper.batch.outputs import STANDARD_OUTPUT
    from scraper.diff import NoRoom, compare, files_of

    if changes and (changes.name in ("", STANDARD_OUTPUT) or changes.is_dir()):
        raise Stop(Exit.NOTHING_DONE, f"{changes} cannot be written: name a file with --changes")
    if changes and changes.resolve() in {path.resolve() for path in (*files_of(old), *files_of(new))}:
        raise Stop(Exit.NOTHING_DONE, f"{changes} is being compared: give --changes a file of its own")
    counts: Counter[str] = Counter()
    rows: Counter[tuple[str, str]] = Counter()
    try:
        with _written(changes) as file:
            for change in compare(old, new):
                counts[change.kind] += 1
                rows.update((change.kind, f"by {cause}") for cause in change.causes)
                rows.update((change.kind, f"in {name}") for name in change.fields)
                if file and change.kind != "same":
                    file.write(orjson.dumps(change, option=orjson.OPT_APPEND_NEWLINE))
    except ValueError as error:
        raise Stop(Exit.NOTHING_DONE, str(error)) from error
    except NoRoom as error:
        raise Stop(Exit.INCOMPLETE, str(error)) from error
    click.echo(", ".join(f"{kind} {counts[kind]:,}" for kind in ("added", "lost", "changed", "same")))
    found = [
        (kind, what, f"{count:,}") for (kind, what), count in sorted(rows.items(), key=lambda row: (row[0][0], -row[1]))
    ]
    click.echo(table(("articles", "", "number"), found), nl=False)


@contextmanager
def _written(path: Path | None) -> Iterator["LineFile | LineStream | None"]:
    """A file of lines to write, if any, which appears whole."""
    from scraper.batch.outputs import is_stream
    from scraper.export import LineFile, LineStream, Locked, compression_of, publish

    if path is None:
        yield None
        return
    compression = compression_of(path)
    partial = path.with_name(f"{path.name}.partial")
    try:
        if is_stream(str(path)):
            with path.open("wb", buffering=0) as stream:
                yield LineStream(stream, compression=compression)
            return
        with LineFile(partial, compression=compression) as lines:
            try:
                yield lines
                lines.commit()
                publish(partial, path)
            finally:
                partial.unlink(missing_ok=True)
    except BrokenPipeError:
        raise
    except Locked as error:
        raise Stop(Exit.LOCKED, f"{error}: wait for it, or name another file") from error
    except OSError as error:
        raise Stop(Exit.NOTHING_DONE, f"{path} cannot be written: {error.strerror}") from error


@click.command()
@click.argument("exports", nargs=-1, required=True, metavar="EXPORT...")
@click.option("-o", "--output", required=True, metavar="OUT", help="JSONL, also .jsonl.gz and .jsonl.zst; - is stdout.")
@click.option("--duplicates", type=click.Choice(["mark", "drop", "keep"]), default="mark", show_default=True)
def merge(exports: tuple[str, ...], output: str, duplicates: "Duplicates") -> Exit:
    """Merge EXPORTs into one: of the parts of a crawl, of its workers, of several days.

    Of articles with the same URL the one in the export that is named first is kept. Of those with the same text the
    later ones are marked, dropped, or kept as they are. The rejects beside an EXPORT are passed over.
    """
    from scraper.batch import OutputError
    from scraper.batch.outputs import is_stream
    from scraper.export import Locked
    from scraper.merge import NotMerged
    from scraper.merge import merge as merge_exports

    failures = Failures(
        "write to a file to have them all in its rejects" if is_stream(output) else "the rejects name them all"
    )
    try:
        merged = merge_exports(exports, output, duplicates, failures.tell)
    except (NotMerged, OutputError) as error:
        raise Stop(Exit.NOTHING_DONE, str(error)) from error
    except Locked as error:
        raise Stop(Exit.LOCKED, f"{error}: wait for it, or name another output") from error
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritten(output, error, "nothing was written") from error
    passed_over = f", {merged.rejects:,} rejects passed over" if merged.rejects else ""
    failed = f". {merged.failed:,} could not be read" if merged.failed else ""
    say(
        f"{merged.lines:,} articles read, {merged.written:,} written, {merged.marked:,} of them marked as duplicates, "
        f"{merged.left_out:,} left out{passed_over}{failed}"
    )
    return Exit.INCOMPLETE if merged.failed else Exit.DONE
