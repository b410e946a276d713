"""The events of a parser -> the blocks of a page.

This is the hot path of the whole cleaning: ``start``, ``end`` and ``data`` are called for every element of every page,
straight from the parser, without a tree between. Only elements that begin and end blocks are kept in mind, and they get
a number and a label only where a block stands in them.
"""

import re
from collections.abc import Mapping
from typing import Literal

from scraper.model import Block, Document, Reference
from scraper.segmentation.blank import squeeze
from scraper.segmentation.elements import BLOCK, BREAK, IMAGE, INLINE, ITEM, KINDS, LINES, LINK, RAW, SKIP
from scraper.segmentation.hiding import hidden_classes, hides, hides_inline
from scraper.segmentation.marks import SEAM, STAMP, TIME_ATTRIBUTES, apart, stamp, unmarked
from scraper.segmentation.metadata import from_scripts, from_tag, from_textarea, from_title

_WRAP = re.compile(r"(?<=[^\n\t]{19}[\u3400-\u9fff，、])[ \t]*\r?\n[ \t]*(?=[\u3400-\u9fff“])")
"""Where a long line of Chinese is broken in the source and goes on: no white space, as CSS Text Level 3 has it for
what stands between two wide characters.
"""
_SHORTEST_WRAPPED = 30
_INDENT = re.compile(r"[\r\n][ \t]*(?=\u3000\u3000)")
_PAGE_LINK = re.compile(
    r"\W*(?:(?:点击|點擊)?(?:进入|進入|阅读|閱讀|查看)?下\s*一?\s*[页頁]|第\s?\d{1,3}\s?[页頁]|后一页|後一頁|[余餘]下全文|\d{1,3})\W*"
)
_PAGE_MARKS = frozenset("页頁文0123456789")
"""One of them is in whatever ``_PAGE_LINK`` matches, and is found in a fraction of the time."""
_LAZY_SOURCES = ("data-src", "data-original", "original", "_src", "data-lazy-src", "data-lazy", "data-actualsrc")
"""Where a page that loads images late writes their addresses; ``src`` is a placeholder then."""

_JAMMER = "jammer"
"""The class of what Discuz! forums put into a text against copying, in the colour of the ground."""
_SPEAKING = TIME_ATTRIBUTES | {"style"}
"""The attributes of an element inside a line that are looked at, whatever they say."""
_DEEPEST = 200
"""Elements nested deeper than this have no label: no layout needs them, and a page of them would fill the memory."""


