"""White space as a reader sees it: nothing at the ends, one space inside, no invisible characters."""

import re
from dataclasses import replace

from scraper.model import Document

# In UTF-8 or GBK read as windows-1252 or Latin-1, what looks like a space or a soft hyphen is a byte of a character.
_FOLLOWING = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_SPACE = f"\u00a0(?<![\u00c0-\u00ff].)(?<![\u00e0-\u00ef][{_FOLLOWING}].)"
_HYPHEN = f"\u00ad(?<![\u00a1-\u00ff].)(?<![\u00e0-\u00ef][{_FOLLOWING}].)"
_BYTE = re.compile(f"[\u00c0-\u00ff]\u00a0|[\u00e0-\u00ef][{_FOLLOWING}]\u00a0")

# Arabic, Indic and Mongolian letters are joined or kept apart by them, emoji joined.
_LETTERS = "\u0600-\u08ff\u0900-\u0dff\u1800-\u18af"
_EMOJI = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
_JOINER = f"\u200d(?:(?<![{_LETTERS}{_EMOJI}].)|(?![{_LETTERS}{_EMOJI}]))"
_NON_JOINER = f"\u200c(?:(?<![{_LETTERS}].)|(?![{_LETTERS}]))"

_INVISIBLE = re.compile(f"[\u200b\u2060\ufeff]|{_HYPHEN}|{_JOINER}|{_NON_JOINER}")
_BLANK = re.compile(f"(?:[ \t\n\r\f\v\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]|{_SPACE})+")
_RARE = re.compile("[\x1c-\x1f\x85\u200b-\u200d\u2060\ufeff\u00ad]")


def squeeze(text: str) -> str:
    """The text with each run of white space as one space.

    What in damaged text is a byte of a character stays: control characters that ``str.split`` takes for white space,
    and no-break spaces and soft hyphens right after letters that such text is made of. Squeeze again after the repair.

    >>> squeeze("\\u3000\\u3000第一段 \\xa0 \\u200b。\\n"), squeeze("a\\x85b"), squeeze("é\\x99\\xa0 \\xa0。")
    ('第一段 。', 'a\\x85b', 'é\\x99\\xa0 。')
    """
    if text.isprintable() or not (_RARE.search(text) or ("\xa0" in text and _BYTE.search(text))):
        return " ".join(text.split())  # none of the rare ones is printable
    return _BLANK.sub(" ", _INVISIBLE.sub("", text)).strip(" ")


def has_bytes(text: str) -> bool:
    """Whether ``squeeze`` may have left something in ``text`` for the repair: a fast look."""
    return "\xa0" in text or "\xad" in text


def squeeze_document(document: Document) -> Document:
    """The document after the repair: what is white space now becomes one space, also what ``squeeze`` had spared."""
    return replace(
        document,
        blocks=tuple(
            replace(block, text=_settled(block.text), apart=block.apart and _settled(block.apart))
            for block in document.blocks
        ),
        metadata=tuple((name, _settled(value)) for name, value in document.metadata),
        references=tuple(replace(reference, text=_settled(reference.text)) for reference in document.references),
    )


def _settled(text: str) -> str:
    return squeeze(text.replace("\xa0", " ").replace("\xad", "")) or text
