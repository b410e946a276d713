"""Is a page that gave no article nothing but spam?"""

from scraper.model import Article, Document, Reason, Rejected
from scraper.spam.rules import lines as rule_lines
from scraper.spam.stripping import SPAM, strip

SHARE = 0.5
"""At least this share of the characters that a reader sees must be spam."""


def rejection(document: Document) -> Rejected | None:
    """Why the page is spam, None where it is not: asked only of pages in which no article was found.

    Hidden blocks do not count: a page that hides spam is a victim, and whatever it shows is its own.

    >>> from scraper.model import Block
    >>> words = "游戏下载大全 免费在线小说 最新免费电影 手机铃声 在线游戏 最新小说下载 电影大全 铃声下载"
    >>> rejection(Document(url=None, blocks=(Block(text=words.replace(" ", "|")),))).reason.value
    'spam'
    >>> rejection(Document(url=None, blocks=(Block(text="首页"), Block(text="国内新闻"))))
    """
    is_container = rule_lines("container").search
    foreign = [False] * (len(document.labels) + 1)  # the last is for -1, no element
    for number, (label, parent) in enumerate(zip(document.labels, document.parents, strict=True)):
        foreign[number] = foreign[parent] or is_container(label)
    own, spam = [], 0
    for block in document.blocks:
        if block.hidden:
            continue
        if foreign[block.element]:
            spam += len(block.text)
        else:
            own.append(block.text)
    total = spam + sum(map(len, own))
    found = strip(Article(title=None, text="\n".join(own), url=document.url))
    if isinstance(found, Rejected):
        return found
    spam += sum(len(removal.text) for removal in found.removed if removal.rule in SPAM)
    if not total or spam < SHARE * total:
        return None
    detail = f"{spam} of {total} characters are lists foreign to the page"
    return Rejected(url=document.url, reason=Reason.SPAM, detail=detail)
