"""What the lines around an article say of it: its time, its source, its people."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from scraper.extraction import accounts, bylines, datelines, dates, events, labelled, labels, media, signed, tables
from scraper.extraction.body import Body
from scraper.extraction.ends import FILING_CELL
from scraper.extraction.outline import Outline, shown_text
from scraper.extraction.zones import (
    FIRST_LINES,
    FIRST_PARAGRAPHS,
    LONGEST_ALONE,
    LONGEST_BELOW,
    LONGEST_BESIDE,
    Zone,
    around,
)
from scraper.model import Block

_LONGEST_TIME = 40
_LONGEST_CELL = 20
_LAST_LINES = 4
_LINKED, _LINKED_BELOW = 0.75, 0.3
_RIGHT_BELOW = 3
"""So near below the title even a link may tell the time, or the author."""
_CALLED = re.compile(
    r"[.#_-](?:(?P<source>source|laiyuan|from|origin|media)|(?P<author>author|writer|byline|reporter)s?)(?![a-z])"
)
_ONLY_SOURCES = re.compile(r"[.#](?:art(?:icle)?[-_]?|news[-_]?)?(?:source|laiyuan)(?=[.]|$)")
_ENDS_IN_SOURCE = re.compile(r"[.#_-](?:source|laiyuan|from|origin)$")
_OF_OTHERS = re.compile("最新推荐|推荐文章|推薦文章|最近登[录錄陆]|上次登[录錄陆]|注册于")
"""A line that tells the time of something else."""
_UNSIGNED = ("beside", "alone")
"""The voices on the author in which no word says that the person is."""
_ISSUE = re.compile(r"总第\s?\d+\s?期")
"""A line that names the issue of a magazine, with its day."""
_DAY = re.compile(r"\d\s?月\s?\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One voice on one field: who said it, and what. ``block`` is the index of the block where it stands."""

    field: str
    voice: str
    value: str
    block: int | None = None


def lines(outline: Outline, title: int | None, body: Body) -> Iterator[Voice]:
    """What the lines around the article say, and the first lines and the last of its text."""
    zone = around(outline, title, body)
    for voice in (
        *_beside(outline, zone),
        *_first_post(outline.blocks, body),
        *_datelines(outline.blocks, zone, body),
    ):
        if not (voice.field == "authors" and voice.voice in _UNSIGNED and _is_told_of(outline.blocks, body, voice)):
            yield voice


def _is_told_of(blocks: Sequence[Block], body: Body, author: Voice) -> bool:
    """Whether the article tells of the person who may be its author, besides where the name stands as the author's."""
    texts = {index: blocks[index].text for index in body.indices}
    if author.block in texts:
        texts[author.block] = texts[author.block].rpartition(author.value)[0]
    return any(signed.tells_of(text, author.value) for text in texts.values())


def _beside(outline: Outline, zone: Zone) -> Iterator[Voice]:
    """What the lines of a zone say."""
    for place, indices in (("beside", zone.head), ("inside", zone.start), ("below", zone.tail)):
        for index in indices:
            for voice in _line(outline, zone, place, index):
                if index < zone.foreign or voice.field == "editors":
                    unsure = (zone.titled and index < zone.title) or _ISSUE.search(outline.blocks[index].text)
                    yield _above(voice) if unsure else voice


