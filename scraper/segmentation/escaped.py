"""Articles that a page keeps as text, markup and all, in a ``textarea``, for a script to show."""

from dataclasses import replace

from scraper.model import Document


def in_front(article: Document, page: Document) -> Document:
    """The page with an article in front of its own blocks, where it has more to say than they have outside links.

    >>> from scraper.model import Block
    >>> def one(text, label):
    ...     return Document(url=None, blocks=(Block(text=text, element=0),), labels=(label,), parents=(-1,))
    >>> article, page = one("新桥昨天上午正式通车。", "p"), one("版权所有", "div")
    >>> joined = in_front(article, page)
    >>> [(block.text, joined.labels[block.element]) for block in joined.blocks]
    [('新桥昨天上午正式通车。', 'p'), ('版权所有', 'div')]
    >>> in_front(page, article) is article
    True
    """
    if _unlinked(article) <= _unlinked(page):
        return page
    elements, blocks = len(article.labels), len(article.blocks)
    moved = (replace(block, element=block.element + elements) if block.element >= 0 else block for block in page.blocks)
    return replace(
        page,
        blocks=(*article.blocks, *moved),
        labels=article.labels + page.labels,
        parents=(*article.parents, *(number + elements if number >= 0 else -1 for number in page.parents)),
        references=(*article.references, *(replace(one, before=one.before + blocks) for one in page.references)),
    )


def _unlinked(document: Document) -> float:
    """Characters of a page outside its links."""
    return sum(len(block.text) * (1.0 - block.link_share) for block in document.blocks)
