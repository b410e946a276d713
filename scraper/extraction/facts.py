"""What a page says of its article: every voice on every field, and the one that is believed."""

import re
from collections.abc import Container, Iterator, Sequence
from functools import cache

from scraper.extraction import bylines, dates, media, tables, titles, visible
from scraper.extraction.body import Body
from scraper.extraction.outline import Outline
from scraper.extraction.visible import Voice
from scraper.model import Document

_CRUMBS = re.compile(r".{0,10}?(?:首页|首頁)[^|]*[>》»→]|.{0,10}?位置|[^>》]{2,12}[>》].*正文")
_CRUMB_WORD = re.compile("首[页頁]|位置|正文")
"""It is in whatever ``_CRUMBS`` matches, and is found in a fraction of the time."""
_CRUMB = re.compile(r"[>》»→/|]+|[-–](?=[\u4e00-\u9fff])")
_MOST_TIMES = 4
_BESIDE = ("beside", "above", "short")
_NOT_BESIDE = ("below", "url")
_MIDNIGHT = "T00:00:00"


def voices(document: Document, outline: Outline, title: int | None, body: Body) -> list[Voice]:
    """All that is said on time, source, people, section and keywords, in the page's order."""
    found = [*visible.lines(outline, title, body), *_metadata(document), *_site_and_section(document, title)]
    if document.url and (moment := dates.in_url(document.url)):
        found.append(Voice(field="published", voice="url", value=moment.iso))
    return found


def ranked(found: Sequence[Voice], field: str) -> list[Voice]:
    """The voices on a field, the most believed first, as ``data/extraction/voices.toml`` ranks them."""
    order = _ranks()[field]
    return sorted((one for one in found if one.field == field and one.voice in order), key=lambda one: order[one.voice])


@cache
def _ranks() -> dict[str, dict[str, int]]:
    """The place of each voice in the ranking of each field."""
    return {field: {voice: rank for rank, voice in enumerate(names)} for field, names in tables.table("voices").items()}


def is_dated(found: Sequence[Voice]) -> bool:
    """Whether a time stands by the article: more than a few different times beside it are those of a list."""
    times = [one for one in found if one.field == "published"]
    beside = {one.value for one in times if one.voice in _BESIDE}
    other = any(one.voice not in _BESIDE for one in times)
    return other or 0 < len(beside) <= _MOST_TIMES


def is_timed(found: Sequence[Voice]) -> bool:
    """Whether a line by the article, or the page's metadata, gives its time."""
    return any(one.field == "published" and one.voice not in _NOT_BESIDE for one in found)


def is_credited(found: Sequence[Voice]) -> bool:
    """Whether a line by the article names its source, its reporters or its editors."""
    return _names(found, ("source", "authors", "editors"))


def is_sourced(found: Sequence[Voice]) -> bool:
    """Whether a line by the article names its source or its editors, as those of programs and novels do not."""
    return _names(found, ("source", "editors"))


def _names(found: Sequence[Voice], fields: Container[str]) -> bool:
    """Whether a line by the article speaks on one of some fields."""
    return any(one.block is not None and one.field in fields for one in found)


def time_of(found: Sequence[Voice], field: str) -> str | None:
    """The time that the ranked voices give: the day of the first, with the clock of the next that names the same day.

    A clock that is not sure counts only where no other voice gives one, and a value of the metadata with such a clock
    only where nothing else is said: programs write it, for themselves. A line that leaves the year out is read by
    the clock of the page, or the years that other voices name.
    """
    first: dates.Moment | None = None
    unsure: dates.Moment | None = None
    for one in ranked(found, field):
        moment = dates.read(one.value)
        if moment is None:
            moment = dates.without_year(one.value, first.iso if first else _now(found, field))
        if moment is None or (first and moment.day != first.day):
            continue
        if one.block is None and moment.unsure:
            unsure = unsure or moment
            continue
        if moment.clock and _MIDNIGHT not in moment.iso:
            return moment.iso
        first = first or moment
    first = first or unsure
    if first is None:
        return None
    return first.iso if first.unsure else first.day


def _now(found: Sequence[Voice], field: str) -> str | None:
    """The time by which a line without a year is read."""
    return _latest(found, "clock") or _latest(found, field) or _latest(found, "modified")


