"""``<meta http-equiv="refresh">``: a page that only leads on is a redirect, one that keeps itself fresh is a page.

How long a page may wait before it leads on is the setting METAREFRESH_MAXDELAY.
"""

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware
from scrapy.http import Response

from scraper.crawl.journal import ledger_url


class RefreshMiddleware(MetaRefreshMiddleware):
    """Scrapy's middleware, which would fetch a page that names itself again and again, and lose one that names no web
    address."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """The request for another page that the response leads to, or the response."""
        try:
            answer = super().process_response(request, response)
        except ValueError:
            return response
        return response if ledger_url(answer.url) == ledger_url(request.url) else answer
