"""``scraper validate``: files that were exported."""

from pathlib import Path

import click

from scraper.cli.console import say
from scraper.cli.exits import Exit, Stop


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
def validate(files: tuple[str, ...]) -> Exit:
    """Check exported FILEs against the schema, every error with its line number, and against their manifests."""
    from scraper.export import manifest_problems
    from scraper.inputs.jsonl import objects
    from scraper.inputs.opening import BROKEN, opened, plain
    from scraper.schema import kind_of
    from scraper.schema import validate as problems_of

    wrong = lines = 0
    for file in files:
        try:
            for problem in manifest_problems(Path(file)):
                wrong += 1
                click.echo(f"{file}: {problem}")
            with opened(file) as stream:
                for number, line in objects(plain(stream)):
                    lines += 1
                    problems = [line] if isinstance(line, str) else problems_of(line, kind_of(line))
                    wrong += bool(problems)
                    for problem in problems:
                        click.echo(f"{file}:{number}: {problem}")
        except BrokenPipeError:
            raise
        except (FileNotFoundError, IsADirectoryError) as error:
            raise Stop(Exit.NOTHING_DONE, f"{file} cannot be read: {error.strerror}") from error
        except BROKEN as error:
            raise Stop(Exit.INCOMPLETE, f"{file} breaks off after {lines:,} lines: {error}") from error
    say(f"{lines:,} lines, {wrong:,} wrong")
    return Exit.INCOMPLETE if wrong else Exit.DONE