def _line(outline: Outline, zone: Zone, place: str, index: int) -> Iterator[Voice]:
    """What one line says with labels and without."""
    text, beside = _text_of(outline, place, index), place == "beside"
    near = beside and zone.titled and zone.title < index <= zone.title + _RIGHT_BELOW
    if place != "below" and (named := _named(outline, index, near)):
        yield Voice(field=named[0], voice="named", value=named[1], block=index)
    if beside and (
        account := accounts.shown(outline.blocks, index, zone.title) or (near and accounts.named(outline, index))
    ):
        yield Voice(field="authors", voice="account", value=account, block=index)
    if len(text) <= LONGEST_BESIDE and (name := signed.posted(text)):
        yield Voice(field="authors", voice="posted", value=name, block=index)
    if near and outline.blocks[index].link_share <= _LINKED_BELOW:
        yield from (Voice(field="authors", voice="alone", value=name, block=index) for name in signed.alone(text))
    short = beside and dates.may_be_short_in(text) and dates.SHORT.search(text) is not None
    if not (short or dates.can_be_in(text) or labelled.is_signed(text) or labelled.can_speak(text)):
        return
    if beside and _OF_OTHERS.search(text):
        return
    if dates.is_today(text, index < zone.title) and (today := dates.first(text)):
        yield Voice(field="clock", voice="today", value=today.iso, block=index)
        return
    pairs = [*_labelled(text, place)]
    sure = near or any(field in ("source", "editors", "authors") for field, _, _ in pairs)
    if sure or outline.blocks[index].link_share <= (_LINKED if beside else _LINKED_BELOW):
        longest = LONGEST_BESIDE if sure or beside else LONGEST_BELOW
        pairs += _unlabelled(text, place, longest, [value for _, _, value in pairs])
    if beside and not any(field == "authors" for field, _, _ in pairs):
        pairs += [
            ("authors", "beside", name)
            for field, _, value in pairs
            if field == "source"
            for name in signed.behind(text, value)
        ]
    yield from (Voice(field=field, voice=voice, value=value, block=index) for field, voice, value in pairs)
    if beside and any(field == "published" for field, _, _ in pairs):
        yield from _neighbours(outline.blocks, index, zone.title)


def _text_of(outline: Outline, place: str, index: int) -> str:
    """The text of a line, or of a paragraph the end, where its editor may stand."""
    text = shown_text(outline.blocks[index])
    if len(text) <= LONGEST_ALONE:
        return bylines.roles_apart(_with_next(outline, index, text))
    if len(text) <= labelled.LONGEST_LINE:
        return bylines.roles_apart(text)
    return text[-50:] if place == "below" else ""


def _with_next(outline: Outline, index: int, text: str) -> str:
    """The text of a block, with that of the next where it is the value of a label, or the clock to a day."""
    following = outline.blocks[index + 1].text if index + 1 < len(outline.blocks) else ""
    if not 0 < len(following) <= _LONGEST_CELL:
        return text
    if labels.is_label(text, outline.is_cell(outline.blocks[index])) and not (
        FILING_CELL.match(following) or tables.boundary().fullmatch(following)
    ):
        return f"{text.rstrip(':： ')}：{following}"
    return f"{text} {following}" if following[0].isdigit() and dates.CLOCK.fullmatch(following) else text


def _named(outline: Outline, index: int, near: bool) -> tuple[str, str] | None:
    """The medium or the person that stands alone in an element which is named for it: (field, name).

    Right below the title (``near``) any name in an element for the source is one.
    """
    block = outline.blocks[index]
    if len(block.text) > _LONGEST_CELL or block.element < 0:
        return None
    label, name = outline.labels[block.element], block.text.strip(media.SURROUNDINGS)
    called = _CALLED.search(label)
    if called and called["source"]:
        sure = _ONLY_SOURCES.search(label) or (near and _ENDS_IN_SOURCE.search(label))
        alone = sure and media.can_be_medium(name) and name not in tables.table("labels")["tools"]
        return ("source", name) if alone or media.is_surely_medium(name) else None
    return ("authors", name) if called and called["author"] and media.is_surely_person(name) else None


def _above(voice: Voice) -> Voice:
    """A voice as one from above the title: a time there is as often that of the page, or of another article."""
    return replace(voice, voice="above") if voice.field == "published" and voice.voice == "beside" else voice


def _first_post(blocks: Sequence[Block], body: Body) -> Iterator[Voice]:
    """The time under the first post, where the text goes on over several posts with a labelled time under each."""

    def time_under(index: int) -> str | None:
        if not dates.can_be_in(blocks[index].text):
            return None
        said = [value[:_LONGEST_TIME] for kind, value in labelled.find(blocks[index].text) if kind == "published"]
        return next((value for value in said if dates.first(value)), None)

    last = body.indices[-_LAST_LINES:]
    if len(body.indices) > _LAST_LINES and any(map(time_under, last)):
        first = next(index for index in body.indices if time_under(index))
        if first not in last:
            yield Voice(field="published", voice="inside", value=time_under(first) or "", block=first)


