"""How a command ends."""

from enum import IntEnum


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


class Terminated(BaseException):
    """SIGTERM came. Like KeyboardInterrupt, it is no Exception: nothing but the end of the command may catch it."""
