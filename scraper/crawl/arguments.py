"""The arguments that all spiders share, read from ``-a name=value``."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import TypeVar

from scrapy.crawler import Crawler

from scraper.crawl.ledger import State
from scraper.crawl.selection import Selection
from scraper.parts import Part

LONGEST_NAME = 150
"""Bytes of a job's name: with what is added to it, a file may have 255."""

T = TypeVar("T")

RETRY = {"failed": (State.FAILED,), "skipped": (State.SKIPPED,), "all": (State.FAILED, State.SKIPPED)}


class BadArgument(ValueError):
    """An argument that is unknown or cannot be read; the message says what to give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """What the run was asked for, checked."""

    job: str = ""
    limit: int | None = None
    refresh: bool = False
    retry: tuple[State, ...] = ()
    selection: Selection = field(default_factory=Selection)
    part: Part | None = None
    """The part of the sites that this run is for; None: all of them."""

    @classmethod
    def of(cls, crawler: Crawler) -> "Arguments":
        """Those of a crawl's spider: its ``arguments``, or none where it is not one of ours."""
        return getattr(crawler.spider, "arguments", None) or cls()

    def job_name(self, *parts: str) -> str:
        """The name of the job: as given, or made from what is crawled.

        >>> Arguments().job_name("news", "people")
        'news-people'
        """
        made = "-".join([*parts, *([str(self.part)] if self.part else [])])
        if len(os.fsencode(made)) > LONGEST_NAME:
            start = os.fsencode(made)[:LONGEST_NAME].decode(errors="ignore")
            made = f"{start}-{sha256(os.fsencode(made)).hexdigest()[:8]}"
        return self.job or made

    @classmethod
    def parse(cls, given: Mapping[str, str]) -> "Arguments":
        """Read the arguments. Raises BadArgument, naming the argument, for one that is unknown or cannot be read.

        >>> Arguments.parse({"since": "2026-11-01", "limit": "20"}).selection.since
        datetime.date(2026, 11, 1)
        """
        unknown = given.keys() - {"job", "limit", "part", "refresh", "retry", "since", "until", "keyword"}
        if unknown:
            raise BadArgument(f"unknown argument -a {sorted(unknown)[0]}=")
        since, until = _day("since", given.get("since")), _day("until", given.get("until"))
        if since and until and since > until:
            raise BadArgument(f"-a since={since} is after -a until={until}: no day is between them")
        return cls(
            job=_job(given.get("job", "")),
            limit=_limit(given.get("limit")),
            part=_part(given.get("part")),
            refresh=_choice("refresh", given.get("refresh", "no"), {"no": False, "yes": True}),
            retry=_choice("retry", given.get("retry", "none"), {"none": (), **RETRY}),
            selection=Selection(
                since=since,
                until=until,
                keywords=tuple(word for word in given.get("keyword", "").split(",") if word),
            ),
        )


def _job(value: str) -> str:
    if value and not re.fullmatch(r"\w[\w.-]*", value):
        raise BadArgument(f"-a job={value}: give letters, digits, points, dashes; it becomes a file's name")
    if len(os.fsencode(value)) > LONGEST_NAME:
        raise BadArgument(f"-a job={value}: give at most {LONGEST_NAME} bytes; it becomes a file's name")
    return value


def _limit(value: str | None) -> int | None:
    if value is None:
        return None
    if not value.isdecimal() or int(value) < 1:
        raise BadArgument(f"-a limit={value}: give a number of articles, at least 1")
    return int(value)


def _part(value: str | None) -> Part | None:
    try:
        return Part.parse(value) if value else None
    except ValueError as error:
        raise BadArgument(f"-a part={value}: {error}") from None


def _day(name: str, value: str | None) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise BadArgument(f"-a {name}={value}: give a day as 2026-11-01") from None


def _choice(name: str, value: str, choices: Mapping[str, T]) -> T:
    if value not in choices:
        raise BadArgument(f"-a {name}={value}: give one of {', '.join(choices)}")
    return choices[value]
