"""Whether a run went well: what its exit code and its last line say."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from scraper.crawl.causes import CERTIFICATE
from scraper.crawl.ledger import Run

FAILED_SHARE = 0.5
"""Of the pages asked for, the share whose download may fail before the run counts as failed."""

EXPECTED_REASONS = ("finished", "limit", *(f"closespider_{what}" for what in ("timeout", "itemcount", "pagecount")))
"""The crawl was over, or came to an end that was asked for. Scrapy's other reasons are signs of trouble."""

ENOUGH_PAGES = 5
"""Article pages of a site below which nothing is concluded from their outcome."""

NAMED = 3
"""Sites that the last line names."""

REMEDIES = {
    "PrivateAddress": "if it is meant to be crawled, -s PRIVATE_ADDRESSES_ALLOWED=1 allows it",
    CERTIFICATE: "if you trust it all the same, -s DOWNLOAD_VERIFY_CERTIFICATES=0 fetches it",
}
"""By the cause of a failure, what can be done about it."""

Counts = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """An exit code (0 or 1) and the line that explains it."""

    code: int
    line: str


def judge(reason: str, counts: Counts, stats: Mapping[str, Any], past: list[Run]) -> Verdict:
    """Judge a finished run.

    ``reason`` is Scrapy's reason for closing, ``counts`` how many URLs of each host ended how, ``past`` the earlier
    runs of the job as the ledger keeps them.

    >>> judge("finished", {"example.org": {"article": 3}}, {}, []).code
    0
    >>> judge("finished", {"example.org": {"failed": 3}}, {"ledger/failed/HTTP 503": 3}, []).line
    'failed: none of 3 page(s) could be fetched (HTTP 503)'
    """
    total: Counter[str] = Counter()
    for count in counts.values():
        total.update(count)
    problems = [
        *(_download_problems(total, stats) or _unreachable_sites(counts, past)),
        *_code_problems(stats),
        *(problem for site, count in counts.items() for problem in _site_problems(site, count, past)),
    ]
    if reason not in EXPECTED_REASONS:
        problems.insert(0, f"the crawl was ended early ({reason})")
    if problems:
        return Verdict(code=1, line=f"failed: {'; '.join(problems)}")
    done = f"{total['article']} articles, {total['rejected']} rejected, {total['failed']} failed"
    if total["list"] and not total["links"]:
        done += "; no list named an article"
    if too_deep := stats.get("lists/too_deep"):
        done += f"; {too_deep} list(s) deeper than LIST_DEPTH were not visited"
    if left := stats.get("ledger/of_another_spider"):
        done += f"; {left} URL(s) of the job wait for the spider that found them"
    return Verdict(code=0, line=f"done: {done}")


def _download_problems(total: Counter[str], stats: Mapping[str, Any]) -> list[str]:
    refused = total["failed"] + total["forbidden"]
    if refused and refused == total.total() - total["absent"] - total["redirected"]:
        return [f"none of {refused} page(s) could be fetched ({_main_cause(stats)})"]
    asked = total["failed"] + total["article"] + total["rejected"] + total["list"] + total["skipped"]
    if not asked or total["failed"] / asked <= FAILED_SHARE:
        return []
    return [f"{total['failed']} of {asked} pages could not be fetched ({_main_cause(stats)})"]


def _unreachable_sites(counts: Counts, past: list[Run]) -> list[str]:
    """Sites of several whose lists led to articles before, and of which nothing at all could be fetched now."""
    gone = [
        site
        for site, count in counts.items()
        if count.get("failed", 0) + count.get("forbidden", 0) == sum(count.values()) and _links(site, past)
    ]
    others = f" and {len(gone) - NAMED} other(s)" if len(gone) > NAMED else ""
    return [f"nothing of {', '.join(gone[:NAMED])}{others} could be fetched"] if gone else []


def _main_cause(stats: Mapping[str, Any]) -> str:
    causes = {
        name.split("/", 2)[2]: count
        for name, count in stats.items()
        if name.startswith(("ledger/failed/", "ledger/forbidden/"))
    }
    main = max(causes, key=lambda cause: causes[cause], default="cause unknown")
    remedies = (remedy for cause, remedy in REMEDIES.items() if main.endswith(cause))
    return ": ".join([main, *remedies])


def _code_problems(stats: Mapping[str, Any]) -> list[str]:
    errors = {
        "spider_exceptions/count": "error(s) in the spider, see the log",
        "pipeline/errors": "error(s) in the pipelines, see the log",
        "clean/rejected/error": "page(s) that the cleaning failed on, see the log",
        "archive/unreadable": "file(s) or record(s) that could not be read, see the rejects",
    }
    return [f"{stats[name]} {what}" for name, what in errors.items() if stats.get(name)]


def _site_problems(site: str, count: Mapping[str, int], past: list[Run]) -> list[str]:
    """A site whose pages gave articles before and give none now has changed its layout, or serves us something else."""
    before = [run.sites[site] for run in past if site in run.sites]
    shares = [each.get("article", 0) / pages for each in before if (pages := _article_pages(each)) >= ENOUGH_PAGES]
    if shares and _article_pages(count) >= ENOUGH_PAGES and not count.get("article") and median(shares) > 0.5:
        return [
            f"{site} gave no article from {_article_pages(count)} pages; before, {median(shares):.0%} were articles"
        ]
    if count.get("list") and not count.get("links") and (links := _links(site, past)):
        return [f"the lists of {site} named no article; before, {links:.0f} a run"]
    return []


def _links(site: str, past: list[Run]) -> float:
    """How many articles the lists of a site used to name in a run; 0 where they are too few to tell."""
    links = [run.sites[site].get("links", 0) for run in past if run.sites.get(site, {}).get("list")]
    return found if links and (found := median(links)) >= ENOUGH_PAGES else 0


def _article_pages(count: Mapping[str, int]) -> int:
    return count.get("article", 0) + count.get("rejected", 0) + count.get("skipped", 0)
