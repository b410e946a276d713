"""Tasks on worker processes. A worker that dies, or takes too long, costs the task it is at and no other.

There are no threads here: what workers have answered is taken, and what they need is given, in ``schedule`` and
``wait``.
"""

import pickle
import time
from collections import deque
from collections.abc import Callable
from multiprocessing.connection import wait
from typing import Any, Generic, TypeVar

from scraper.processes import start

AT_ONCE = 3
"""Tasks given to a worker: one to do and those after it, so that it need not wait for them."""

T = TypeVar("T")
R = TypeVar("R")


class Died(Exception):
    """The worker ended in the middle of a task."""

    def __init__(self, exitcode: int | None) -> None:
        super().__init__(f"exit code {exitcode}")
        self.exitcode = exitcode


class Task(Generic[T, R]):
    """What a worker has to do, ``given``; once it is ``done``, what came of it."""

    def __init__(self, given: T) -> None:
        self.given = given
        self.message = pickle.dumps(given, pickle.HIGHEST_PROTOCOL)
        self.done = False
        self._value: R
        self._error: Exception | None = None

    def finish(self, succeeded: bool, value: Any) -> None:
        """It is done: ``value`` is what was returned, or the exception."""
        self.done = True
        del self.message  # it may wait long for those before it
        if succeeded:
            self._value = value
            del self.given
        else:
            self._error = value

    def result(self) -> R:
        """What the function returned. Raises what it raised; ``Died``; TimeoutError."""
        if self._error:
            raise self._error
        return self._value


class Pool(Generic[T, R]):
    """Up to so many workers, started when there is something to do. ``patience``: seconds for a task."""

    def __init__(self, workers: int, function: Callable[[T], R], patience: float) -> None:
        self.most = workers
        self._function = function
        self._patience = patience
        self._workers: list[_Worker] = []
        self._queue: deque[Task[T, R]] = deque()

    @property
    def hungry(self) -> bool:
        """Whether one more task would be given to a worker at once."""
        spare = len(self._workers) < self.most or any(len(worker.tasks) < AT_ONCE for worker in self._workers)
        return spare and not self._queue

    def schedule(self, given: T, first: bool = False) -> Task[T, R]:
        """A new task, which is done after all others or before them."""
        task: Task[T, R] = Task(given)
        if first:
            self._queue.appendleft(task)
        else:
            self._queue.append(task)
        self._deal()
        return task

    def wait(self) -> None:
        """Until something has happened to a task; there must be one that is not done."""
        deadline = min(worker.deadline for worker in self._workers if worker.tasks)
        ready = wait([worker.answers for worker in self._workers], max(deadline - time.monotonic(), 0))
        for worker in self._workers.copy():
            if worker.answers in ready:
                self._listen(worker)
            elif worker.tasks and worker.deadline <= time.monotonic():
                self._give_up(worker, TimeoutError())
        self._deal()

    def close(self) -> None:
        """End all workers."""
        while self._workers:
            self._workers.pop().end()

    def _deal(self) -> None:
        while self._queue:
            worker = self._least_busy()
            try:
                if not worker.takes(self._queue[0]):
                    return
            except BrokenPipeError:  # it has died meanwhile, before this task; what it had answered counts
                while worker in self._workers:
                    self._listen(worker)
            else:
                self._queue.popleft()

    def _least_busy(self) -> "_Worker":
        least = min(self._workers, key=lambda worker: len(worker.tasks), default=None)
        if least is None or (least.tasks and len(self._workers) < self.most):
            least = _Worker(self._function, self._patience)
            self._workers.append(least)
        return least

    def _listen(self, worker: "_Worker") -> None:
        try:
            answer = worker.answers.recv()
        except (EOFError, OSError):
            self._give_up(worker)
        else:
            worker.hears(answer)

    def _give_up(self, worker: "_Worker", error: Exception | None = None) -> None:
        """End a worker: the task it is at has failed, those after it go to others."""
        self._workers.remove(worker)
        exitcode = worker.end()
        if worker.tasks and (error or not worker.between):
            worker.tasks.popleft().finish(False, error or Died(exitcode))
        self._queue.extendleft(reversed(worker.tasks))


class _Worker:
    """A process with the tasks that it was given, in the order in which it does them."""

    def __init__(self, function: Callable[[Any], Any], patience: float) -> None:
        self._process, self._pipe, self.answers, self._room = start(function)
        self._patience = patience
        self.tasks: deque[Task[Any, Any]] = deque()
        self.deadline = 0.0
        """When the first of its tasks has taken too long."""
        self.between = False
        """It has answered a task and not begun another. One that has not begun its first counts as being at it: where
        no worker can start, each task fails, and none is tried for ever.
        """

    def takes(self, task: Task[Any, Any]) -> bool:
        """Give it a task, unless it has enough, or writing to it could be held up by what it is at.

        Raises BrokenPipeError where it has died.
        """
        size = sum(len(given.message) for given in self.tasks) + len(task.message)
        if self.tasks and (len(self.tasks) >= AT_ONCE or size > self._room):
            return False
        self._pipe.send_bytes(task.message)
        if not self.tasks:
            self._begin()
        self.tasks.append(task)
        return True

    def hears(self, answer: tuple[bool, Any] | None) -> None:
        """It has begun the first of its tasks (None), or this came of it."""
        self.between = answer is not None
        if answer:
            self.tasks.popleft().finish(*answer)
            self._begin()

    def end(self) -> int | None:
        """End the process; its exit code."""
        if self._process.is_alive():
            self._process.kill()
        self._process.join()
        self._pipe.close()
        self.answers.close()
        return self._process.exitcode

    def _begin(self) -> None:
        self.deadline = time.monotonic() + self._patience
