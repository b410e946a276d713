"""Articles in several pages: the pages after the first are fetched and cleaned together with it."""

from collections.abc import Awaitable, Callable

from scraper.model import Article, Page, Rejected

MAX_PAGES = 30
"""Longer chains are more likely a calendar or a picture gallery than an article."""


class Unfetched(Exception):
    """A later page cannot be had for the moment: the article is to be tried again, as a whole."""


Clean = Callable[..., Awaitable[Article | Rejected]]
Fetch = Callable[[str], Awaitable[Page | None]]


async def clean_whole(page: Page, clean: Clean, fetch: Fetch) -> Article | Rejected:
    """Clean a page with those that follow it.

    ``fetch`` gives None for a page that is not to be had: the article then ends there, as does a chain that turns back
    on itself. Raises what it raises, Unfetched above all.
    """
    found = await clean(page)
    following: list[Page] = []
    seen = {page.url}
    last = found
    while isinstance(last, Article) and last.next_page and last.next_page not in seen and len(seen) < MAX_PAGES:
        seen.add(last.next_page)
        next_page = await fetch(last.next_page)
        if next_page is None:
            break
        following.append(next_page)
        last = await clean(next_page)
    return await clean(page, *following) if following else found
