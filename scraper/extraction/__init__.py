"""Document -> Article: which blocks are the article, and what the page says of it."""

from dataclasses import dataclass
from urllib.parse import urljoin

from scraper.extraction import facts, titles
from scraper.extraction.body import Body, choose
from scraper.extraction.facts import Voice
from scraper.model import Article, Document, Reason, Rejected, Removal

__all__ = ["Explanation", "explain", "extract", "join"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """How an article came about: its blocks in the document, and every voice on every field, believed or not."""

    found: Article | Rejected
    body: Body
    voices: tuple[Voice, ...]


def extract(document: Document) -> Article | Rejected:
    """The article of a page, or why there is none."""
    return explain(document).found


def explain(document: Document) -> Explanation:
    """As ``extract``, with what it was decided on."""
    index, title = titles.find(document)
    body = choose(document.blocks, index)
    if not body.indices:
        found = Rejected(url=document.url, reason=Reason.NOT_AN_ARTICLE, detail="no running text")
        return Explanation(found=found, body=body, voices=())
    voices = facts.voices(document, index, body)
    editors = facts.people(voices, "editors")
    article = Article(
        title=title,
        text="\n".join(document.blocks[i].text for i in body.indices),
        url=document.url,
        published=facts.time_of(voices, "published"),
        modified=facts.time_of(voices, "modified"),
        source=facts.source_of(voices, [one.value for one in voices if one.field == "site_name"]),
        editors=editors,
        authors=facts.people(voices, "authors", without=editors),
    )
    return Explanation(found=article, body=body, voices=tuple(voices))


def join(first: Article, rest: list[Article]) -> Article:
    return first
