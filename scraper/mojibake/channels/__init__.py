"""The kinds of damage that can be undone.

Adding one is adding one file: every module here that has ``CHANNELS``, a tuple of channels, is found.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from scraper.mojibake.channels.channel import Channel
from scraper.mojibake.scan import Sign


@cache
def channels() -> tuple[Channel, ...]:
    """All channels, in the order of their files' names; the order does not matter to the repair."""
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    return tuple(channel for module in modules for channel in getattr(module, "CHANNELS", ()))


@cache
def channels_for(signs: Sign) -> tuple[Channel, ...]:
    """The channels that may have been at work where the scan has seen ``signs``."""
    return tuple(channel for channel in channels() if channel.signs & signs)
