"""Answers that are no failure, and no page either: a server that puts its answer off (202) or has none (204).

Guards against crawlers answer so: what they let nobody read would be no article, for ever, and a list an empty one.
"""

from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError, HttpErrorMiddleware

from scraper.inputs.warc import WITHOUT_PAGE


class StatusMiddleware(HttpErrorMiddleware):
    """Scrapy's middleware, for which every status from 200 to 299 comes with a page."""

    def process_spider_input(self, response: Response) -> None:  # type: ignore[override]
        """Raise HttpError for a response without a page: it has failed, and can be tried again."""
        super().process_spider_input(response)
        if response.status in WITHOUT_PAGE:
            raise HttpError(response, "a status without a page")
