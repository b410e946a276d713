"""No crawl into the machine's own network: a link or a redirect may name a loopback or private address.

The check is on the address that a name resolved to, so it also sees ``0x7f.1``, ``2130706433`` and a public name that
points inside. It does not see what a proxy or another download handler resolves: ``unguarded`` names such settings.
"""

from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.resolver import CachingThreadedResolver
from scrapy.settings import BaseSettings
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred, succeed
from twisted.internet.error import DNSLookupError

EMBEDDED_HOST = "embedded-site.invalid"
"""The name under which the crawl reaches its own server, and nothing else can: no name below ``.invalid`` resolves."""


class PrivateAddress(IgnoreRequest):
    """A host that resolves to an address which is not on the public internet."""


class PublicResolver(CachingThreadedResolver):
    """Scrapy's resolver, which refuses addresses that are not global unless PRIVATE_ADDRESSES_ALLOWED is set.

    ``refused`` gives the address of every name that was. To Twisted such a name does not exist: any other error than
    that it would log as a defect.
    """

    def __init__(self, reactor: ReactorBase, cache_size: int, timeout: float) -> None:
        super().__init__(reactor, cache_size, timeout)
        self.private_allowed = False
        self.refused: dict[str, str] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        resolver = super().from_crawler(crawler, reactor)
        resolver.private_allowed = crawler.settings.getbool("PRIVATE_ADDRESSES_ALLOWED")
        return resolver

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> "Deferred[str]":
        """Resolve a name; fails with DNSLookupError where there is no address, or none that is allowed."""
        if name == EMBEDDED_HOST:
            return succeed("127.0.0.1")
        return super().getHostByName(name, timeout).addCallback(self._check, name)

    def _check(self, address: str, name: str) -> str:
        if self.private_allowed or is_public(address):
            return address
        self.refused[name] = address
        raise DNSLookupError(f"{name} is at {address}, a private address")


def is_public(address: str) -> bool:
    """Whether an address is one of the public internet.

    >>> [is_public(each) for each in ("93.184.216.34", "127.0.0.1", "10.1.2.3", "169.254.169.254", "224.0.0.1")]
    [True, False, False, False, False]
    """
    parsed = ip_address(address)
    return parsed.is_global and not parsed.is_multicast


class PrivateAddressMiddleware:
    """Says why a name was refused, and keeps the request from being tried again."""

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Turn the failed lookup of a refused name into PrivateAddress."""
        from twisted.internet import reactor

        refused: dict[str, str] = getattr(reactor.resolver, "refused", {})
        name = urlparse_cached(request).hostname or ""
        if isinstance(exception, CannotResolveHostError) and name in refused:
            raise PrivateAddress(f"{name} is at {refused[name]}, a private address (PRIVATE_ADDRESSES_ALLOWED)")


def unguarded(settings: BaseSettings) -> str | None:
    """Why private addresses could not be refused under these settings; None where they can, or are allowed."""
    if settings.getbool("PRIVATE_ADDRESSES_ALLOWED"):
        return None
    handlers: dict[str, Any] = {**settings.getdict("DOWNLOAD_HANDLERS_BASE"), **settings.getdict("DOWNLOAD_HANDLERS")}
    other = [name for scheme in ("http", "https") if "http11" not in (name := str(handlers.get(scheme)))]
    if other or settings.getbool("HTTPPROXY_ENABLED"):
        cause = f"the download handler {other[0]}" if other else "a proxy (HTTPPROXY_ENABLED)"
        return f"with {cause} private addresses cannot be refused; allow them with -s PRIVATE_ADDRESSES_ALLOWED=1"
    return None
