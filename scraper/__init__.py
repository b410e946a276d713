"""Zhengwen 正文: clean articles from Chinese news pages."""

from scraper.cleaning import clean
from scraper.decoding import decode
from scraper.model import Article, Page, Rejected
from scraper.mojibake import repair, replay

__all__ = ["Article", "Page", "Rejected", "clean", "decode", "repair", "replay"]
