"""One run at a time for each job."""

import os
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

from scraper.crawl.ledger import now


class Held(Exception):
    """Another run of the job is under way; the message says which process."""


class RunLock:
    """Holds a lock file until ``release`` or the end of the process, however it ends.

    The kernel drops the lock with the process, so a file left behind by a killed run is taken over. What the file says
    (who, since when) is for people; nothing is concluded from it.
    """

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            flock(self._descriptor, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            holder = os.read(self._descriptor, 200).decode("utf-8", "replace").strip()
            os.close(self._descriptor)
            raise Held(
                f"{path} is held by {holder or 'another run'}: wait for it, or give another -a job=NAME"
            ) from None
        os.ftruncate(self._descriptor, 0)
        os.write(self._descriptor, f"process {os.getpid()} since {now()}\n".encode())

    def release(self) -> None:
        """Let the next run begin."""
        os.close(self._descriptor)
