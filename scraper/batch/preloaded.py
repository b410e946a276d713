"""Loads, when it is imported, what every page needs: the code, the language model and the tables.

The server that workers are forked from imports it, so that they share it all and start at once.
"""

import gc

from scraper.cleaning import clean
from scraper.model import Page

clean(Page(url=None, body="<p>正文</p>".encode()))
gc.freeze()  # the garbage collector writes to all that it walks, which would give each worker a copy of its own
