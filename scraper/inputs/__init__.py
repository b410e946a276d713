"""Files, folders, WARC, WET, JSONL and standard input as pages.

``sources`` finds what can be read; ``pages`` reads it: one ``Page`` or, where a record cannot be read, one ``Rejected``
each, in a fixed order. No record is lost without a word, and none can stop those after it.
"""

from scraper.inputs.reading import pages
from scraper.inputs.record import MAX_PAGE, Fields, Meter
from scraper.inputs.sources import Source, sources

__all__ = ["MAX_PAGE", "Fields", "Meter", "Source", "pages", "sources"]
