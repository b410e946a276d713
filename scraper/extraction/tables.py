"""The tables of data/extraction/, as the patterns that they are used as."""

import re
import tomllib
from functools import cache
from typing import Any

from scraper import tables


@cache
def table(name: str) -> dict[str, Any]:
    """One table, as it is written."""
    with tables.path("extraction", f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def alternatives(words: list[str]) -> str:
    """A pattern that matches any of the words, the longest first."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


@cache
def box() -> re.Pattern[str]:
    """Finds, in the label of an element (``tag#id.class``), the name of something that holds no article."""
    body = table("body")
    words, tags = alternatives(body["boxes"]), alternatives(body["tags"])
    camel_case = "Share|Nav|Related|Recommend|Comment|Reply|Footer"
    return re.compile(rf"^(?:{tags})(?![\w-])|(?i:(?<=[^a-z])(?:{words})(?![a-z]))|[a-z0-9](?:{camel_case})")


@cache
def comments() -> re.Pattern[str]:
    """Finds, in the label of an element, the name of what holds the readers' comments."""
    return re.compile(rf"(?i:(?<=[^a-z])(?:{alternatives(table('body')['comments'])})(?![a-z]))")


@cache
def caption() -> re.Pattern[str]:
    """Finds, in the label of an element, the name of what holds an image's caption."""
    return re.compile(rf"^figcaption|(?i:(?<=[^a-z])(?:{alternatives(table('body')['captions'])})(?![a-z]))")


@cache
def picture() -> re.Pattern[str]:
    """Finds, in the label of an element, the name of what holds an image."""
    return re.compile(rf"^figure|(?i:(?<=[^a-z])(?:{alternatives(table('body')['pictures'])})(?![a-z]))")


@cache
def caption_cue() -> re.Pattern[str]:
    """Finds in a text what captions of images say."""
    return re.compile(alternatives(table("body")["caption_cues"]))


@cache
def end_line() -> re.Pattern[str]:
    """Matches the line of the editor, which ends an article."""
    return re.compile(rf"^\W*(?:{alternatives(table('body')['ends'])})\s?[:：]")


@cache
def boundary() -> re.Pattern[str]:
    """Matches a line that heads a list of other articles."""
    body = table("body")
    neighbours = alternatives(body["neighbours"])
    return re.compile(rf"\W*(?:{alternatives(body['boundaries'])})(?:\W.{{0,12}})?|\W*(?:{neighbours})[:：\s].*")


@cache
def notice() -> re.Pattern[str]:
    """Finds a phrase with which a site speaks for itself."""
    return re.compile(alternatives(table("body")["notices"]))


@cache
def header_line() -> re.Pattern[str]:
    """Finds what stands in the lines between a title and its article, and not in the article."""
    words = alternatives(table("body")["header_lines"])
    return re.compile(
        rf"^\W*(?:{words}).{{0,40}}$|^.{{0,25}}(?:19|20)\d\d[-/.年]\s?\d{{1,2}}[-/.月]\s?\d{{1,2}}日?.{{0,50}}$"
    )


@cache
def paragraph_tags() -> frozenset[str]:
    """The elements that a paragraph is made of, or that lie between it and the element that holds the article."""
    return frozenset(table("body")["paragraph_tags"])
