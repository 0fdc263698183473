"""What a chain supports of ticket times, beside what was asked and what was agreed; figures added up by hand."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from ola.negotiation import Feasibility, NegotiatedLevel, negotiation
from tests.building import Document, house, level, ola, portfolio, service, sla, uc

GUARANTEED, EXPECTED, UNSUPPORTED, UNKNOWN = Feasibility
HOUSE = [house(vendors=["cirrus"], teams=["desk"]), service("mail"), service("hosting", "cirrus")]


def within(target: str, thresholds: dict[str, str], **more: Any) -> Document:
    return level(
        "within", target, name="fix", metric={"milestone": "resolution", "thresholds": thresholds}, **more
    )


def duration(target: str, statistic: str, **more: Any) -> Document:
    metric = {"milestone": "resolution", "statistic": statistic, "priorities": ["P1"]}
    return {**level("duration", "0", name="fix", metric=metric, **more), "target": {"atMost": target}}


def supported(asked: Document, *below: Document) -> NegotiatedLevel:
    """The row of an SLA on mail, under which the desk and the vendor promise something."""
    found = portfolio(*HOUSE[:1], service("mail", needs="hosting"), HOUSE[2], sla(["mail"], [asked]), *below)
    judged = next(each for each in found.agreements if each.name == "sla")
    [row] = negotiation(found, judged, date(2026, 4, 1))
    return row


DESK = ola("desk", ["mail"], [within("95", {"P1": "PT1H"})])
VENDOR = uc("cirrus", ["hosting"], [within("99", {"P1": "PT2H30M"})])


def test_stages_that_fit_support_the_shares_that_they_keep_together() -> None:
    row = supported(within("94", {"P1": "PT4H"}, requested={"atLeast": "94.03"}), DESK, VENDOR)

    # 95 + 99 - 100 = 94; 0.95 x 0.99 = 0.9405.
    assert (row.guaranteed, row.expected, row.unit) == (Fraction(94), Fraction("94.05"), "percent")
    assert (row.agreed_is, row.request_is) == (GUARANTEED, EXPECTED)
    assert row.reason == "P1: uc-cirrus PT2H30M, ola-desk PT1H"


def test_stages_that_take_longer_than_was_promised_support_nothing_and_say_how_long() -> None:
    slow = uc("cirrus", ["hosting"], [within("99", {"P1": "PT4H"})])

    row = supported(within("50", {"P1": "PT4H"}), DESK, slow)

    assert (row.guaranteed, row.expected, row.agreed_is) == (Fraction(0), None, UNSUPPORTED)
    assert row.reason == (
        "P1: the stages may together take PT5H (uc-cirrus PT4H, ola-desk PT1H), more than PT4H"
    )


def test_the_priority_that_is_supported_least_decides() -> None:
    two = uc("cirrus", ["hosting"], [within("99", {"P1": "PT2H", "P2": "PT9H"})])

    row = supported(within("90", {"P1": "PT4H", "P2": "PT8H"}), two)

    assert (row.guaranteed, row.agreed_is) == (Fraction(0), UNSUPPORTED)
    assert (row.reason or "").startswith("P2: the stages may together take PT9H")


@pytest.mark.parametrize(
    ("asked", "below", "guaranteed", "expected", "state"),
    [
        # Longest times add up; a share of 100 % within a time is a longest time too.
        (duration("PT4H", "max"), [duration("PT1H", "max"), within("100", {"P1": "PT3H"})], 14400, 14400, GUARANTEED),
        (duration("PT3H59M", "max"), [duration("PT1H", "max"), within("100", {"P1": "PT3H"})], 14400, 14400, UNSUPPORTED),
        # Means add up.
        (duration("PT2H", "mean"), [duration("PT30M", "mean"), duration("PT1H", "mean")], 5400, 5400, GUARANTEED),
        # 99 % and 97 % leave at most 4 % late: within P95. 98 % and 97 % leave 5 %: just so.
        (duration("PT4H", "p95"), [duration("PT1H", "p99"), within("97", {"P1": "PT3H"})], 14400, 14400, GUARANTEED),
        (duration("PT4H", "p95"), [within("98", {"P1": "PT1H"}), within("97", {"P1": "PT3H"})], 14400, 14400, GUARANTEED),
        # 97.5 % twice leaves 5 % at most, 97.4 % twice 5.2 %: guaranteed no more, and 0.974 squared is 0.9487: nothing.
        (duration("PT4H", "p95"), [within("97.4", {"P1": "PT1H"}), within("97.4", {"P1": "PT3H"})], None, None, UNKNOWN),
        # 0.9748 squared is 0.95023: expected, if being late is independent.
        (duration("PT4H", "p95"), [within("97.48", {"P1": "PT1H"}), within("97.48", {"P1": "PT3H"})], None, 14400, EXPECTED),
        # A mean says nothing of the longest.
        (duration("PT9H", "max"), [duration("PT1H", "mean"), duration("PT1H", "mean")], None, None, UNKNOWN),
    ],
)  # fmt: skip
def test_a_statistic_is_supported_by_what_bounds_it(
    asked: Document, below: list[Document], guaranteed: int | None, expected: int | None, state: Feasibility
) -> None:
    row = supported(asked, ola("desk", ["mail"], below[:1]), uc("cirrus", ["hosting"], below[1:]))

    assert (row.guaranteed, row.expected, row.agreed_is, row.unit) == (guaranteed, expected, state, "seconds")
    assert row.reason


def test_where_nothing_below_promises_a_time_or_no_chain_supports_the_metric_the_reason_is_said() -> None:
    alone = supported(within("95", {"P1": "PT4H"}))
    assert (alone.agreed_is, alone.reason) == (
        UNKNOWN, "no OLA or underpinning contract below promises a time of resolution",
    )  # fmt: skip
    counts = supported(level("ratio", "95", name="k", metric={"measure": "k"}))
    assert (counts.agreed_is, counts.reason) == (
        UNKNOWN, "what a chain supports is known of availability and ticket times, not of ratio",
    )  # fmt: skip


def test_a_stage_with_hours_of_its_own_counts_for_as_long_as_our_clock_runs_meanwhile() -> None:
    office = {
        "timezone": "UTC",
        "windows": [
            {"label": "day", "days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:00", "to": "18:00"}
        ],
    }
    calendar = {
        "apiVersion": "privity/v1",
        "kind": "Calendar",
        "metadata": {"name": "office"},
        "spec": office,
    }
    vendor = uc("cirrus", ["hosting"], [within("100", {"P1": "PT4H"})], calendar="office")
    # From Friday at 17:00 our clock runs one hour and a weekend of 62, and three hours of Monday more.
    row = supported(within("95", {"P1": "PT65H"}), calendar, vendor)
    assert row.agreed_is is UNSUPPORTED
    assert supported(within("95", {"P1": "PT66H"}), calendar, vendor).agreed_is is GUARANTEED