def _datelines(blocks: Sequence[Block], zone: Zone, body: Body) -> Iterator[Voice]:
    """The reporters whom a line beside the title, the first paragraphs or the last one names."""
    near = [index for index in zone.head if len(blocks[index].text) <= LONGEST_BESIDE]
    for index in (*near, *body.indices[:FIRST_PARAGRAPHS]):
        text = blocks[index].text
        if found := [*datelines.reporters(text, last=False)] or bylines.marked(text):
            break
    else:
        found = []
        for index in _last_lines(blocks, body):
            text = blocks[index].text
            if found := [*datelines.reporters(text, last=True)]:
                break
            if names := signed.in_brackets(text):
                yield from (Voice(field="authors", voice="alone", value=name, block=index) for name in names)
                break
    yield from (Voice(field="authors", voice="dateline", value=name, block=index) for name in found)
    for index in body.indices[:FIRST_LINES]:
        credited = bylines.in_dateline(blocks[index].text)
        yield from (Voice(field=kind, voice="credits", value=name, block=index) for kind, name in credited)


def _last_lines(blocks: Sequence[Block], body: Body) -> Iterator[int]:
    """The last block of the article and, above short lines, those before it, the last first."""
    for index in reversed(body.indices[-_LAST_LINES:]):
        yield index
        if len(blocks[index].text) > LONGEST_ALONE:
            return


def _labelled(text: str, place: str) -> Iterator[tuple[str, str, str]]:
    """What a line says with labels: (field, voice, value). A time among the paragraphs may be that of an event, as
    may a ``时间`` anywhere but beside a source.
    """
    pairs = [*labelled.find(text)]
    kinds = {kind for kind, _ in pairs}
    for kind, value in pairs:
        if kind == "publisher":
            yield "source", kind, value
        elif kind not in labels.TIMES:
            yield kind, "labelled", value
        elif said := dates.behind_label(value[:_LONGEST_TIME]):
            if kind == "updated":
                yield "modified", "updated", said
                yield "published", "updated", said
            else:
                voice = "labelled" if kind == "published" or "source" in kinds else kind
                below = "foot" if kind == "published" and place == "below" else place
                yield "published", voice if place == "beside" else below, said
    if kinds.isdisjoint(("editors", "authors")):
        yield from ((kind, "credits", name) for kind, name in bylines.credits(text))
    if paper := labelled.printed(text):
        yield "source", "printed", paper


def _unlabelled(text: str, place: str, longest: int, known: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """The times of a line with no more than ``longest`` other characters, and the medium that stands beside one."""
    found = False
    for moment in dates.find(text):
        found = True
        said = text[moment.start : moment.end]
        before, after = text[: moment.start], text[moment.end :]
        if events.is_named(before) or (place != "beside" and events.is_of_term(before, after)):
            continue
        if len(text) - len(said) < longest:
            if said not in known:
                yield "published", place, said
            if medium := _medium(text, moment.start, moment.end, moment.clock):
                yield "source", place, medium
            if place == "beside":
                yield from (("authors", place, name) for name in signed.beside(before, after))
    short = None if found or place != "beside" or len(text) >= longest else dates.SHORT.search(text)
    if short and short[0] not in known:
        yield "published", "short", short[0]
        if medium := _medium(text, short.start(), short.end(), True):
            yield "source", place, medium


def _medium(text: str, start: int, end: int, clock: bool) -> str | None:
    """The medium beside the time of a line; in the line of an account a name without the ending of one is none."""
    medium = media.beside(text[:start], text[end:], clock)
    if not medium or _DAY.search(medium):
        return None
    sure = any(map(media.is_medium, medium.split("·"))) or not accounts.is_account_line(text)
    return medium if sure else None


def _neighbours(blocks: Sequence[Block], index: int, title: int) -> Iterator[Voice]:
    """The medium, perhaps with a reporter, that stands alone in the line before the time, or after it."""
    for near in (index - 1, index + 1):
        if 0 <= near < len(blocks) and near != title and (found := media.alone(blocks[near].text)):
            medium, reporter = found
            yield Voice(field="source", voice="beside", value=medium, block=near)
            if reporter:
                yield Voice(field="authors", voice="beside", value=reporter, block=near)
