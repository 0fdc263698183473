"""Work that several processes share gives what one process gives."""

import pytest

from api.errors import RequestError
from api.services.side_by_side import side_by_side
from domain.errors import InvalidValue
from domain.instants import parse_instant
from domain.periods import Period
from ola.simulation.failures import BLOCK
from settlement.simulating.running import simulate
from tests.building import (
    THREE_BANDS,
    all_of,
    availability,
    evidence,
    house,
    outage,
    portfolio,
    service,
    sla,
    uc,
)


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


def test_drawn_years_shared_between_processes_come_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    from settlement.simulating import years

    monkeypatch.setattr(years, "RUN", BLOCK)
    documents = [
        house(vendors=["cirrus"]),
        service("web", needs=all_of("host")),
        service("host", "cirrus"),
        sla(["web"], [availability(credit=THREE_BANDS)], {"web": "1000.00"}),
        uc("cirrus", ["host"], [availability("99.8", credit=THREE_BANDS)], {"host": "300.00"}),
    ]
    rows = [
        outage("host", "2026-01-04T10:00Z", "2026-01-04T12:00Z"),
        outage("host", "2026-02-04T10:00Z", "2026-02-04T20:00Z"),
    ]
    asked = (portfolio(documents), evidence(rows), parse_instant("2026-01-01T00:00Z"))
    until, year = parse_instant("2026-07-01T00:00Z"), Period.parse("2026")

    alone = simulate(*asked, until, year, 1_100)

    assert simulate(*asked, until, year, 1_100, carry=side_by_side(2)) == alone
    assert alone.checked == 1
