"""``scraper decode``, ``scraper repair`` and ``scraper sites``: what the library sees, shown to a person."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scraper.cli.console import say, shown, table
from scraper.cli.exits import Exit, Stop

if TYPE_CHECKING:
    from scraper.model import Step

CONTEXT = 8
"""Characters shown on either side of a step."""


@click.command()
@click.argument("file", default="-")
@click.option("--content-type", metavar="VALUE", help="The HTTP header that came with it, one voice among the others.")
def decode(file: str, content_type: str | None) -> None:
    """Say in what encoding FILE (or standard input) is, and on what evidence."""
    from scraper.decoding import decode as read

    decoded = read(_bytes(file), content_type)
    lost = "some bytes could not be read" if decoded.lossy else "every byte could be read"
    click.echo(f"{click.format_filename(file)}: {decoded.encoding}; {lost}")
    click.echo(table(("voice", "said", "note"), [(e.voice, e.said or "–", e.note) for e in decoded.evidence]), nl=False)


@click.command()
@click.argument("file", default="-")
@click.option("--explain", is_flag=True, help="Show every step on standard error: where, why, what it was.")
def repair(file: str, explain: bool) -> Exit:
    """Repair the text of FILE (or standard input) and write it to standard output, in UTF-8.

    Clean text comes out as it went in. For web pages use clean, which knows text from markup.
    """
    from scraper.decoding import decode as read
    from scraper.mojibake import repair as undo

    decoded = read(_bytes(file), "text/plain")
    text, repaired = decoded.text, undo(decoded.text)
    sys.stdout.buffer.write(repaired.text.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()
    if explain:
        header = ("at", "channel", "before → after", "gain", "")
        click.echo(table(header, [_explained(text, step) for step in repaired.steps]), err=True, nl=False)
        guessed = sum(step.guessed for step in repaired.steps)
        say(f"{file}: damage {repaired.damage}; {len(repaired.steps)} steps, {guessed} of them guessed")
    if decoded.lossy:
        say(f"{file}: some bytes are no text in any encoding; they stand as U+FFFD")
    return Exit.INCOMPLETE if decoded.lossy else Exit.DONE


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
def sites(names: tuple[str, ...]) -> Exit:
    """List the described sites, or check those that are NAMEd: do their examples keep their patterns?"""
    from scraper.sites import InvalidSite, UnknownSite, check, load
    from scraper.sites import names as described

    rows, problems = [], []
    for name in names or described():
        try:
            site = load(name)
        except (InvalidSite, UnknownSite) as error:
            raise Stop(Exit.NOTHING_DONE, str(error)) from error
        rows.append((name, site.name, ", ".join(site.domains), str(site.checked or "never")))
        problems += [f"{name}: {problem}" for problem in check(site)]
    click.echo(table(("name", "site", "domains", "checked"), rows), nl=False)
    for problem in problems:
        say(problem)
    return Exit.INCOMPLETE if problems else Exit.DONE


def _explained(text: str, step: "Step") -> tuple[str, ...]:
    left = text[max(step.start - CONTEXT, 0) : step.start]
    right = text[step.end : step.end + CONTEXT]
    before, after = (shown(part) for part in (step.before, step.after))
    change = f"{shown(left)}[{before}]{shown(right)} → [{after}]"
    return str(step.start), step.channel, change, f"{step.gain:+.1f}", "guessed" if step.guessed else ""


def _bytes(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise Stop(Exit.NOTHING_DONE, f"{file} cannot be read: {error.strerror}") from error
