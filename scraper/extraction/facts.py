"""What a page says of its article: every voice on every field, and the one that is believed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scraper.extraction import dates, labelled, tables
from scraper.extraction.body import Body
from scraper.model import Block, Document

_BEFORE_TITLE, _AFTER_BODY = 6, 14
_MIDNIGHT = "T00:00:00"
_RELATIVE = re.compile(r"(?:http|www\.|@|\d{4,})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One voice on one field: who said it, and what. ``block`` is the index of the block where it stands, if it does."""

    field: str
    voice: str
    value: str
    block: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """The blocks that speak about the article: those around its title, and those after its end."""

    head: range
    tail: range


def voices(document: Document, title: int | None, body: Body) -> list[Voice]:
    """All that is said on time, source, people, section and keywords, in the page's order."""
    zone = _zone(document, title, body)
    found = [*_visible(document.blocks, zone), *_metadata(document)]
    if document.url and (moment := dates.in_url(document.url)):
        found.append(Voice(field="published", voice="url", value=moment.iso))
    return found


def ranked(found: Sequence[Voice], field: str) -> list[Voice]:
    """The voices on a field, the most believed first, as ``data/extraction/voices.toml`` ranks them."""
    order = {voice: rank for rank, voice in enumerate(tables.table("voices")[field])}
    return sorted((one for one in found if one.field == field and one.voice in order), key=lambda one: order[one.voice])


def time_of(found: Sequence[Voice], field: str) -> str | None:
    """The time that the ranked voices give: of the first that gives one, with the clock of the next that names the same day."""
    moments = [moment for one in ranked(found, field) if (moment := dates.read(one.value))]
    if not moments:
        return None
    first = moments[0]
    for moment in moments:
        if moment.day == first.day and moment.clock and _MIDNIGHT not in moment.iso:
            return moment.iso
    return first.iso if _MIDNIGHT not in first.iso else first.day


def people(found: Sequence[Voice], field: str, without: Sequence[str] = ()) -> tuple[str, ...]:
    """The names on a field: all that the most believed kind of voice names."""
    ranking = ranked(found, field)
    named = (name for one in ranking if one.voice == ranking[0].voice for name in labelled.names(one.value))
    return tuple(dict.fromkeys(name for name in named if name not in without))


def first(found: Sequence[Voice], field: str) -> str | None:
    """The value of the most believed voice on a field."""
    return next((one.value for one in ranked(found, field)), None)


def _zone(document: Document, title: int | None, body: Body) -> Zone:
    count = len(document.blocks)
    start, end = (body.indices[0], body.indices[-1]) if body.indices else (title or 0, title or 0)
    if title is not None and title < start:
        head = range(max(0, title - _BEFORE_TITLE), min(start + 3, count))
    else:
        head = range(max(0, start - 12), min(start + 3, count))
    return Zone(head=head, tail=range(max(head.stop, end - 3), min(end + _AFTER_BODY, count)))


def _visible(blocks: Sequence[Block], zone: Zone) -> Iterator[Voice]:
    for place, indices in (("beside", zone.head), ("below", zone.tail)):
        for index in indices:
            block = blocks[index]
            text = block.text
            if len(text) > 220:
                text = text[-50:] if place == "below" else ""
            updated = False
            for kind, value in labelled.find(text):
                if kind in ("published", "updated"):
                    updated = updated or kind == "updated"
                    voice = "labelled" if kind == "published" else "updated"
                    if dates.read(value[:40]):
                        yield Voice(field="published", voice=voice, value=value[:40].strip(), block=index)
                        if kind == "updated":
                            yield Voice(field="modified", voice=voice, value=value[:40].strip(), block=index)
                else:
                    yield Voice(field=kind, voice="labelled", value=value, block=index)
            if block.link_share < 0.6 and not updated:
                for moment in dates.find(text):
                    if len(text) - (moment.end - moment.start) < 90:
                        value = text[moment.start : moment.end]
                        yield Voice(field="published", voice=place, value=value, block=index)


def _metadata(document: Document) -> Iterator[Voice]:
    ranks = tables.table("voices")
    fields: dict[str, list[str]] = {}
    for field, names in ranks.items():
        for name in names:
            fields.setdefault(name, []).append(field)
    for name, value in document.metadata:
        for field in fields.get(name, ()):
            yield Voice(field=field, voice=name, value=value)
