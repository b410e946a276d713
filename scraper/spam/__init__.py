"""Article -> article without spam and without the lines that are not its own; and pages that are nothing but spam.

Each family of spam has one structural test; single lines are named by the rows in ``data/spam/``. What is removed stays
on the article.
"""

from scraper.spam.page import rejection
from scraper.spam.stripping import strip

__all__ = ["rejection", "strip"]
