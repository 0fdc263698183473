"""Work that several processes share gives what one process gives."""

import pytest

from api.errors import RequestError
from api.services.side_by_side import side_by_side
from domain.errors import InvalidValue


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_what_tasks_give_comes_in_the_order_of_the_tasks(workers: int) -> None:
    base = 100

    def work(task: int) -> int:
        return base * task

    assert list(side_by_side(workers)(work, [3, 1, 2])) == [300, 100, 200]


@pytest.mark.parametrize("workers", [1, 2])
def test_what_is_wrong_with_a_task_is_said_by_whoever_asked(workers: int) -> None:
    def work(task: int) -> int:
        if task == 2:
            raise InvalidValue("two is none")
        return task

    with pytest.raises(InvalidValue, match="two is none"):
        list(side_by_side(workers)(work, [1, 2, 3]))


def test_a_process_that_is_ended_from_outside_is_told_with_what_to_do() -> None:
    import os
    import signal

    def work(task: int) -> int:
        if task:
            os.kill(os.getpid(), signal.SIGKILL)
        return task

    with pytest.raises(RequestError, match="ended from outside"):
        list(side_by_side(2)(work, [0, 1]))
