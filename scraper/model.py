"""The types that flow through Zhengwen, from the bytes of a page to the article or the reason for its rejection.

Everything here is frozen: a stage returns a new value and leaves its input as evidence. Nothing here computes.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Reason(StrEnum):
    """Why a page gave no article."""

    EMPTY = "empty"
    UNREADABLE = "unreadable"
    NOT_CHINESE = "not_chinese"
    NOT_AN_ARTICLE = "not_an_article"
    TOO_SHORT = "too_short"
    SPAM = "spam"
    DUPLICATE = "duplicate"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a server sent, or a file held, untouched.

    ``content_type`` is the value of the HTTP header (a hint, never the judge), ``fetched`` an ISO 8601 time with
    offset, ``input`` names the file and the record in it for messages, ``extra`` the JSON of fields kept from the
    input.
    """

    url: str | None
    body: bytes
    content_type: str | None = None
    fetched: str | None = None
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    input: str | None = None
    extra: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One voice on the encoding of a page: what it said, and how far it was believed."""

    voice: str
    said: str | None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Text read from bytes, in ``encoding`` (the WHATWG name, or ``hz-gb-2312``, or ``mixed``)."""

    text: str
    encoding: str
    evidence: tuple[Evidence, ...] = ()
    lossy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A run of text between two block-level boundaries, with what the tree knew about it.

    ``element`` is the number of the innermost block-level element around it (see ``Document``), -1 for none;
    ``link_share`` is the share of the characters inside links. ``apart`` is the text of a short line that names a time,
    with a space where two elements inside it meet without one, as a style sheet keeps them apart, and with the time
    that the markup gives (``<time datetime="…">``) where the line shows less; else None.
    """

    text: str
    element: int = -1
    link_share: float = 0.0
    hidden: bool = False
    apart: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A URL as the page wrote it (not yet absolute) and the text that stands for it: an image with its ``alt``, or a
    link that leads to another page of the same article. It stands before ``blocks[before]``.
    """

    kind: Literal["image", "link"]
    url: str
    text: str
    before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A page as a flat list of blocks in reading order, and the values of its metadata. Plain text is a Document too.

    ``labels`` are the elements that hold blocks, in document order, each as ``tag#id.class.class``, but those inside a
    line; the one around ``labels[n]`` has the number ``parents[n]``, which is lower, or -1 for none.

    ``metadata`` are (name, value) pairs in the page's order: ``title``, the names of its meta tags in lower case,
    ``ld:`` and the path of a JSON-LD value, ``script:`` and the name of a script's variable, ``link:`` and a rel.
    """

    url: str | None
    blocks: tuple[Block, ...]
    labels: tuple[str, ...] = ()
    parents: tuple[int, ...] = ()
    metadata: tuple[tuple[str, str], ...] = ()
    references: tuple[Reference, ...] = ()
    plain: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Selectors:
    """Where a described site has the parts of an article, each as ``tag#id.class``; None may be anywhere."""

    title: str | None = None
    body: str | None = None


Damage = Literal["none", "repaired", "guessed", "lost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One replacement: ``text[start:end]``, which read ``before``, becomes ``after``.

    ``start`` and ``end`` are character offsets into the text that was given to the repair (never into an intermediate
    one), steps do not overlap and are ordered. ``gain`` is in nats of the language model. ``guessed`` says that bytes
    were missing and the language model chose.
    """

    channel: str
    start: int
    end: int
    before: str
    after: str
    gain: float = 0.0
    guessed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """The repaired text, the steps that made it, and how far to trust it.

    ``damage``: ``none`` (``text`` is the input), ``repaired`` (every byte was there: exact), ``guessed`` (bytes were
    lost: the language model filled them in, or what is left of their characters stays as it was), ``lost`` (damaged
    beyond repair: ``text`` is the input).
    """

    text: str
    steps: tuple[Step, ...] = ()
    damage: Damage = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """Text that a rule took out of the article: the rule's id, where it stood (``head``, ``body``, ``tail`` …), the
    text.
    """

    rule: str
    where: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairCount:
    """How many steps a channel made."""

    channel: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An image of the article, its URL absolute."""

    url: str
    caption: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A clean article. Its exported line and the meaning of every field are fixed in ``data/schema/``.

    ``next_page`` is the URL of the page that continues it, where it ends in a 下一页; it is not exported.
    """

    title: str | None
    text: str
    id: str | None = None
    url: str | None = None
    canonical_url: str | None = None
    page_urls: tuple[str, ...] = ()
    site: str | None = None
    site_name: str | None = None
    published: str | None = None
    modified: str | None = None
    source: str | None = None
    authors: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    section: str | None = None
    keywords: tuple[str, ...] = ()
    language: str | None = None
    images: tuple[Image, ...] = ()
    fetched: str | None = None
    encoding: str | None = None
    lossy: bool = False
    damage: Damage = "none"
    repairs: tuple[RepairCount, ...] = ()
    removed: tuple[Removal, ...] = ()
    characters: int = 0
    paragraphs: int = 0
    han_share: float | None = None
    removed_share: float | None = None
    perplexity: float | None = None
    content_hash: str | None = None
    duplicate_of: str | None = None
    extra: str | None = None
    next_page: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A page that gave no article, and why. ``detail`` is one line for a person."""

    url: str | None
    reason: Reason
    detail: str = ""
    fetched: str | None = None
    encoding: str | None = None
    input: str | None = None
