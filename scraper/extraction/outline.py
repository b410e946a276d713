"""The blocks of a document in the tree of elements around them, and what these are by their names."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from scraper.extraction import tables
from scraper.model import Block, Document

LINKED = 0.5
"""Where more than this share of a block is links, it is a list of links or a line of them."""

_CELL = re.compile(r"(?:td|tr|tbody)(?![\w-])")
_CELLS = re.compile(r"(?:td|th|dt|dd)\b")
_HEADING = re.compile(r"h[1-3](?![\w-])")


@dataclass(frozen=True, kw_only=True)
class Outline:
    """The blocks of a document; the labels, parents and kinds (bits of ``tables``) of its elements, by their numbers;
    and the blocks that follow an image (``pictured``).

    Elements are numbered in document order: those inside an element follow it without a gap, and so do their blocks.
    """

    blocks: Sequence[Block]
    labels: Sequence[str] = ()
    parents: Sequence[int] = ()
    kinds: Sequence[int] = ()
    pictured: frozenset[int] = frozenset()

    def around(self, block: Block) -> Iterator[int]:
        """The elements around a block, the innermost first."""
        element, parents = block.element, self.parents
        while element >= 0:
            yield element
            element = parents[element]

    def labels_around(self, block: Block, count: int) -> list[str]:
        """The labels of the innermost ``count`` elements around a block, the innermost first."""
        return [self.labels[element] for element in islice(self.around(block), count)]

    def kinds_around(self, block: Block, count: int = -1) -> int:
        """What the innermost ``count`` elements around a block, or all of them, are, taken together."""
        kinds, element = 0, block.element
        while element >= 0 and count:
            kinds |= self.kinds[element]
            element = self.parents[element]
            count -= 1
        return kinds

    def is_heading(self, block: Block) -> bool:
        """Whether a block stands in a heading of the first three levels; some pages write paragraphs in the others."""
        return block.element >= 0 and _HEADING.match(self.labels[block.element]) is not None

    def is_cell(self, block: Block) -> bool:
        """Whether a block stands in a cell of a table, or in a term of a list of terms or what is said of it."""
        return block.element >= 0 and _CELLS.match(self.labels[block.element]) is not None

    def inside(self, element: int) -> range:
        """An element and those inside it; for -1, as for a plain text, whatever is in none."""
        end = element + 1
        while end < len(self.parents) and self.parents[end] >= element >= 0:
            end += 1
        return range(element, end)

    def home(self, block: Block) -> int:
        """The element that holds a block's paragraph, the innermost that no paragraph is made of; -1 for none."""
        element = block.element
        while element >= 0 and self.kinds[element] & tables.PARAGRAPH:
            element = self.parents[element]
        return element

    def parent(self, element: int) -> int:
        """The element around another; -1 for none."""
        return self.parents[element] if element >= 0 else -1

    def table_of_one(self, element: int) -> int:
        """The table that holds nothing but a cell; the element itself where it is no such cell."""
        while element >= 0 and _CELL.match(self.labels[element]) and self.parents[element] in self._holding_one:
            element = self.parents[element]
        return element

    @cached_property
    def _holding_one(self) -> frozenset[int]:
        """The elements that hold a single other one and no block of their own; few pages need them."""
        own = {-1, *(block.element for block in self.blocks)}
        return frozenset(one for one, count in Counter(self.parents).items() if count == 1 and one not in own)


def shown_text(block: Block) -> str:
    """The text of a block as a reader sees it, for what stands side by side in a line."""
    return block.apart or block.text


def outline_of(document: Document) -> Outline:
    """The outline of a document."""
    return Outline(
        blocks=document.blocks,
        labels=document.labels,
        parents=document.parents,
        kinds=list(map(tables.kind_of, document.labels)),
        pictured=frozenset(one.before for one in document.references if one.kind == "image"),
    )
