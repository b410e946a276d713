"""Bytes to text, in the encoding they are in, with the evidence for it."""

from scraper.decoding.binary import looks_binary
from scraper.decoding.decide import decode

__all__ = ["decode", "looks_binary"]
