"""A worker process with a pipe to it and one back.

Nothing is shared among workers: one that is killed leaves no lock held and no message of another's half-read.
"""

import errno
import logging
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any, NamedTuple

PIPE = 1 << 20
"""Bytes that a pipe is made to hold: as many as the system grants to anyone."""
SLACK = 8 * 4096
"""Bytes of a pipe that its messages may leave empty, as each write may start a new page of memory."""
PRELOADED = "scraper.batch.preloaded"
TOO_LONG = "its path is too long for the sockets of workers, name another folder in TMPDIR"

Function = Callable[[Any], Any]


class Process(NamedTuple):
    """A running worker: what is written to ``tasks`` it answers on ``answers``.

    ``room``: bytes of messages that may wait in ``tasks`` without holding up who writes them.
    """

    process: BaseProcess
    tasks: Connection
    answers: Connection
    room: int


def prepare() -> None:
    """Start to load what workers need, which takes a second, and do not wait for it.

    Raises OSError where the folder for temporary files has no room for a socket, or too long a path.
    """
    if sys.platform == "linux":
        with _no_interrupt():
            _context()
            try:
                forkserver.ensure_running()
            except OSError as error:
                if error.errno is None:  # the path of the socket is too long
                    raise OSError(errno.ENAMETOOLONG, TOO_LONG, tempfile.gettempdir()) from error
                raise


def start(function: Function) -> Process:
    """A worker that answers each task twice: None when it begins, then ``(True, function(task))``, or ``(False, the
    exception)``. Without the first one could not tell what it died on from what it never got to.
    """
    context = _context()
    given, tasks = context.Pipe(duplex=False)
    answers, found = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(function, given, found), daemon=True)  # type: ignore[attr-defined]
    with _no_interrupt():
        process.start()
    given.close()  # so that the worker's ends of the pipes are the only ones, and its death is seen
    found.close()
    return Process(process, tasks, answers, _enlarged(tasks))


def _context() -> BaseContext:
    """How workers start. Not forked from this process, whose threads, locks and files they would inherit: from a server
    of their own, which has loaded what they need.
    """
    if sys.platform != "linux":  # elsewhere, system libraries do not survive a fork
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([PRELOADED])
    return context


@contextmanager
def _no_interrupt() -> Iterator[None]:
    """Processes that start meanwhile are not reached by Ctrl-C, which their parent handles.

    The mask does its work where the parent has no other threads, as those of numpy would be.
    """
    resource_tracker.ensure_running()  # here, because it unblocks SIGINT when it starts
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def _enlarged(tasks: Connection) -> int:
    if sys.platform != "linux":
        return 0
    from fcntl import F_GETPIPE_SZ, F_SETPIPE_SZ, fcntl

    with suppress(PermissionError):  # this user's pipes hold much already
        fcntl(tasks.fileno(), F_SETPIPE_SZ, PIPE)
    return int(fcntl(tasks.fileno(), F_GETPIPE_SZ)) - SLACK


def _work(function: Function, tasks: Connection, answers: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    logging.getLogger("scraper").addHandler(logging.NullHandler())  # the reject says it; no traceback on the terminal
    threading.Thread(target=_end_with_parent, daemon=True).start()
    import_module(PRELOADED)  # where it was not
    with suppress(EOFError, BrokenPipeError):  # nobody is there any more
        while True:
            task = tasks.recv()
            answers.send(None)
            try:
                answer = True, function(task)
            except Exception as error:
                answer = False, error
            answers.send(answer)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
