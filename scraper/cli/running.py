"""``scraper clean``."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson

from scraper.cli.console import Failures, Progress, duration, say
from scraper.cli.exits import Exit, Stop, Terminated, unwritten

if TYPE_CHECKING:
    from scraper.batch import Settings, Summary
    from scraper.inputs import Fields


def _names(context: click.Context, parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in value.split(",") if name.strip()) if value else ()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("-o", "--output", metavar="OUT", help="JSONL, also .jsonl.gz and .jsonl.zst; - is stdout.")
@click.option("--workers", type=click.IntRange(1), default=_cores, show_default="all cores")
@click.option("--text-field", metavar="NAME", help="The field of JSONL or Parquet that holds text or (…html…) HTML.")
@click.option(
    "--keep-fields", callback=_names, metavar="A,B", help="Fields to keep in extra; input is the record's place."
)
@click.option("--rejects", metavar="FILE", help="Where rejects go.  [default: OUT.rejects.jsonl]")
@click.option("--steps", metavar="FILE", help="Write every single repair step here.")
@click.option("--parquet", is_flag=True, help="Write the articles as Parquet as well, beside OUT. Needs pyarrow.")
@click.option("--duplicates", type=click.Choice(["keep", "mark", "drop"]), default="keep", show_default=True)
@click.option(
    "--against", multiple=True, metavar="FILE", help="An earlier export to look for duplicates in; repeatable."
)
@click.option("--join", is_flag=True, help="Join articles in several pages, wherever in the inputs these are.")
@click.option("--explain", is_flag=True, help="Show how one INPUT is read and why; alone, or besides writing OUT.")
def clean(**options: Any) -> Exit:
    """Clean pages into articles, one JSON line each.

    INPUT is a file, a folder, a glob or - for standard input: HTML in any encoding, plain text, WARC, WET, JSONL or
    Parquet. A run that was stopped goes on where it was when the same command is given again.

    With --join, a page whose link to the next page leads to another INPUT (by the URLs of archived pages, by relative
    links between files) comes out as one article with all that follow it.
    """
    from scraper.batch import Settings
    from scraper.sites import InvalidSite, laid_out

    try:
        laid_out()
    except InvalidSite as error:
        raise Stop(Exit.NOTHING_DONE, str(error)) from error
    if options.pop("explain"):
        explained = _explain(options)
        if options["output"] is None:
            return explained
    if options["output"] is None:
        raise click.UsageError("Missing option '-o' / '--output'.")
    if options["against"] and options["duplicates"] == "keep":
        raise click.UsageError("--against needs --duplicates mark or drop.")
    return _run(Settings(fields=_fields(options), **options))


def _fields(options: dict[str, Any]) -> "Fields":
    from scraper.inputs import Fields

    return Fields(text=options.pop("text_field"), keep=options.pop("keep_fields"))


def _explain(options: dict[str, Any]) -> Exit:
    """Tell of each page of one input: on standard output, or on standard error where OUT is written as well."""
    from scraper.cli.explaining import explained
    from scraper.inputs import Fields, pages, sources
    from scraper.model import Rejected

    if len(options["inputs"]) != 1:
        raise click.UsageError("--explain takes one INPUT.")
    found = list(sources(options["inputs"]))
    if options["output"] and found[0].once:
        raise click.UsageError(f"{found[0].called} can be read only once: give --explain a file, or leave out -o.")
    if found[0].kind == "missing":
        raise Stop(Exit.NOTHING_DONE, f"{found[0].name}: {found[0].problem}")
    code = Exit.DONE
    for page in pages(found, Fields(text=options["text_field"])):
        if isinstance(page, Rejected):
            code = Exit.INCOMPLETE
            say(f"{page.input}: {page.detail}")
        else:
            click.echo(explained(page), err=options["output"] is not None)
    return code


def _run(settings: "Settings") -> Exit:
    from scraper.batch import NoInput, OutputError
    from scraper.export import Locked

    with Progress() as progress:
        try:
            summary = _watched(settings, progress)
        except (NoInput, OutputError) as error:
            raise Stop(Exit.NOTHING_DONE, str(error)) from error
        except Locked as error:
            raise Stop(Exit.LOCKED, f"{error}: wait for it, or name another output") from error
        except BrokenPipeError:
            raise
        except OSError as error:
            raise unwritten(settings.output, error, _kept(settings, progress)) from error
        except KeyboardInterrupt:
            raise Stop(Exit.INTERRUPTED, f"interrupted{_after(progress)}: {_kept(settings, progress)}") from None
        except Terminated:
            raise Stop(Exit.TERMINATED, f"terminated{_after(progress)}: {_kept(settings, progress)}") from None
    say(_ending(summary, progress))
    return Exit.INCOMPLETE if summary.failed else Exit.DONE


def _watched(settings: "Settings", progress: Progress) -> "Summary":
    from scraper.processes import prepare

    prepare()
    from scraper.batch import Entry, run

    in_rejects = "rejects" in settings.targets()
    failures = Failures("the rejects name them all" if in_rejects else "give --rejects FILE to have them all named")

    def watch(entry: Entry, done: int, total: int) -> None:
        progress.update(article=entry.file == "articles", done=done, total=total)
        if entry.failed:
            rejected = orjson.loads(entry.line)
            failures.tell(rejected["input"] or settings.output, rejected["detail"])

    return run(settings, watch, tell=say)


def _after(progress: Progress) -> str:
    return f" after {progress.rate()}" if progress.records else ""


def _kept(settings: "Settings", progress: Progress) -> str:
    """What there is of the output, of earlier runs that it went on from too."""
    from scraper.batch.outputs import STANDARD_OUTPUT, is_stream

    output = settings.output
    if is_stream(output):
        where, written = "standard output" if output == STANDARD_OUTPUT else output, progress.records > 0
    else:
        where = f"{output}.partial"
        written = Path(where).exists() and Path(where).stat().st_size > 0
    return f"{where} holds whole lines" if written else "nothing was written"


def _ending(summary: "Summary", progress: Progress) -> str:
    reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(summary.rejects.items()))
    parts = [f"{summary.records:,} records: {summary.articles:,} articles"]
    parts.append(f"{sum(summary.rejects.values()):,} rejects{f' ({reasons})' if reasons else ''}")
    if summary.resumed_at:
        parts.append(f"went on at record {summary.resumed_at:,}")
    parts.append(f"{duration(progress.seconds)}, {progress.records / progress.seconds:,.0f} a second")
    line = "; ".join(parts)
    return f"{line}. {summary.failed:,} could not be read or cleaned" if summary.failed else line
