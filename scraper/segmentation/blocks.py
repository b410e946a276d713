"""The events of a parser -> the blocks of a page.

This is the hot path of the whole cleaning: ``start``, ``end`` and ``data`` are called for every element of every page,
straight from the parser, without a tree between. Labels are made only for the elements that hold text.
"""

import re
from collections.abc import Mapping
from typing import Literal

from scraper.model import Block, Document, Reference
from scraper.segmentation.blank import squeeze
from scraper.segmentation.hiding import hidden_classes, hides, hides_inline
from scraper.segmentation.metadata import from_scripts, from_tag

_INLINE, _BLOCK, _LINES, _ITEM, _BREAK, _LINK, _IMAGE, _ASIDE, _SKIP, _RAW, _META = range(11)
_ELEMENTS = {
    _INLINE: "abbr acronym amp-anim b bdi bdo big blink button cite code data del dfn em font i input ins kbd label"
    " mark nobr q rb rp rt ruby s samp small span strike strong sub sup time tt u var wbr",
    _LINES: "listing plaintext pre xmp",
    _ITEM: "li",
    _BREAK: "br hr",
    _LINK: "a",
    _IMAGE: "amp-img img",
    _SKIP: "applet audio canvas datalist embed iframe map math noscript object select svg template textarea video",
    _RAW: "script style",
    _META: "base link meta title",
}
_KINDS = {tag: kind for kind, tags in _ELEMENTS.items() for tag in tags.split()}
"""What an element does to the text: any that is not named here begins and ends a block."""

_INDENT = re.compile(r"[\r\n][ \t]*(?=\u3000\u3000)")
_PAGE_LINK = re.compile(r"\W*(?:下\s*一?\s*[页頁]|后一页|後一頁|[余餘]下全文|\d{1,3})\W*")
_LAZY_SOURCES = ("data-src", "data-original", "original", "_src", "data-lazy-src", "data-actualsrc")
"""Where a page that loads images late writes their addresses; ``src`` is a placeholder then."""

_DEEPEST = 200
"""Elements nested deeper than this have no label: no layout needs them, and a page of them would fill the memory."""


