"""What an article carries besides its own words: provenance, identity, and the signals that filters use."""

import hashlib
import math
import re
import unicodedata
from collections import Counter
from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scraper import language_model
from scraper.model import Article, Decoded, Page, RepairCount, Repaired

if TYPE_CHECKING:
    from tldextract import TLDExtract

_HAN = r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
HAN = re.compile(f"{_HAN}{_HAN}*")
"""A run of them; ``re`` skips to the first of a set, and to no repeated one."""
CONTENT = re.compile(r"\w+")


def provenance(article: Article, page: Page, decoded: Decoded, repaired: Repaired) -> Article:
    """``article`` with where its page came from and how it was read."""
    url = article.canonical_url or (page.url.partition("#")[0] if page.url else None)
    counts = Counter(step.channel for step in repaired.steps)
    return replace(
        article,
        id=identifier(url or article.text),
        url=page.url,
        page_urls=(page.url,) if page.url else (),
        site=site(url),
        fetched=page.fetched,
        encoding=decoded.encoding,
        lossy=decoded.lossy,
        damage=repaired.damage,
        repairs=tuple(RepairCount(channel=channel, count=counts[channel]) for channel in sorted(counts)),
        extra=page.extra,
    )


def signals(article: Article) -> Article:
    """``article`` with everything that is computed from its text: counts, shares, perplexity, content hash."""
    text = article.text
    characters = sum(map(len, text.split()))
    han = sum(map(len, HAN.findall(text)))
    removed = sum(len(removal.text) for removal in article.removed)
    return replace(
        article,
        characters=characters,
        paragraphs=text.count("\n") + 1 if text else 0,
        han_share=round(han / characters, 4) if characters else 0.0,
        removed_share=round(removed / (removed + len(text)), 4) if removed or text else 0.0,
        perplexity=perplexity(text),
        content_hash=content_hash(text),
    )


def perplexity(text: str) -> float | None:
    """How surprising the text is to the language model, by its bigrams: about 80 for news, thousands for garbage.

    The trigrams would cost four times as much for every page. None where there is no text.
    """
    costs = language_model.load().bigram_costs(text)
    return round(math.exp(int(costs.sum()) / len(costs) / language_model.UNITS_PER_NAT), 1) if text else None


def identifier(key: str) -> str:
    """A stable id that no loader takes for a number.

    >>> identifier("http://www.example.cn/a.html")
    'ac1ca991436b8f027fb508546e4157970'
    """
    return "a" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def content_hash(text: str) -> str:
    """The hash of the letters and digits of ``text`` after NFKC: the same for copies that differ in layout or
    punctuation width.

    >>> content_hash("他说：“好。”") == content_hash("他说:\\n　“好”")
    True
    """
    content = "".join(CONTENT.findall(text)).replace("_", "")
    words = unicodedata.normalize("NFKC", content).casefold()
    return "sha256:" + hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _suffixes() -> "TLDExtract":
    from tldextract import TLDExtract  # brings requests along: slow to import

    return TLDExtract(suffix_list_urls=(), cache_dir=None)  # the list that ships with the library: no network, no disk


def site(url: str | None) -> str | None:
    """The registrable host of ``url``, or its host where none is registered (an address, a machine's name).

    >>> site("http://politics.people.com.cn/n1/2018/1005/c1001.html")
    'people.com.cn'
    """
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        return None
    return _registrable(host) if host else None


@lru_cache(maxsize=4096)
def _registrable(host: str) -> str:
    """A crawl has few hosts and many pages of each."""
    return _suffixes()(host).top_domain_under_public_suffix or host
