"""The images of an article, with their captions."""

import re
from urllib.parse import urljoin

from scraper.extraction.alone import is_caption
from scraper.extraction.body import Body
from scraper.model import Document, Image

_NO_PICTURE = re.compile(
    r"logo|icon|(?:^|[/_-])(?:ad|ads|share|btn|button|blank|spacer|loading|pixel|1x1|qrcode|ewm|dot|arrow)s?[._/-]|\\.gif(?:\\?|$)|[?&]w=1&",
    re.I,
)
_LONGEST_CAPTION = 100


def images(document: Document, body: Body) -> tuple[Image, ...]:
    """The images that stand inside the article's container, between its first block and the line after its last.

    The caption is that which follows the image, else what the image's ``alt`` says where that is a phrase.
    """
    if not body.indices or body.container is None:
        return ()
    first, last = body.indices[0], body.indices[-1]
    base = urljoin(document.url or "", next((value for name, value in document.metadata if name == "base"), ""))
    found: dict[str, Image] = {}
    for one in document.references:
        if one.kind != "image" or body.container not in one.nodes or not first - 3 <= one.before <= last + 1:
            continue
        if _NO_PICTURE.search(one.url):
            continue
        try:
            url = urljoin(base, one.url)
        except ValueError:  # an address that is no URL
            continue
        following = document.blocks[one.before] if one.before < len(document.blocks) else None
        caption = following.text if following and is_caption(following) else one.text
        found.setdefault(url, Image(url=url, caption=caption if 4 <= len(caption) <= _LONGEST_CAPTION else None))
    return tuple(found.values())