class BlockBuilder:
    """A parser target (lxml calls ``start``, ``end``, ``data`` and ``close``) that gathers the blocks of a page."""

    def __init__(self, url: str | None) -> None:
        self._url = url
        self._blocks: list[Block] = []
        self._references: list[Reference] = []
        self._metadata: list[tuple[str, str]] = []
        self._scripts: list[tuple[str, str]] = []
        self._hidden_classes: frozenset[str] = frozenset()
        self._count = 0
        self._open: list[tuple[int, int, str, Mapping[str, str]]] = []  # number, kind, tag, attributes
        # Of the open elements that were asked for a label: their numbers, their labels, whether they are hidden.
        self._labelled: list[int] = []
        self._labels: list[str] = []
        self._hidden: list[bool] = []
        self._pieces: list[str] = []
        self._links = 0  # open links
        self._linked = 0  # characters inside links since the last boundary
        self._unlinked = False  # whether any text since then stands outside links
        self._skipped = 0  # open elements whose content is no text of the page
        self._aside: list[str] = []  # what stood hidden inside a line
        self._raw: list[str] = []  # content of the innermost script, style or title

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        kind = _KINDS.get(tag, _BLOCK)
        if kind == _INLINE:
            if attributes and (style := attributes.get("style")) and hides_inline(style):
                kind = _ASIDE
        elif kind <= _BREAK:
            if self._pieces and (kind != _ITEM or self._unlinked):
                self._flush(False)
        elif kind == _LINK:
            self._links += 1
        elif kind == _IMAGE and not self._skipped:
            self._image(attributes)
        if kind >= _ASIDE:
            self._skipped += 1
            self._raw.clear()
        self._count += 1
        self._open.append((self._count, kind, tag, attributes))

    def end(self, tag: str) -> None:
        if not self._open:
            return
        _, kind, tag, attributes = self._open[-1]
        if kind < _BREAK:
            if self._pieces and kind != _INLINE:
                if kind == _ITEM and not self._unlinked:
                    self._pieces.append(" ")  # a list of nothing but links is one block
                else:
                    self._flush(kind == _LINES)
        elif kind == _LINK:
            self._links -= 1
            if self._pieces and len(text := self._pieces[-1]) < 10:
                self._page_link(text, attributes)
        elif kind >= _ASIDE:
            self._skipped -= 1
            if kind == _META:
                self._metadata.extend(from_tag(tag, attributes, "".join(self._raw)))
            elif kind == _RAW:
                self._script(tag, attributes, "".join(self._raw))
            elif kind == _ASIDE:
                self._aside.extend(self._raw)
        self._open.pop()

    def data(self, text: str) -> None:
        if self._skipped:
            self._raw.append(text)
        elif text.isspace():
            if self._pieces:
                self._pieces.append(text)
        else:
            self._pieces.append(text)
            if self._links:
                self._linked += len(text.strip())
            else:
                self._unlinked = True

    def close(self) -> Document:
        while self._open:
            self.end("")
        if self._pieces:
            self._flush(False)
        metadata = (*self._metadata, *from_scripts(self._scripts))
        return Document(
            url=self._url, blocks=tuple(self._blocks), metadata=metadata, references=tuple(self._references)
        )

    def _script(self, tag: str, attributes: Mapping[str, str], content: str) -> None:
        if tag == "style":
            self._hidden_classes |= hidden_classes(content)
        elif content:
            self._scripts.append((attributes.get("type", ""), content))

    def _flush(self, as_lines: bool) -> None:
        """End a block: what was gathered becomes one, or one for each line where the source's lines are paragraphs."""
        text = "".join(self._pieces)
        self._pieces.clear()
        linked, self._linked = self._linked, 0
        self._unlinked = False
        if as_lines or "\u3000\u3000" in text:
            for part in text.splitlines() if as_lines else _INDENT.split(text):
                if part := squeeze(part):
                    self._emit(part, min(1.0, linked / len(part)))
        elif text := squeeze(text):
            self._emit(text, min(1.0, linked / len(text)) if linked else 0.0)
        if self._aside:
            aside = squeeze(" ".join(self._aside))
            self._aside.clear()
            if aside:
                self._emit(aside, 0.0, hidden=True)

    def _emit(self, text: str, link_share: float, hidden: bool = False) -> None:
        self._label()
        self._blocks.append(
            Block(
                text=text,
                path=tuple(self._labels),
                nodes=tuple(self._labelled),
                link_share=link_share,
                hidden=hidden or (bool(self._hidden) and self._hidden[-1]),
            )
        )

    def _label(self) -> None:
        """Bring the labels up to date with the open elements."""
        labelled, labels, hidden, opened = self._labelled, self._labels, self._hidden, self._open
        while labelled and (len(labelled) > len(opened) or labelled[-1] != opened[len(labelled) - 1][0]):
            labelled.pop()
            labels.pop()
            hidden.pop()
        if len(labels) == _DEEPEST:
            return
        concealed = hidden[-1] if hidden else False
        for number, kind, label, attributes in opened[len(labels) : _DEEPEST]:
            if attributes and kind != _INLINE and kind != _LINK:
                if identifier := attributes.get("id"):
                    label += "#" + identifier
                if classes := attributes.get("class"):
                    names = classes.split()
                    label += "." + ".".join(names)
                    concealed = concealed or not self._hidden_classes.isdisjoint(names)
                if "hidden" in attributes or ("style" in attributes and hides(attributes["style"])):
                    concealed = True
            labelled.append(number)
            labels.append(label)
            hidden.append(concealed)

    def _image(self, attributes: Mapping[str, str]) -> None:
        source = attributes.get("src", "")
        for name in _LAZY_SOURCES:
            if name in attributes:
                source = attributes[name]
                break
        if source and not source.startswith("data:"):
            self._refer("image", source, attributes.get("alt", ""))

    def _page_link(self, text: str, attributes: Mapping[str, str]) -> None:
        if _PAGE_LINK.fullmatch(text) and (target := attributes.get("href")):
            self._refer("link", target, text)

    def _refer(self, kind: Literal["image", "link"], url: str, text: str) -> None:
        before = len(self._blocks) + (kind == "image" and bool(self._pieces))
        self._references.append(Reference(kind=kind, url=url.strip(), text=text.strip(), before=before))
