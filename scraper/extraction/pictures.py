"""The images of an article, with their captions."""

import re

from scraper.extraction.addresses import absolute, base_of
from scraper.extraction.alone import is_caption
from scraper.extraction.body import Body
from scraper.extraction.outline import Outline
from scraper.model import Document, Image

_NO_PICTURE = re.compile(
    r"logo|icon|(?:^|[/_-])(?:ad|ads|share|btn|button|blank|spacer|loading|pixel|1x1|qr|qrcode|ewm|erweima|weixin|wechat|avatar|emoji|emoticon|face|smiley|dot|arrow)s?[._/-]|[?&]w=1&"
)
_LONGEST_CAPTION = 100


def images(document: Document, outline: Outline, body: Body) -> tuple[Image, ...]:
    """The images that stand right before or after a block of the article.

    The caption is that which follows the image, else what the image's ``alt`` says where that is a phrase.
    """
    chosen = set(body.indices)
    base = base_of(document)
    found: dict[str, Image] = {}
    for one in document.references:
        near = one.before in chosen or one.before - 1 in chosen or one.before + 1 in chosen
        if one.kind != "image" or not near or _NO_PICTURE.search(one.url.lower()):
            continue
        if (url := absolute(base, one.url)) is None:
            continue
        follows = one.before < len(document.blocks) and is_caption(outline, one.before)
        caption = document.blocks[one.before].text if follows else one.text
        found.setdefault(url, Image(url=url, caption=caption if 4 <= len(caption) <= _LONGEST_CAPTION else None))
    return tuple(found.values())
