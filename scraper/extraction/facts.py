"""What a page says of its article: every voice on every field, and the one that is believed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from scraper.extraction import dates, labelled, tables, titles
from scraper.extraction.alone import prose_length
from scraper.extraction.body import Body
from scraper.extraction.outline import Outline
from scraper.model import Block, Document

_CRUMBS = re.compile(r".{0,10}?(?:首页|首頁)[^|]*[>》»→]|.{0,10}?位置|[^>》]{2,12}[>》].*正文")
_CRUMB_WORDS = ("首页", "首頁", "位置", "正文")
"""One of them is in whatever ``_CRUMBS`` matches, and is found in a fraction of the time."""
_CRUMB = re.compile(r"[>》»→/|]+|[-–](?=[\u4e00-\u9fff])")
_BEFORE_TITLE, _BEFORE_BODY, _AFTER_BODY = 6, 12, 14
_LONGEST_LINE = 220
_LONGEST_BESIDE, _LONGEST_BELOW = 90, 20
_LONGEST_TIME = 40
_LAST_LINES = 4
_LINKED = 0.75
_MOST_TIMES = 4
_MIDNIGHT = "T00:00:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One voice on one field: who said it, and what. ``block`` is the index of the block where it stands."""

    field: str
    voice: str
    value: str
    block: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """The blocks that speak about the article: those around its title, its first ones, and those from its end on.

    From block ``foreign`` on they may speak of other articles: an editor there is this page's, a time is not. Before
    block ``title`` the page may speak of itself.
    """

    head: tuple[int, ...]
    start: tuple[int, ...]
    tail: tuple[int, ...]
    foreign: int
    title: int


def voices(document: Document, outline: Outline, title: int | None, body: Body) -> list[Voice]:
    """All that is said on time, source, people, section and keywords, in the page's order."""
    zone = _zone(outline, title, body)
    found = [
        *_visible(document.blocks, zone),
        *_first_post(document.blocks, body),
        *_metadata(document),
        *_site_and_section(document, title),
    ]
    for index, last in [(body.indices[0], False), (body.indices[-1], True)] if body.indices else ():
        for name in labelled.reporters(document.blocks[index].text, last):
            found.append(Voice(field="authors", voice="dateline", value=name, block=index))
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
    beside = {one.value for one in found if one.field == "published" and one.voice == "beside"}
    other = any(one.field == "published" and one.voice != "beside" for one in found)
    return other or 0 < len(beside) <= _MOST_TIMES


def time_of(found: Sequence[Voice], field: str) -> str | None:
    """The time that the ranked voices give: the day of the first, with the clock of the next that names the same day.

    A line that leaves the year out is read by the clock of the page, or the years that other voices name.
    """
    first: dates.Moment | None = None
    for one in ranked(found, field):
        moment = dates.read(one.value)
        if moment is None and (now := _latest(found, "clock") or _latest(found, field)):
            moment = dates.without_year(one.value, now)
        if moment is None or (first and moment.day != first.day):
            continue
        if moment.clock and _MIDNIGHT not in moment.iso:
            return moment.iso
        first = first or moment
    return first.day if first else None


def _latest(found: Sequence[Voice], field: str) -> str | None:
    moments = (dates.read(one.value) for one in found if one.field == field)
    return max((moment.iso for moment in moments if moment is not None), default=None)


def source_of(found: Sequence[Voice], site_names: Sequence[str]) -> str | None:
    """The source that the ranked voices give; a name that says nothing only where no other is given.

    What the page's metadata give as the source is none where it is the site itself.
    """
    names = [one.value for one in ranked(found, "source") if one.block is not None or one.value not in site_names]
    names = [name for name in names if labelled.is_name(name)]
    generic = tables.table("labels")["generic_sources"]
    return next((name for name in names if name not in generic), next(iter(names), None))


def people(found: Sequence[Voice], field: str, without: Sequence[str] = ()) -> tuple[str, ...]:
    """The names on a field: all that the most believed kind of voice names, media and ``without`` left out."""
    ranking = ranked(found, field)
    for voice in dict.fromkeys(one.voice for one in ranking):
        named = (name for one in ranking if one.voice == voice for name in labelled.names(one.value))
        found_names = tuple(
            dict.fromkeys(name for name in named if name not in without and not labelled.is_medium(name))
        )
        if found_names:
            return found_names
    return ()


def first(found: Sequence[Voice], field: str) -> str | None:
    """The value of the most believed voice on a field."""
    return next((one.value for one in ranked(found, field)), None)


