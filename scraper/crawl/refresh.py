"""``<meta http-equiv="refresh">`` and the scripts that old sites use instead: a page that only leads on is a redirect,
one that keeps itself fresh is a page.

How long a page may wait before it leads on is the setting METAREFRESH_MAXDELAY.
"""

import re

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware
from scrapy.http import HtmlResponse, Response

from scraper.crawl.journal import ledger_url
from scraper.crawl.links import absolute_url

STUB = 4096
"""Bytes; a page that holds more does more than lead on."""
STUB_TEXT = 40
"""Characters that such a page may show: that one is taken on, and where to click if not."""
SCRIPT = re.compile(r"<!--.*?-->|<script\b[^>]*>(.*?)</script>|\bonload\s*=\s*\"([^\"]*)\"", re.DOTALL | re.IGNORECASE)
HIDDEN = re.compile(r"<!--.*?-->|<(script|style|title|noscript)\b.*?</\1>|<[^>]*>|\s+", re.DOTALL | re.IGNORECASE)
LEADS_ON = re.compile(
    r"\blocation(?:\.href)?\s*=\s*([\"'])(?P<set>[^\"'\s]+)\1(?!\s*\+)"
    r"|\blocation\.(?:replace|assign)\(\s*([\"'])(?P<called>[^\"'\s]+)\3\s*\)"
)
UNDECIDED = re.compile(r"\bif\s*\(|&&|\|\||\?|\bcookie\b|\bnavigator\b")
"""A script that leads some readers on, or after it has left them a cookie."""
COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)


class RefreshMiddleware(MetaRefreshMiddleware):
    """Scrapy's middleware, which knows no scripts, would fetch a page that names itself again and again, and lose one
    that names no web address."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """The request for another page that the response leads to, or the response."""
        try:
            answer = super().process_response(request, response)
        except ValueError:
            return response
        stub = answer is response and isinstance(response, HtmlResponse) and len(response.body) <= STUB
        reference = led_on_to(response.text) if stub and not request.meta.get("dont_redirect") else None
        if target := reference and absolute_url(response.url, reference):
            answer = self._redirect(self._redirect_request_using_get(request, response, target), request, "script")
        return response if ledger_url(answer.url) == ledger_url(request.url) else answer


def led_on_to(page: str) -> str | None:
    """Where the script of a page that shows next to nothing takes every reader; None for any other page.

    >>> led_on_to("<script>window.location.href = '/index.shtml';</script>正在进入")
    '/index.shtml'
    >>> led_on_to("<script>if (isMobile()) location.replace('http://m.example.cn/')</script>") is None
    True
    """
    if len(HIDDEN.sub("", page)) > STUB_TEXT:
        return None
    scripts = (COMMENT.sub("", found[1] or found[2] or "") for found in SCRIPT.finditer(page))
    leading = [script for script in scripts if LEADS_ON.search(script)]
    targets = {found["set"] or found["called"] for script in leading for found in LEADS_ON.finditer(script)}
    undecided = any(UNDECIDED.search(LEADS_ON.sub("", script)) for script in leading)
    return targets.pop() if len(targets) == 1 and not undecided else None