def _latest(found: Sequence[Voice], field: str) -> str | None:
    moments = (dates.read(one.value) for one in found if one.field == field)
    return max((moment.iso for moment in moments if moment is not None), default=None)


def source_of(found: Sequence[Voice], site_names: Sequence[str]) -> str | None:
    """The source that the ranked voices give; a name that says nothing only where no other is given.

    What the page's metadata give as the source is none where it is the site itself; who made a document public is its
    source where nothing at all is said of one.
    """
    said = [one for one in ranked(found, "source") if one.block is not None or one.value not in site_names]
    named = [(one.voice, _without_author(one.value, found)) for one in said if media.is_name(one.value)]
    generic = tables.table("labels")["generic_sources"]
    origins = (name for voice, name in named if name not in generic and voice != "publisher")
    return next(origins, next((name for _, name in named), None))


def _without_author(name: str, found: Sequence[Voice]) -> str:
    """A source without the reporter that stands before it with nothing between, who is named in the text as well."""
    for one in found:
        rest = name.removeprefix(one.value) if one.field == "authors" and one.voice == "dateline" else name
        if rest != name and media.is_surely_medium(rest):
            return rest
    return name


def people(found: Sequence[Voice], field: str, without: Sequence[str] = ()) -> tuple[str, ...]:
    """The names on a field: all that the most believed kind of voice names, without media.

    Of ``without`` none is named but by a label that says so, nor an account that ends in one of them, nor what one of
    them, the name of a site, begins with.
    """
    ranking = [one for one in ranked(found, field) if one.voice == "labelled" or one.value not in without]
    for voice in dict.fromkeys(one.voice for one in ranking):
        values = [one.value for one in ranking if one.voice == voice and not _is_account(one)]
        named = (
            values if voice in ("account", "posted") else [name for value in values for name in bylines.names(value)]
        )
        kept = (name for name in named if voice == "labelled" or not _is_of(name.casefold(), without))
        found_names = tuple(dict.fromkeys(name for name in kept if not media.is_medium(name)))
        if found_names:
            return found_names
    return ()


def _is_of(name: str, others: Sequence[str]) -> bool:
    """Whether a name is one of some others, ends in one, or is what one begins with."""
    return any(name.endswith(other) or other.startswith(name) for other in map(str.casefold, others))


def _is_account(one: Voice) -> bool:
    """Whether a value is an address, or the name of an account that the page's metadata give, as ``zhangs``."""
    return "://" in one.value or (one.block is None and one.value.isascii() and one.value.islower())


def first(found: Sequence[Voice], field: str) -> str | None:
    """The value of the most believed voice on a field."""
    return next((one.value for one in ranked(found, field)), None)


def _site_and_section(document: Document, title: int | None) -> Iterator[Voice]:
    """What the lines above the title say of where the article stands, and the end of the page's own title."""
    for index, block in enumerate(document.blocks[: title or 0]):
        if (document.plain and (site := titles.SITE_LINE.fullmatch(block.text))) and len(block.text) <= 20:
            yield Voice(field="site_name", voice="heading", value=site[1], block=index)
        elif 5 <= len(text := block.text) <= 60 and _CRUMB_WORD.search(text) and _CRUMBS.match(text):
            parts = [part.strip() for part in _CRUMB.split(text)]
            parts = [part for part in parts if part and part not in ("正文", "内容", "详情", "詳細", "內文")]
            if len(parts) > 1 and 2 <= len(parts[-1]) <= 12:
                yield Voice(field="section", voice="crumbs", value=parts[-1], block=index)
    page_title = next((value for name, value in document.metadata if name == "title"), "")
    if site_name := titles.site_of(page_title):
        yield Voice(field="site_name", voice="suffix", value=site_name)


def _metadata(document: Document) -> Iterator[Voice]:
    fields = _fields_of()
    for name, value in document.metadata:
        for field in fields.get(name, ()):
            yield Voice(field=field, voice=name, value=value)


@cache
def _fields_of() -> dict[str, list[str]]:
    """The fields on which a name of the metadata speaks."""
    fields: dict[str, list[str]] = {}
    for field, names in tables.table("voices").items():
        for name in names:
            fields.setdefault(name, []).append(field)
    return fields
