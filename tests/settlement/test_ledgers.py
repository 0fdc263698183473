"""What is earned back of credits, month by month, and targets that are beaten for long.

Halden promises acme web at 99.9 % for 10,000 a month, 10 % below it: an hour down in a month is a credit of 1,000.00.
The evidence begins with January's outage; half of a credit comes back after two months that met the target.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from domain.ledger import EntryKind
from domain.periods import Period
from settlement.settle import Settling
from tests.building import (
    Document,
    Row,
    Settled,
    availability,
    bands,
    evidence,
    house,
    outage,
    portfolio,
    service,
    settle,
    sla,
    uc,
)

HALF = {
    "returns": "50",
    "when": {"level": "target", "consecutive": 2},
    "as": "offset",
    "expires": "termination",
}


def hour(month: str, name: str = "web") -> Row:
    return outage(name, f"2026-{month}-14T10:00:00Z", f"2026-{month}-14T11:00:00Z")


def second(month: str) -> Row:
    return outage("web", f"2026-{month}-20T10:00:00Z", f"2026-{month}-20T10:00:01Z")


def contract(terms: Document, **more: Any) -> list[Document]:
    level = availability("99.9", credit=bands({"99.9": "10"}), **more.pop("level", {}))
    remedies = {"earnBack": terms, **more.pop("remedies", {})}
    return [*house(), service("web"), sla(["web"], [level], {"web": "10000.00"}, remedies=remedies, **more)]


def in_month(month: str, terms: Document, *outages: Row, **more: Any) -> Settled:
    return settle(contract(terms, **more), outages=outages, period=f"2026-{month}")


def entries(settled: Settled) -> list[tuple[str, str]]:
    return [(entry.kind.value, entry.amount.text()) for entry in settled.statement().entries]


def nets(terms: Document, months: Sequence[str], *outages: Row, **more: Any) -> list[str]:
    return [in_month(month, terms, *outages, **more).statement().net.text() for month in months]


def test_half_a_credit_is_earned_back_with_the_second_good_month_and_used_from_the_next() -> None:
    rows = [hour("01"), hour("04")]
    assert entries(in_month("02", HALF, *rows)) == []
    assert entries(in_month("03", HALF, *rows)) == [("EARNED", "500.00")]
    april = in_month("04", HALF, *rows)
    assert entries(april) == [("USED", "500.00")]
    assert april.statement().gross.text() == "1000.00"
    assert april.line().net.text() == "1000.00"
    assert april.statement().net.text() == "500.00"
    assert april.statement().balance.text() == "0.00"


def test_what_the_last_good_month_earned_is_not_set_against_that_month_s_own_credit() -> None:
    level = availability("99.9", credit=bands({"99.9": "10"}))
    other = availability("99.9", name="second", credit=bands({"99.9": "10"})) | {"service": "mail"}
    documents = [
        *house(),
        service("web"),
        service("mail"),
        sla(
            ["web", "mail"],
            [level | {"service": "web"}, other],
            {"web": "10000.00", "mail": "10000.00"},
            remedies={"earnBack": HALF},
        ),
    ]
    settled = settle(documents, outages=[hour("01"), hour("03", "mail")], period="2026-03")
    # March earns 500.00 of January's credit on web, and credits 1,000.00 for mail in full.
    assert entries(settled) == [("EARNED", "500.00")]
    assert settled.statement().net.text() == "1000.00"


def test_a_miss_begins_the_count_anew() -> None:
    rows = [hour("01"), hour("03"), second("04")]
    # February was good, March was not; April and May are the two in a row, for both credits.
    assert entries(in_month("04", HALF, *rows)) == []
    assert entries(in_month("05", HALF, *rows)) == [("EARNED", "500.00"), ("EARNED", "500.00")]


def test_a_credit_is_earned_back_once() -> None:
    rows = [hour("01")]
    assert entries(in_month("03", HALF, *rows)) == [("EARNED", "500.00")]
    assert [entries(in_month(month, HALF, *rows)) for month in ("04", "05", "06")] == [[], [], []]
    assert in_month("06", HALF, *rows).statement().balance.text() == "500.00"


def test_an_offset_is_never_cash_and_never_more_than_is_due() -> None:
    rows = [hour("01"), hour("02"), hour("05")]
    # Both credits are earned back with April; May's 1,000.00 takes all 1,000.00, June nothing.
    assert nets(HALF, ["03", "04", "05", "06"], *rows) == ["0.00", "0.00", "0.00", "0.00"]
    assert entries(in_month("05", HALF, *rows)) == [("USED", "1000.00")]


def test_a_refund_is_paid_back_in_the_next_statement() -> None:
    terms = HALF | {"as": "refund"}
    rows = [hour("01")]
    assert entries(in_month("04", terms, *rows)) == [("REFUNDED", "500.00")]
    assert nets(terms, ["03", "04", "05"], *rows) == ["0.00", "-500.00", "0.00"]


def test_meeting_the_target_exactly_is_not_exceeding_it() -> None:
    terms = HALF | {"when": {"level": "exceeded", "consecutive": 2}}
    # 43 minutes and 12 seconds of 30 days are exactly 99.9 %.
    just = outage("web", "2026-04-20T10:00:00Z", "2026-04-20T10:43:12Z")
    rows = [hour("01"), hour("03"), just]
    assert entries(in_month("05", terms, *rows)) == []
    assert entries(in_month("06", terms, *rows)) == [("EARNED", "500.00"), ("EARNED", "500.00")]
    assert entries(in_month("05", HALF, *rows)) == [("EARNED", "500.00"), ("EARNED", "500.00")]


def test_a_credit_for_missing_the_minimum_is_not_earned_back() -> None:
    terms = HALF | {"excludes": ["minimum_missed"]}
    level = {"minimum": {"atLeast": "99.5"}}
    long = outage("web", "2026-01-14T10:00:00Z", "2026-01-14T16:00:00Z")
    assert entries(in_month("03", terms, long, level=level)) == []
    assert entries(in_month("03", terms, hour("01"), level=level)) == [("EARNED", "500.00")]


@pytest.mark.parametrize(
    ("expires", "left"),
    [("P2M", ["500.00", "500.00", "0.00"]), ("year", ["500.00"] * 3), ("never", ["500.00"] * 3)],
)
def test_what_is_not_used_ends_when_the_contract_says_so(expires: str, left: list[str]) -> None:
    terms = HALF | {"expires": expires}
    # Earned with March: two months on from the 31st is the 31st of May.
    balances = [in_month(month, terms, hour("01")).statement().balance.text() for month in ("04", "05", "06")]
    assert balances == left


def test_what_is_not_used_by_the_end_of_the_contract_expires_with_it() -> None:
    term = {"from": "2026-01-01", "to": "2026-05-31"}
    settled = in_month("05", HALF, hour("01"), term=term)
    assert entries(settled) == [("EXPIRED", "500.00")]
    assert settled.statement().balance.text() == "0.00"


def test_a_lapsed_credit_is_not_earned_back() -> None:
    level = availability("99.9", credit=bands({"99.9": "10"}))
    documents = [
        *house(vendors=["cirrus"]),
        service("web", "cirrus"),
        uc(
            "cirrus",
            ["web"],
            [level],
            {"web": "10000.00"},
            remedies={"earnBack": HALF, "claim": {"within": "P30D", "from": "period_end"}},
        ),
    ]
    settled = settle(documents, outages=[hour("01")], period="2026-03")
    assert settled.statement("uc-cirrus").ledger == ()


def test_a_yearly_cap_counts_credits_before_anything_is_earned_back() -> None:
    remedies = {"caps": [{"amount": "1500.00", "per": "year"}]}
    rows = [hour("01"), hour("04"), hour("05")]
    # January 1,000 and April 500 fill the cap, although 500 of January's came back.
    assert nets(HALF, ["01", "04", "05"], *rows, remedies=remedies) == ["1000.00", "0.00", "0.00"]


def test_the_remedy_being_sole_is_carried_on_the_statement() -> None:
    settled = in_month("01", HALF, hour("01"), remedies={"sole": True})
    assert settled.statement().is_sole_remedy is True
    assert settled.statement().counts_toward_damages is None


# ---------------------------------------------------------------------------------------------- ratchets


def beaten(*outages: Row, target: str = "99.0", **ratchet: str | int) -> list[tuple[str, ...]]:
    terms = {"beaten": 2, "to": "halfway_to_average"} | ratchet
    documents = [
        *house(),
        service("web"),
        sla(["web"], [availability(target)], remedies={"ratchet": terms}),
    ]
    settled = settle(documents, outages=outages)
    return [tuple(each.figures.values()) for each in settled.findings("RATCHET_PROPOSED")]


def lost(month: str, percent_of_30_days: int) -> Row:
    """So many hundredths of a percent of 30 days: 0.01 % are 259.2 seconds."""
    seconds = percent_of_30_days * 2592 // 10
    minutes, left = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return outage(
        "web", f"2026-{month}-14T00:00:00Z", f"2026-{month}-14T{hours:02d}:{minutes:02d}:{left:02d}Z"
    )


def test_a_target_that_was_beaten_rises_half_way_to_the_average() -> None:
    proposed = beaten(lost("04", 60), outage("web", "2026-03-14T00:00:00Z", "2026-03-14T01:29:16.800Z"))
    # March: 5,356.8 seconds of 2,678,400 are 0.2 %: 99.8; April 99.4; on average 99.6, half-way 99.3.
    assert proposed == [("99", "99.6", "99.3")]


def test_a_target_rises_at_most_so_much_of_the_way_to_a_hundred() -> None:
    rows = [lost("04", 60), outage("web", "2026-03-14T00:00:00Z", "2026-03-14T01:29:16.800Z")]
    assert beaten(*rows, maximumGapShare="10") == [("99", "99.6", "99.1")]


def test_a_target_that_was_missed_or_just_met_in_between_does_not_rise() -> None:
    rows = [lost("04", 60), outage("web", "2026-03-14T00:00:00Z", "2026-03-14T01:29:16.800Z")]
    assert beaten(*rows, target="99.4") == []
    assert beaten(*rows, beaten=3) == []


@given(
    misses=st.sets(st.integers(1, 12)), needed=st.integers(1, 4), order=st.permutations([4, 8, 12]),
)  # fmt: skip
@examples(max_examples=20, deadline=None)
def test_each_credit_is_earned_by_the_first_run_after_it_in_whatever_order_months_are_asked_for(
    misses: set[int], needed: int, order: list[int]
) -> None:
    terms = {**HALF, "when": {"level": "target", "consecutive": needed}}
    known = evidence([hour(f"{month:02d}") for month in sorted(misses)], (), (), (), (), ())
    settling = Settling.of(portfolio(*contract(terms)), known, date(2027, 1, 1))
    for asked in order:
        (statement,) = settling.settle(Period.parse(f"2026-{asked:02d}")).statements
        earned = {
            (entry.credited, entry.month) for entry in statement.ledger if entry.kind is EntryKind.EARNED
        }
        # By the sentence: the first month that ends so many good months in a row, all of them after the miss.
        ends = {
            miss: next(
                (
                    month
                    for month in range(miss + needed, asked + 1)
                    if not misses & set(range(month - needed + 1, month + 1))
                ),
                None,
            )
            for miss in misses
        }
        assert earned == {
            (f"2026-{miss:02d}", f"2026-{month:02d}") for miss, month in ends.items() if month is not None
        }
