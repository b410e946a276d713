"""White space as a reader sees it: nothing at the ends, one space inside, no invisible characters."""

import re

_INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad]+")
_BLANK = re.compile("[ \t\n\r\f\v\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_RARE = re.compile("[\x1c-\x1f\x85\u200b-\u200d\u2060\ufeff\u00ad]")


def squeeze(text: str) -> str:
    """The text with each run of white space as one space.

    Control characters that ``str.split`` takes for white space stay: in damaged text they are bytes of characters.

    >>> squeeze("\\u3000\\u3000第一段 \\xa0 \\u200b。\\n"), squeeze("a\\x85b")
    ('第一段 。', 'a\\x85b')
    """
    if text.isprintable() or not _RARE.search(text):  # none of the rare ones is printable
        return " ".join(text.split())
    return _BLANK.sub(" ", _INVISIBLE.sub("", text)).strip(" ")
