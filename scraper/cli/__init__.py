"""The command ``scraper``.

Every subcommand imports what it needs when it runs, so that ``scraper --help`` answers at once. Every error is one line
on standard error that names the thing and says what to do.
"""

import os
import signal
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from types import FrameType
from typing import NoReturn

import click

from scraper.cli.console import say
from scraper.cli.crawling import status
from scraper.cli.exits import Exit, Stop, Terminated
from scraper.cli.exports import diff, merge, validate
from scraper.cli.inspecting import decode, repair, sites
from scraper.cli.running import clean
from scraper.schema import cleaner_version


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(cleaner_version(), prog_name="scraper")
def command() -> None:
    """Clean articles from Chinese news pages: the true encoding, mojibake undone, spam gone."""


for subcommand in (clean, decode, diff, merge, repair, sites, status, validate):
    command.add_command(subcommand)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code (see ``Exit``)."""
    _open_closed_streams()
    _escape_what_the_encoding_lacks()
    signal.signal(signal.SIGTERM, _terminate)
    try:
        # command.main() would make its own exit codes of a closed pipe and an interrupt
        with command.make_context("scraper", list(sys.argv[1:] if arguments is None else arguments)) as context:
            code = command.invoke(context)
        sys.stdout.flush()
        return int(code or Exit.DONE)
    except click.exceptions.Exit as end:  # --help and --version
        return end.exit_code
    except Stop as stop:
        _forget_standard_output()
        say(str(stop))
        return stop.code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return Exit.NOTHING_DONE
    except click.UsageError as error:
        say(f"{error.format_message()} See {error.ctx.command_path if error.ctx else 'scraper'} --help")
        return Exit.NOTHING_DONE
    except KeyboardInterrupt:
        return _ended("interrupted", Exit.INTERRUPTED)
    except Terminated:
        return _ended("terminated", Exit.TERMINATED)
    except BrokenPipeError:
        _forget_standard_output()
        return Exit.READER_GONE
    except OSError as error:  # of the files, each command tells
        _forget_standard_output()
        say(f"{error.filename or 'standard output cannot be written'}: {error.strerror or 'it is closed'}")
        return Exit.INCOMPLETE


def _open_closed_streams() -> None:
    """So that no other file takes their numbers. Reading and writing them fails, but nobody misses what a closed
    standard error was to say.
    """
    for name, access, mode in (("stdin", os.O_WRONLY, "r"), ("stdout", os.O_RDONLY, "r"), ("stderr", os.O_WRONLY, "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, access), mode))


def _escape_what_the_encoding_lacks() -> None:
    """On standard output, as on standard error: not every locale's encoding has all that a page can hold."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _ended(how: str, code: Exit) -> Exit:
    _forget_standard_output()
    say(how)
    return code


def _terminate(number: int, frame: FrameType | None) -> NoReturn:
    raise Terminated


def _forget_standard_output() -> None:
    """Let the interpreter flush nothing at its end into a pipe that nobody reads, or a disk that is full."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
