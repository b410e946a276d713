"""A crawl without any service on several machines: each takes its part of the sites."""

import hashlib
import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """The ``number``-th of ``of`` parts, counted from 1.

    Which part a site belongs to depends on its name alone: on every machine, in every run, whatever other sites there
    are. So a site's state stays where it is when sites are added; it moves when ``of`` changes. Parts are even over
    many sites, not over few.
    """

    number: int = 1
    of: int = 1

    @classmethod
    def parse(cls, text: str) -> "Part":
        """Read ``3/16``. Raises ValueError, saying what to give, for anything else.

        >>> Part.parse("3/16")
        Part(number=3, of=16)
        """
        found = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", text)
        if not found or not 1 <= int(found[1]) <= int(found[2]):
            raise ValueError("give a part and how many there are, as 3/16")
        return cls(int(found[1]), int(found[2]))

    def holds(self, site: str) -> bool:
        """Whether a site, by its name or host, belongs to this part.

        >>> [Part(number, 3).holds("people.com.cn") for number in (1, 2, 3)]
        [False, False, True]
        """
        digest = hashlib.sha256(site.encode("utf-8", "surrogatepass")).digest()
        return int.from_bytes(digest[:8]) % self.of == self.number - 1

    def __str__(self) -> str:
        return f"{self.number}of{self.of}"
