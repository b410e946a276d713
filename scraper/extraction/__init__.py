"""Document -> Article: which blocks are the article, and what the page says of it.

``titles`` finds the line that names the article, ``body`` the blocks that are it; ``facts`` gathers what every voice of
the page says of time, source and people, and the tables in ``data/extraction/`` rank the voices. ``rejection`` says why
a page has none.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from scraper.extraction import facts, headings, lines, selecting, titles
from scraper.extraction.addresses import canonical, host_names
from scraper.extraction.body import Body, choose
from scraper.extraction.language import written_language
from scraper.extraction.outline import Outline, outline_of
from scraper.extraction.paging import join, next_page
from scraper.extraction.pictures import images
from scraper.extraction.rejection import Evidence, is_anchored, rejected
from scraper.extraction.visible import Voice
from scraper.model import Article, Document, Rejected, Removal, Selectors

__all__ = ["Explanation", "explain", "extract", "join"]

_KEYWORD_BREAK = re.compile(r"[,，;；、|]+|\s+(?=[\u4e00-\u9fff])")
_MOST_KEYWORDS = 20
NO_SELECTORS = Selectors()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """How an article came about: its blocks in the document, and every voice on every field, believed or not."""

    found: Article | Rejected
    body: Body
    voices: tuple[Voice, ...]


def extract(document: Document, selectors: Selectors = NO_SELECTORS) -> Article | Rejected:
    """The article of a page, or why there is none. Any document gives one of the two.

    ``selectors`` say where a described site has title and body; where the page has no such element, it is read like
    any other.
    """
    return explain(document, selectors).found


def explain(document: Document, selectors: Selectors = NO_SELECTORS) -> Explanation:
    """As ``extract``, with what it was decided on."""
    outline, linked = outline_of(document), document
    if not document.plain:
        index, title, body = _in_markup(document, outline, selectors)
        outline = headings.set_apart(outline, index, title)
    elif lines.is_page(document.blocks):
        index, title, body = lines.read_page(outline)
        linked = lines.with_links(document)
    else:
        index, title, body = lines.read_alone(document.blocks)
    voices = facts.voices(document, outline, index, body)
    evidence = Evidence(
        anchored=is_anchored(document.blocks, index, body),
        dated=facts.is_dated(voices),
        credited=facts.is_credited(voices),
        sourced=facts.is_sourced(voices),
        timed=facts.is_timed(voices),
        title=title,
    )
    reason = rejected(linked, outline, body, evidence)
    found = reason or _article(document, outline, body, title, voices)
    return Explanation(found=found, body=body, voices=tuple(voices))


def _in_markup(document: Document, outline: Outline, selectors: Selectors) -> tuple[int | None, str | None, Body]:
    """The title of a page (the index of its block, and what it says) and its body."""
    index, title = titles.find(document, outline)
    named = selecting.first_inside(outline, selecting.element(outline, selectors.title))
    if named is not None:
        index, title = named, document.blocks[named].text
    body = choose(outline, index, selecting.element(outline, selectors.body))
    if (
        named is None
        and body.indices
        and titles.may_be_site(document, title)
        and not titles.stands(outline, index, title, body.indices[0])
    ):
        place, line = headings.above(outline, body.indices[0])
        if place is not None:
            title = line
            body = body if place == index else choose(outline, place)
            index = place
    if named is None and index is not None and body.indices and title != document.blocks[index].text:
        text = "\n".join(document.blocks[at].text for at in body.indices)
        title = titles.spoken_of(title, headings.said_by(document.blocks[index]), text)
    return index, titles.without_tag(title), body


def _article(document: Document, outline: Outline, body: Body, title: str | None, voices: Sequence[Voice]) -> Article:
    text = "\n".join(document.blocks[index].text for index in body.indices)
    site_name = facts.first(voices, "site_name")
    own_names = [one.value for one in voices if one.field == "site_name"]
    editors = facts.people(voices, "editors")
    return Article(
        title=title,
        text=text,
        url=document.url,
        canonical_url=canonical(document),
        page_urls=(document.url,) if document.url else (),
        site_name=site_name,
        published=facts.time_of(voices, "published"),
        modified=facts.time_of(voices, "modified"),
        source=facts.source_of(voices, own_names),
        editors=editors,
        authors=facts.people(voices, "authors", without=(*editors, *own_names, *host_names(document.url))),
        section=facts.first(voices, "section"),
        keywords=_keywords(facts.first(voices, "keywords")),
        language=written_language(text),
        images=images(document, outline, body),
        removed=_removed(document, body),
        next_page=next_page(document, body),
    )


def _removed(document: Document, body: Body) -> tuple[Removal, ...]:
    """What stands in the place of the article without being it."""
    kinds = (
        ("hidden", "body", body.hidden),
        ("about-the-article", "head", body.above),
        ("below-a-heading", "body", body.among),
        ("below-the-article", "tail", body.below),
    )
    return tuple(
        Removal(rule=rule, where=where, text=document.blocks[index].text)
        for rule, where, indices in kinds
        for index in indices
    )


def _keywords(said: str | None) -> tuple[str, ...]:
    words = (word.strip() for word in _KEYWORD_BREAK.split(said or ""))
    return tuple(dict.fromkeys(word for word in words if 1 < len(word) <= 20))[:_MOST_KEYWORDS]
