"""How a command ends."""

import errno
from enum import IntEnum

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Exit(IntEnum):
    """The exit codes."""

    DONE = 0
    INCOMPLETE = 1
    """Some input or record could not be read or is not valid, or the disk is full: the last line says what."""
    NOTHING_DONE = 2
    LOCKED = 3
    INTERRUPTED = 130
    READER_GONE = 141
    TERMINATED = 143


class Stop(Exception):
    """Ends the command with a code, after one line on standard error."""

    def __init__(self, code: Exit, message: str) -> None:
        super().__init__(message)
        self.code = code


def unwritten(output: str, error: OSError, kept: str) -> Stop:
    """The end of a command that could not go on writing; ``kept`` says what there is."""
    remedy = "make room and give" if error.errno in FULL else "give"
    where = error.filename or ("standard output" if output == "-" else output)
    return Stop(Exit.INCOMPLETE, f"{where}: {error.strerror}: {kept}; {remedy} the same command again")


class Terminated(BaseException):
    """SIGTERM came. Like KeyboardInterrupt, it is no Exception: nothing but the end of the command may catch it."""
