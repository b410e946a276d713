"""What a page says of hidden text: the styles of its elements, and the classes that its style sheets hide."""

import re

_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
_FAR_OFF = re.compile(r"-\d{4}")
_OFF_SCREEN = re.compile(r"(?:left|top|indent)\s*:\s*-\d{4}")
_SHRUNK = re.compile(r"font-size\s*:\s*0(?:px|pt|em)?\s*(?:;|!|$)")
_HIDING_RULE = re.compile(r"display\s*:\s*none")
_ONE_CLASS = re.compile(r"\s*(?:\w+)?[.]([\w-]+)\s*")


def hides(style: str) -> bool:
    """Whether a style hides its element.

    >>> hides("DISPLAY: none"), hides("text-indent: -9999px"), hides("margin-left: -90px; overflow: hidden")
    (True, True, False)
    """
    style = style.lower()
    if ("none" in style or "hidden" in style) and _HIDDEN.search(style):  # few styles get as far as the expression
        return True
    return _FAR_OFF.search(style) is not None and _OFF_SCREEN.search(style) is not None


def hides_inline(style: str) -> bool:
    """The same of a paragraph or an element inside a line, where a size of nothing hides as well.

    On any other block it does not: its children set theirs.

    >>> hides_inline("font-size:0"), hides_inline("font-size: 0.5em")
    (True, False)
    """
    return hides(style) or _SHRUNK.search(style.lower()) is not None


def hidden_classes(style: str) -> frozenset[str]:
    """The classes that a style sheet hides outright.

    >>> sorted(hidden_classes(".a, .b { color: red; display:none } .c .d { display: none } .e {display:block}"))
    ['a', 'b']
    """
    found: set[str] = set()
    for declaration in _HIDING_RULE.finditer(style):
        opened = style.rfind("{", max(0, declaration.start() - 400), declaration.start())
        if opened > 0 and style.find("}", opened, declaration.start()) < 0:
            begun = style.rfind("}", max(0, opened - 400), opened)
            selectors = style[max(begun + 1, opened - 400) : opened].split(",")
            found.update(match[1] for one in selectors if (match := _ONE_CLASS.fullmatch(one)))
    return frozenset(found)
