"""The whole recipe: a page goes in, a clean article or the reason for its rejection comes out.

Every runner (the crawl, the command line, a distributed engine) calls ``clean`` and nothing else, so the same bytes
give the same article everywhere.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from scraper import decoding, extraction, finishing, mojibake, segmentation, sites, spam
from scraper.model import Article, Decoded, Document, Page, Reason, Rejected, Repaired

logger = logging.getLogger(__name__)


NOT_DECODED = Decoded(text="", encoding="")
NO_DOCUMENT = Document(url=None, blocks=())
NOT_REPAIRED = Repaired(text="")
NO_ARTICLE = Article(title=None, text="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A page on its way: each stage adds what it found. What no stage has found yet is empty."""

    page: Page
    decoded: Decoded = NOT_DECODED
    document: Document = NO_DOCUMENT
    repaired: Repaired = NOT_REPAIRED
    article: Article = NO_ARTICLE
    rejected: Rejected | None = None


def decode(draft: Draft) -> Draft:
    """Bytes to text."""
    body = draft.page.body
    if not body.strip(b" \t\r\n\0"):
        return reject(draft, Reason.EMPTY, f"{len(body)} bytes, none of them text")
    if decoding.looks_binary(body):
        return reject(draft, Reason.UNREADABLE, f"{len(body)} bytes that are not text")
    return replace(draft, decoded=decoding.decode(body, draft.page.content_type))


def segment(draft: Draft) -> Draft:
    """Text to blocks."""
    page, decoded = draft.page, draft.decoded
    utf8 = page.body if decoded.encoding == "utf-8" and not decoded.lossy else None
    document = segmentation.segment(decoded.text, url=page.url, content_type=page.content_type, utf8=utf8)
    return replace(draft, document=document)


def repair(draft: Draft) -> Draft:
    """Mojibake and inserted readings undone, before anything is looked for in the text."""
    document, repaired = mojibake.repair_document(draft.document)
    if repaired.steps or segmentation.has_bytes(repaired.text):
        document = segmentation.squeeze_document(document)
    return replace(draft, document=document, repaired=repaired)


def extract(draft: Draft) -> Draft:
    """The article and its facts."""
    found = extraction.extract(draft.document, sites.selectors(draft.page.url))
    if isinstance(found, Article):
        return replace(draft, article=found)
    if draft.repaired.damage == "lost":
        return reject(draft, Reason.UNREADABLE, "damaged beyond repair before it was served")
    return replace(draft, rejected=spam.rejection(draft.document) or found)


def strip_spam(draft: Draft) -> Draft:
    """Spam heads and tails, and lines that are not the article's."""
    found = spam.strip(draft.article)
    return replace(draft, rejected=found) if isinstance(found, Rejected) else replace(draft, article=found)


def finish(draft: Draft) -> Draft:
    """Where the page came from, how it was read, and the signals computed from the text."""
    article = finishing.provenance(draft.article, draft.page, draft.decoded, draft.repaired)
    return replace(draft, article=finishing.signals(article))


STAGES: tuple[Callable[[Draft], Draft], ...] = (decode, segment, repair, extract, strip_spam, finish)


def clean(page: Page, *following: Page) -> Article | Rejected:
    """Clean one page, or an article that continues over several.

    ``following`` are the pages after the first, in order; ``Article.next_page`` of the result names the page after
    the last one given. Never raises, whatever the bytes: a defect of ours becomes a ``Rejected`` with reason
    ``error``.

    >>> clean(Page(url=None, body=b"")).reason.value
    'empty'
    """
    return whole([trace(each) for each in (page, *following)])


def whole(drafts: Sequence[Draft]) -> Article | Rejected:
    """The article whose pages were traced, without the later ones that gave none; rejected as its first page is."""
    first, *following = drafts
    if first.rejected or not following:
        return first.rejected or first.article
    rest = [draft.article for draft in following if not draft.rejected]
    return finishing.signals(extraction.join(first.article, rest))


def trace(page: Page) -> Draft:
    """As ``clean`` for one page, with what every stage found; for explaining a result."""
    draft = Draft(page=page)
    try:
        for stage in STAGES:
            draft = stage(draft)
            if draft.rejected:
                break
    except Exception as error:
        logger.exception("cleaning %s failed", page.url or page.input)
        draft = reject(draft, Reason.ERROR, f"{type(error).__name__}: {error}"[:200])
    if not draft.rejected:
        return draft
    encoding = draft.decoded.encoding or None
    rejected = replace(draft.rejected, url=page.url, fetched=page.fetched, encoding=encoding, input=page.input)
    return replace(draft, rejected=rejected)


def reject(draft: Draft, reason: Reason, detail: str) -> Draft:
    """The draft of a page that gives no article; no later stage sees it."""
    return replace(draft, rejected=Rejected(url=draft.page.url, reason=reason, detail=detail))