def _zone(outline: Outline, title: int | None, body: Body) -> Zone:
    """The lines after the title come first, as those before it may belong to another article."""
    count = len(outline.blocks)
    start, end = (body.indices[0], body.indices[-1]) if body.indices else (title or 0, title or 0)
    if not outline.labels:  # of a plain text the lines below the title are part of the body
        start = next((at for at in body.indices if prose_length(outline.blocks[at].text, 0.0)), start)
    stop = min(start + 3, count)
    if title is not None and title < start:
        head = [*range(title, start), *range(max(0, title - _BEFORE_TITLE), title)]
    else:
        head = [*range(max(0, start - _BEFORE_BODY), start)]
    tail = range(max(stop, end - 3), min(end + _AFTER_BODY, count))
    foreign = next((index for index in tail if index > end and _is_foreign(outline, index)), count)
    return Zone(
        head=tuple(head),
        start=tuple(range(start, stop)),
        tail=tuple(tail),
        foreign=foreign,
        title=start if title is None else title,
    )


def _is_foreign(outline: Outline, index: int) -> bool:
    """Whether a block under the article begins what belongs to other articles or to the readers."""
    block = outline.blocks[index]
    return tables.boundary().fullmatch(block.text) is not None or outline.kinds_around(block) & tables.COMMENTS != 0


def _visible(blocks: Sequence[Block], zone: Zone) -> Iterator[Voice]:
    for place, indices in (("beside", zone.head), ("inside", zone.start), ("below", zone.tail)):
        for index in indices:
            block = blocks[index]
            text = block.text
            if len(text) > _LONGEST_LINE:
                text = text[-50:] if place == "below" else ""
            elif labelled.is_label(text) and index + 1 < len(blocks) and len(blocks[index + 1].text) <= 20:
                text += blocks[index + 1].text
            if not (labelled.can_speak(text) or dates.can_be_in(text)):
                continue
            if dates.is_today(text, index < zone.title) and (today := dates.first(text)):
                yield Voice(field="clock", voice="today", value=today.iso, block=index)
                continue
            pairs = [*_labelled(text, place)]
            if block.link_share <= (_LINKED if place == "beside" else 0.0):
                pairs += _unlabelled(text, place, [value for _, _, value in pairs])
            said = [Voice(field=field, voice=voice, value=value, block=index) for field, voice, value in pairs]
            if index >= zone.foreign:
                said = [one for one in said if one.field == "editors"]
            yield from said
            if place == "beside" and any(one.field == "published" for one in said):
                yield from _neighbours(blocks, index)


def _first_post(blocks: Sequence[Block], body: Body) -> Iterator[Voice]:
    """The time under the first post, where the text goes on over several posts with a labelled time under each."""

    def time_under(index: int) -> str | None:
        said = [value[:_LONGEST_TIME] for kind, value in labelled.find(blocks[index].text) if kind == "published"]
        return next((value for value in said if dates.first(value)), None)

    last = body.indices[-_LAST_LINES:]
    if len(body.indices) > _LAST_LINES and any(map(time_under, last)):
        first = next(index for index in body.indices if time_under(index))
        if first not in last:
            yield Voice(field="published", voice="inside", value=time_under(first) or "", block=first)


def _labelled(text: str, place: str) -> Iterator[tuple[str, str, str]]:
    """What a line says with labels: (field, voice, value). A time among the paragraphs may be that of an event."""
    for kind, value in labelled.find(text):
        if kind not in labelled.TIMES:
            yield kind, "labelled", value
        elif (moment := dates.first(value[:_LONGEST_TIME])) or dates.SHORT.search(value[:_LONGEST_TIME]):
            said = value[moment.start : moment.end] if moment else value[:20]
            if kind == "updated":
                yield "modified", "updated", said
                yield "published", "updated", said
            else:
                voice = "labelled" if kind == "published" else kind
                yield "published", voice if place == "beside" else place, said


def _unlabelled(text: str, place: str, known: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """The times of a short line, and the medium that stands beside one of them."""
    longest = _LONGEST_BESIDE if place == "beside" else _LONGEST_BELOW
    for moment in dates.find(text):
        said = text[moment.start : moment.end]
        if len(text) - len(said) < longest:
            if said not in known:
                yield "published", place, said
            if medium := labelled.beside(text[: moment.start], text[moment.end :], moment.clock):
                yield "source", place, medium


def _neighbours(blocks: Sequence[Block], index: int) -> Iterator[Voice]:
    """The medium that stands alone in the line before the time, or after it."""
    for near in (index - 1, index + 1):
        if 0 <= near < len(blocks) and (name := labelled.after_slash(blocks[near].text)):
            yield Voice(field="source", voice="beside", value=name, block=near)


def _site_and_section(document: Document, title: int | None) -> Iterator[Voice]:
    """What the lines above the title say of where the article stands, and the end of the page's own title."""
    for index, block in enumerate(document.blocks[: title or 0]):
        if (document.plain and (site := titles.SITE_LINE.fullmatch(block.text))) and len(block.text) <= 20:
            yield Voice(field="site_name", voice="heading", value=site[1], block=index)
        elif 5 <= len(text := block.text) <= 60 and any(word in text for word in _CRUMB_WORDS) and _CRUMBS.match(text):
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