class BlockBuilder:
    """A parser target (lxml calls ``start``, ``end``, ``data`` and ``close``) that gathers the blocks of a page."""

    def __init__(self, url: str | None) -> None:
        self._url = url
        self._blocks: list[Block] = []
        self._labels: list[str] = []
        self._parents: list[int] = []
        self._references: list[Reference] = []
        self._metadata: list[tuple[str, str]] = []
        self._scripts: list[tuple[str, str]] = []
        self._hidden_classes: frozenset[str] = frozenset()
        self._open: list[tuple[str, Mapping[str, str]]] = []  # elements that end a block: tag, attributes
        self._numbers = [-1]  # of no element, and of the outermost open ones in which a block stands
        self._hidden = [False]  # the same: whether it is hidden
        self._pieces: list[str] = []
        self._href: str | None = None  # of the innermost link
        self._links = 0  # open links
        self._linked = 0  # characters inside links since the last boundary
        self._unlinked = False  # whether any text since then stands outside links
        self._ended = 0  # pieces there were when an inline element or a link ended
        self._skipped = 0  # open elements whose content is no text of the page
        self._concealed = 0  # open inline elements from one that is hidden inside a line on
        self._aside: list[str] = []  # what stood hidden inside a line
        self._stamp = ""  # the time that the markup of an open inline element gives
        self._type = ""  # of the script, or what the textarea is called
        self.escaped: list[str] = []  # markup that stood in textareas
        self._raw: list[str] = []  # content of the innermost script, style or title

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        kind = KINDS.get(tag, BLOCK)
        if kind <= ITEM:
            if self._skipped:  # the parts of a drawing end no line
                return
            if self._pieces and (kind != ITEM or self._unlinked):
                self._flush(False)
            self._open.append((tag, attributes))
        elif kind == INLINE:
            self._seam()
            if self._concealed:
                self._concealed += 1
            elif attributes and (not _SPEAKING.isdisjoint(attributes) or attributes.get("class") == _JAMMER):
                self._inline(attributes)
        elif kind == LINK:
            self._seam()
            self._links += 1
            self._href = attributes.get("href")
        elif kind == BREAK:
            if self._pieces:
                self._flush(False)
        elif kind == IMAGE:
            self._image(attributes)
        else:
            self._skip()
            if kind >= RAW:
                self._type = attributes.get("class" if tag == "textarea" else "type", "")
                self._metadata.extend(from_tag(tag, attributes))

    def end(self, tag: str) -> None:
        kind = KINDS.get(tag, BLOCK)
        if kind <= ITEM:
            if self._skipped or not self._open:
                return
            if self._pieces:
                if kind == ITEM and not self._unlinked:
                    self._pieces.append(" ")  # a list of nothing but links is one block
                else:
                    self._flush(kind == LINES)
            if len(self._numbers) > len(self._open):
                self._numbers.pop()
                self._hidden.pop()
            self._open.pop()
        elif kind == INLINE:
            self._ended = len(self._pieces)
            if self._concealed or self._stamp:
                self._inline_ends()
        elif kind == LINK:
            self._ended = len(self._pieces)
            self._links -= 1
            if self._pieces and len(text := self._pieces[-1]) < 10:
                self._page_link(text)
        elif kind >= SKIP:
            self._skipped -= 1
            if kind >= RAW:
                self._content(tag, "".join(self._raw))

    def _skip(self) -> None:
        self._skipped += 1
        self._raw.clear()

    def _seam(self) -> None:
        """Mark that two inline elements meet with nothing between."""
        if self._ended and self._ended == len(self._pieces):
            self._pieces.append(SEAM)
        self._ended = 0

    def _inline(self, attributes: Mapping[str, str]) -> None:
        """An element inside a line that may hide its text, or give the time that it shows otherwise."""
        style = attributes.get("style")
        if (style and hides_inline(style)) or attributes.get("class") == _JAMMER:
            self._concealed = 1
            self._skip()
        elif not TIME_ATTRIBUTES.isdisjoint(attributes) and not self._skipped:
            self._stamp = stamp(attributes)

    def _inline_ends(self) -> None:
        if self._stamp:
            self._pieces.append(self._stamp)
            self._stamp = ""
        if self._concealed:
            self._concealed -= 1
            if not self._concealed:
                self._skipped -= 1
                self._aside.extend(self._raw)
                self._pieces.append("")  # so that the next boundary ends a block, though nothing is shown

    def _content(self, tag: str, content: str) -> None:
        if tag == "style":
            self._hidden_classes |= hidden_classes(content)
        elif tag == "script" and content:
            self._scripts.append((self._type, content))
        elif tag == "textarea" and content:
            if "<p" in content:
                self.escaped.append(content)
            else:
                self._metadata.extend(from_textarea(self._type, content))
        elif tag == "title" and not self._skipped and (title := from_title(content)):  # a drawing has titles as well
            self._metadata.append(("title", title))

    def data(self, text: str) -> None:
        if self._skipped:
            self._raw.append(text)
        elif text.isspace():
            if self._pieces:
                self._pieces.append(text)
        else:
            if len(text) > _SHORTEST_WRAPPED and "\n" in text.strip() and not self._keeps_lines():
                text = _WRAP.sub("", text)
            self._pieces.append(text)
            if self._links:
                self._linked += len(text.strip())
            else:
                self._unlinked = True

    def _keeps_lines(self) -> bool:
        """Whether the lines of the source are lines of the page here."""
        return bool(self._open) and KINDS.get(self._open[-1][0]) == LINES

    def close(self) -> Document:
        self._skipped = 0
        while self._open:
            self.end(self._open[-1][0])
        if self._pieces:
            self._flush(False)
        return Document(
            url=self._url,
            blocks=tuple(self._blocks),
            labels=tuple(self._labels),
            parents=tuple(self._parents),
            metadata=(*self._metadata, *from_scripts(self._scripts)),
            references=tuple(self._references),
        )

    def _flush(self, as_lines: bool) -> None:
        """End a block: what was gathered becomes one, or one for each line where the source's lines are paragraphs."""
        gathered = "".join(self._pieces)
        self._pieces.clear()
        linked, self._linked = self._linked, 0
        self._unlinked = False
        self._ended = 0
        marked = SEAM in gathered or STAMP in gathered
        text = unmarked(gathered) if marked else gathered
        if as_lines or "\u3000\u3000" in text:
            for part in text.splitlines() if as_lines else _INDENT.split(text):
                if part := squeeze(part):
                    self._emit(part, min(1.0, linked / len(part)))
        elif text := squeeze(text):
            share = min(1.0, linked / len(text)) if linked else 0.0
            self._emit(text, share, apart=apart(text, gathered) if marked else None)
        if self._aside:
            aside = squeeze(" ".join(self._aside))
            self._aside.clear()
            if aside:
                self._emit(aside, 0.0, hidden=True)

    def _emit(self, text: str, link_share: float, hidden: bool = False, apart: str | None = None) -> None:
        if len(self._numbers) <= len(self._open):
            self._label()
        self._blocks.append(
            Block(
                text=text,
                element=self._numbers[-1],
                link_share=link_share,
                hidden=hidden or self._hidden[-1],
                apart=apart,
            )
        )

    def _label(self) -> None:
        """Number and label the open elements that have no number yet."""
        number, hidden = self._numbers[-1], self._hidden[-1]
        for tag, attributes in self._open[len(self._numbers) - 1 : _DEEPEST]:
            label = tag
            if attributes:
                if identifier := attributes.get("id"):
                    label += "#" + identifier
                if classes := attributes.get("class"):
                    names = classes.split()
                    label += "." + ".".join(names)
                    hidden = hidden or not self._hidden_classes.isdisjoint(names)
                style = attributes.get("style")
                if "hidden" in attributes or (style and (hides_inline if tag == "p" else hides)(style)):
                    hidden = True
            self._parents.append(number)
            number = len(self._labels)
            self._labels.append(label)
            self._numbers.append(number)
            self._hidden.append(hidden)

    def _image(self, attributes: Mapping[str, str]) -> None:
        if self._skipped:
            return
        source = attributes.get("src", "")
        for name in _LAZY_SOURCES:
            if name in attributes:
                source = attributes[name]
                break
        alternative = attributes.get("alt", "")
        if source and not source.startswith("data:"):
            self._refer("image", source, alternative)
        if self._links and alternative:
            self._page_link(alternative)

    def _page_link(self, text: str) -> None:
        if self._href and not _PAGE_MARKS.isdisjoint(text) and _PAGE_LINK.fullmatch(text):
            self._refer("link", self._href, text)

    def _refer(self, kind: Literal["image", "link"], url: str, text: str) -> None:
        before = len(self._blocks) + (kind == "image" and bool(self._pieces))
        self._references.append(Reference(kind=kind, url=url.strip(), text=text.strip(), before=before))
