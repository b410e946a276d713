"""Which articles a run wants: by day of publication and by keyword."""

from dataclasses import dataclass
from datetime import date

from scraper.model import Article
from scraper.urls import day_in_url


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """``since`` and ``until`` are days, both included; ``keywords`` are looked for in title and text, any of them
    will do."""

    since: date | None = None
    until: date | None = None
    keywords: tuple[str, ...] = ()

    def objection(self, article: Article) -> str | None:
        """Why an article is not wanted; None where it is, or where its day is unknown.

        >>> Selection(since=date(2026, 11, 1)).objection(Article(title="", text="", published="2018-10-05"))
        'published 2018-10-05, before 2026-11-01'
        """
        day = _day(article.published)
        if day and self.since and day < self.since:
            return f"published {day}, before {self.since}"
        if day and self.until and day > self.until:
            return f"published {day}, after {self.until}"
        if self.keywords and not any(word in (article.title or "") or word in article.text for word in self.keywords):
            return f"none of {', '.join(self.keywords)}"
        return None

    def wants_url(self, url: str) -> bool:
        """Whether an article is worth fetching: False where its URL names a day outside the selection."""
        day = day_in_url(url)
        return day is None or not (self.too_old(day) or (self.until and day > self.until))

    def too_old(self, changed: date | None) -> bool:
        """Whether what was last changed on a day was published too early."""
        return bool(changed and self.since and changed < self.since)


def _day(published: str | None) -> date | None:
    try:
        return date.fromisoformat((published or "")[:10])
    except ValueError:
        return None
