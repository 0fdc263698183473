"""Settling one more month touches only that month, and two years' ledgers do not cost more the longer they get.

What is counted is what is asked of the settling, not how long it takes: which months are measured, and which statements
are drawn up.
"""

from datetime import timedelta
from typing import Any

import pytest

from domain.agreements import Agreement
from domain.periods import Period, PeriodRule
from settlement.measured import Measurement
from settlement.settle import Settling
from settlement.statements import Drawn
from tests.building import (
    Document,
    Row,
    availability,
    bands,
    evidence,
    house,
    outage,
    portfolio,
    service,
    sla,
)

LOOKS_BACK: dict[str, Any] = {
    "caps": [{"amount": "4000.00", "per": "year"}, {"percent": "10", "per": "contractYear"}],
    "earnBack": {"returns": "50", "when": {"level": "target", "consecutive": 2}, "as": "offset"},
}
FIRST = Period.parse("2026-01")


class Counting(Settling):
    """A settling that remembers which months it measured and drew up anew."""

    __slots__ = ("drawn_up", "measured_anew")

    def _measured(self, name: str, month: Period) -> list[Measurement]:
        self.measured_anew.append(month.name)  # type: ignore[attr-defined] # a slot of this class
        return Settling._measured(self, name, month)

    def _draw_up(self, agreement: Agreement, month: Period) -> tuple[Drawn, ...]:
        self.drawn_up.append(month.name)  # type: ignore[attr-defined]
        return Settling._draw_up(self, agreement, month)


def counting(remedies: dict[str, Any], months: int) -> Counting:
    """An SLA that is down for an hour every third month."""
    documents: list[Document] = [
        *house(),
        service("web"),
        sla(["web"], [availability("99.9", credit=bands({"99.9": "10"}))], {"web": "10000.00"}, remedies=remedies),
    ]  # fmt: skip
    rows: list[Row] = [
        outage("web", f"2026-{month:02d}-14T10:00:00Z", f"2026-{month:02d}-14T11:00:00Z")
        for month in range(1, months + 1, 3)
    ]
    last = PeriodRule.month().containing(FIRST.first + timedelta(days=30 * months))
    found = Counting.of(portfolio(*documents), evidence(rows, (), (), (), (), ()), last.day_after)
    for name in Counting.__slots__:
        object.__setattr__(found, name, [])
    return found


@pytest.mark.parametrize("remedies", [{}, LOOKS_BACK], ids=["no history", "yearly caps and earn-back"])
def test_one_more_month_measures_and_draws_up_that_month_alone(remedies: dict[str, Any]) -> None:
    settling = counting(remedies, 6)
    month = FIRST
    for _ in range(6):
        settling.measured_anew.clear()  # type: ignore[attr-defined]
        settling.drawn_up.clear()  # type: ignore[attr-defined]
        settling.settle(month)
        assert set(settling.measured_anew) == {month.name}  # type: ignore[attr-defined]
        assert set(settling.drawn_up) == {month.name}  # type: ignore[attr-defined]
        month = month.next()


def test_without_terms_that_look_back_the_past_is_not_measured_at_all() -> None:
    settling = counting({}, 6)
    settling.settle(Period.parse("2026-06"))
    assert set(settling.measured_anew) == {"2026-06"}  # type: ignore[attr-defined]


def test_terms_that_look_back_measure_each_month_once_in_whatever_order_months_are_asked() -> None:
    forward, backward = counting(LOOKS_BACK, 6), counting(LOOKS_BACK, 6)
    months = [FIRST]
    while len(months) < 6:
        months.append(months[-1].next())
    first = {month.name: forward.settle(month) for month in months}
    last = {month.name: backward.settle(month) for month in reversed(months)}
    assert sorted(backward.measured_anew) == [month.name for month in months]  # type: ignore[attr-defined]
    for name, settled in first.items():
        assert last[name].statements == settled.statements
        assert last[name].credit_impact == settled.credit_impact
