"""``python -m scraper`` is the command ``scraper``."""

import sys

from scraper.cli import main

if __name__ == "__main__":
    sys.exit(main())
