"""Worker processes that are killed: which task is charged for it."""

import os
import signal
import time
from contextlib import closing
from pathlib import Path

import pytest

from scraper.batch.pool import Died, Pool


def work(task):
    """The number of the process. A task that is a path never comes to an end; the file says that it was begun."""
    if isinstance(task, Path):
        task.touch()
        time.sleep(60)
    return os.getpid()


def die(_):
    os.kill(os.getpid(), signal.SIGKILL)


def result(pool, task):
    while not task.done:
        pool.wait()
    return task.result()


def wait_until(true):
    while not true():
        time.sleep(0.005)


def gone(process):
    return not Path(f"/proc/{process}").exists()


@pytest.mark.parametrize("seen", [False, True], ids=["it dies while it is given the task", "it is dead by then"])
def test_a_worker_killed_between_two_tasks_costs_neither(seen):
    with closing(Pool(1, work, patience=60)) as pool:
        first = result(pool, pool.schedule("first"))
        os.kill(first, signal.SIGKILL)
        if seen:
            wait_until(lambda: gone(first))
        assert result(pool, pool.schedule("second")) != first


def test_answers_that_nobody_has_read_outlive_their_worker(tmp_path):
    with closing(Pool(1, work, patience=60)) as pool:
        pid = result(pool, pool.schedule("first"))
        answered, cut_short = pool.schedule("second"), pool.schedule(tmp_path / "begun")
        wait_until((tmp_path / "begun").exists)
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: gone(pid))
        later = pool.schedule("fourth")
        assert result(pool, answered) == pid
        with pytest.raises(Died, match="-9"):
            result(pool, cut_short)
        assert result(pool, later) != pid


def test_where_every_worker_dies_every_task_fails():
    with closing(Pool(2, die, patience=60)) as pool:
        for task in [pool.schedule(number) for number in range(6)]:
            with pytest.raises(Died):
                result(pool, task)
