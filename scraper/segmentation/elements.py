"""What each element of HTML does to the text in it and around it."""

BLOCK, LINES, ITEM, INLINE, BREAK, LINK, IMAGE, SKIP, RAW, META = range(10)
_TAGS = {
    LINES: "listing plaintext pre xmp",
    ITEM: "li",
    INLINE: "abbr acronym amp-anim b bdi bdo big blink button cite code data del dfn em font i input ins kbd label"
    " mark nobr q rb rp rt ruby s samp small span strike strong sub sup time tt u var wbr",
    BREAK: "br hr",
    LINK: "a",
    IMAGE: "amp-img img",
    SKIP: "applet audio canvas datalist embed iframe map math noembed noframes noscript object select svg template"
    " video",
    RAW: "script style textarea",
    META: "base link meta title",
}
KINDS = {tag: kind for kind, tags in _TAGS.items() for tag in tags.split()}
"""What an element does to the text: any that is not named here begins and ends a block."""
