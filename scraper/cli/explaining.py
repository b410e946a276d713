"""``scraper clean --explain``: how an article came about, shown to a person."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from scraper.cli.console import shown, table

if TYPE_CHECKING:
    from scraper.cleaning import Draft
    from scraper.extraction import Explanation, Voice
    from scraper.model import Article, Page

FIELDS = ("published", "modified", "source", "authors", "editors", "section", "keywords", "site_name")
TIMES = ("published", "modified")
GIVEN, AGREES, SAME_DAY, PASSED_OVER = "given", "agrees", "same day", "passed over"


def explained(page: "Page") -> str:
    """Everything on one page: what it was read as, what was chosen, believed, repaired and removed."""
    from scraper import sites
    from scraper.cleaning import trace
    from scraper.extraction import explain

    draft = trace(page)
    parts = [f"{page.input or page.url}: {_outcome(draft)}\n", f"{_encoding(draft)}\n"]
    if draft.document.blocks:
        found = explain(draft.document, sites.selectors(page.url))
        article = draft.article
        parts += [
            f"{_repairs(draft)}\n",
            table(("field", "value", "voice", "said", "block", ""), [*_title(draft), *_facts(article, found.voices)]),
            f"{_body(draft, found)}\n",
            table(("block", "", "element", "links", "text"), list(_blocks(draft, found))),
            table(("removed by", "where", "text"), [(r.rule, r.where, shown(r.text)) for r in article.removed]),
        ]
    return "\n".join(part for part in parts if part)


def _outcome(draft: "Draft") -> str:
    if draft.rejected:
        return f"rejected as {draft.rejected.reason}: {draft.rejected.detail}"
    article = draft.article
    continued = f", continued at {article.next_page}" if article.next_page else ""
    return f"an article of {article.characters:,} characters in {article.paragraphs:,} paragraphs{continued}"


def _encoding(draft: "Draft") -> str:
    if not draft.decoded.encoding:
        return "not decoded"
    lost = ", some bytes could not be read" if draft.decoded.lossy else ""
    heard = (f"{e.voice} {e.said or '–'}{f' ({e.note})' if e.note else ''}" for e in draft.decoded.evidence)
    return f"read as {draft.decoded.encoding}{lost}; " + "; ".join(heard)


def _repairs(draft: "Draft") -> str:
    counts: dict[str, int] = {}
    for step in draft.repaired.steps:
        counts[step.channel] = counts.get(step.channel, 0) + 1
    steps = ", ".join(f"{channel} {count}" for channel, count in sorted(counts.items()))
    return f"damage {draft.repaired.damage}; {f'steps: {steps}' if steps else 'nothing repaired'}"


def _title(draft: "Draft") -> Iterator[tuple[str, ...]]:
    """The places that say the title, those first that a reader sees."""
    title = draft.article.title
    if not title:
        return
    seen = [("visible", block.text, str(at)) for at, block in enumerate(draft.document.blocks) if title in block.text]
    told = [(name, value, "") for name, value in draft.document.metadata if title in value]
    for number, (voice, said, block) in enumerate([*seen[:1], *told]):
        yield _row("title", title, number, (voice, said, block), AGREES if number else GIVEN)


def _facts(article: "Article", voices: Sequence["Voice"]) -> Iterator[tuple[str, ...]]:
    """Each field with the voices on it, the most believed first."""
    from scraper.extraction.facts import ranked

    for field in FIELDS:
        value = getattr(article, field)
        heard = ranked(voices, field)
        heard += [one for one in voices if one.field == field and one not in heard]
        given = False
        for number, one in enumerate(heard):
            verdict = _verdict(field, value, one.value)
            if verdict == AGREES and not given:
                verdict, given = GIVEN, True
            where = "" if one.block is None else str(one.block)
            yield _row(field, value, number, (one.voice, one.value, where), verdict)
        if not heard:
            yield _row(field, value, 0, ("–", "", ""), "")


def _verdict(field: str, value: str | tuple[str, ...] | None, said: str) -> str:
    """Whether what a voice said is what the article has."""
    if not value:
        return PASSED_OVER
    if field in TIMES:
        from scraper.extraction.dates import read, without_year

        moment = read(said) or without_year(said, str(value))
        if moment is None or moment.day != value[:10]:
            return PASSED_OVER
        return AGREES if value in (moment.iso, moment.day) else SAME_DAY
    values = (value,) if isinstance(value, str) else value
    return AGREES if any(one in said for one in values) else PASSED_OVER


def _row(field: str, value: object, number: int, voice: tuple[str, str, str], verdict: str) -> tuple[str, ...]:
    """A line of the table; field and value stand in the first of a field."""
    name, said, block = voice
    whole = ", ".join(value) if isinstance(value, tuple) else str(value or "")
    first = ("", "") if number else (field, shown(whole) or "–")
    return *first, name, shown(said), block, verdict


def _body(draft: "Draft", found: "Explanation") -> str:
    body, blocks = found.body, draft.document.blocks
    if not body.indices:
        return f"none of {len(blocks)} blocks chosen as the body"
    inside = f", inside {draft.document.labels[body.container]}" if body.container is not None else ""
    return f"{len(body.indices)} of {len(blocks)} blocks chosen as the body{inside}"


def _blocks(draft: "Draft", found: "Explanation") -> Iterator[tuple[str, ...]]:
    """The blocks from the first chosen to the last, and one more on either side."""
    body, blocks = found.body, draft.document.blocks
    if not body.indices:
        return
    from scraper.extraction.outline import outline_of

    chosen, outline = frozenset(body.indices), outline_of(draft.document)
    for at in range(max(body.indices[0] - 1, 0), min(body.indices[-1] + 2, len(blocks))):
        block = blocks[at]
        mark = "body" if at in chosen else "hidden" if block.hidden else "left"
        yield (
            str(at),
            mark,
            " ".join(reversed(outline.labels_around(block, 2))),
            f"{block.link_share:.0%}",
            shown(block.text),
        )
