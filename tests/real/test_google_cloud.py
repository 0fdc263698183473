"""Google Cloud's published incidents of 2021 under assumed contracts, counted second by second beside the product.

The incidents are the provider's own status feed. **The contracts are assumed** (`examples/google-cloud-2021`): a shop
needs Compute Engine and Cloud SQL in two regions. The column ``location`` is empty in every row of the file, so each
incident is one of its product in every region. What the page calls a disruption is not total loss: each incident is
counted here as if it were, so the figures are a lower bound of availability and no statement about Google's own SLA.
"""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest

from domain.attainment import AttainmentStatus
from tests.real.settled_records import Settled, assert_adds_up, record, settled

OUTAGES = "outages-gcp-2021/outages.csv"
MONTHS = ["2021-07", "2021-08", "2021-09", "2021-10", "2021-11", "2021-12"]
COMPUTE, SQL = "Google Compute Engine", "Google Cloud SQL"
NEEDS = {
    "shop": {COMPUTE, SQL},
    "compute-europe-west1": {COMPUTE},
    "compute-us-east1": {COMPUTE},
    "cloud-sql-europe-west1": {SQL},
    "cloud-sql-us-east1": {SQL},
}
SHOP_BANDS = ((80, 12_000), (95, 6_000), (Fraction("99.5"), 3_000))
TARGETS = {"shop": Fraction("99.5"), COMPUTE: Fraction("99.99"), SQL: Fraction("99.95")}
CHARGES = {COMPUTE: 8_000, SQL: 3_000}


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with record(OUTAGES).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> Settled:
    folder = tmp_path_factory.mktemp("real")
    return settled(folder, "google-cloud-2021", record(OUTAGES), MONTHS[0], MONTHS[-1])


def seconds_up(rows: list[dict[str, str]], products: set[str], month: str) -> tuple[int, int]:
    """How many seconds of a month none of the products had an incident, and how many there are: one byte a second."""
    begin = datetime.fromisoformat(f"{month}-01T00:00:00+00:00")
    end = (begin + timedelta(days=31)).replace(day=1)
    length = int((end - begin).total_seconds())
    down = bytearray(length)
    for row in rows:
        if row["product"] in products:
            first = int((datetime.fromisoformat(row["begin"]) - begin).total_seconds())
            until = datetime.fromisoformat(row["end"]) if row["end"] else datetime.max.replace(tzinfo=UTC)
            after = int((min(until, end) - begin).total_seconds())
            for second in range(max(first, 0), min(after, length)):
                down[second] = 1
    return down.count(0), length


def test_every_row_is_an_outage_once_and_none_is_in_quarantine(
    months: Settled, rows: list[dict[str, str]]
) -> None:
    """A product that the shop does not need is "elsewhere", where one incident of several products is one row."""
    assert len(rows) == 268
    different = {
        (row["id"], row["begin"], row["end"], row["product"] if row["product"] in (COMPUTE, SQL) else "elsewhere")
        for row in rows
    }  # fmt: skip
    (source,) = months.evidence.sources()
    assert (source.rows, source.repeated, source.quarantined) == (len(different), 268 - len(different), 0)
    assert months.evidence.quarantine() == ()
    for service, product in (("compute", COMPUTE), ("cloud-sql", SQL)):
        assert len(months.evidence.outages((service,))) == sum(each[3] == product for each in different)


def test_no_incident_names_a_location_or_lacks_an_end(months: Settled, rows: list[dict[str, str]]) -> None:
    """So nothing is down in one region only, and nothing is still open; the contracts can say both all the same."""
    assert {row["location"] for row in rows} == {""}
    assert all(row["end"] for row in rows)
    assert [len(months.evidence.outages((name,))) for name in sorted(NEEDS)] == [0] * len(NEEDS)


def test_incidents_overlap_and_last_for_weeks(rows: list[dict[str, str]]) -> None:
    spans = sorted(
        {(datetime.fromisoformat(row["begin"]), datetime.fromisoformat(row["end"])) for row in rows if row["product"] in (COMPUTE, SQL)}
    )  # fmt: skip
    assert max(end - begin for begin, end in spans) > timedelta(weeks=6)
    assert any(second[0] < first[1] for first, second in pairwise(spans))


@pytest.mark.parametrize("month", MONTHS)
def test_every_attainment_is_what_counting_each_second_gives(
    months: Settled, rows: list[dict[str, str]], month: str
) -> None:
    attainments = months.months[month].attainments
    assert sorted(each.of.service for each in attainments) == sorted(NEEDS)
    for each in attainments:
        up, length = seconds_up(rows, NEEDS[each.of.service], month)
        assert (each.numerator, each.denominator) == (Fraction(up * 1_000_000), Fraction(length * 1_000_000))
        assert each.value == Fraction(100 * up, length)
        (product, *_) = sorted(NEEDS[each.of.service])
        target = TARGETS["shop" if each.of.service == "shop" else product]
        met = Fraction(100 * up, length) >= target
        assert each.status is (AttainmentStatus.MET if met else AttainmentStatus.MISSED)


@pytest.mark.parametrize("month", MONTHS)
def test_all_of_the_downtime_is_googles_and_the_money_adds_up(
    months: Settled, rows: list[dict[str, str]], month: str
) -> None:
    settlement = months.months[month]
    assert_adds_up(settlement)
    for breach in settlement.breaches:
        up, length = seconds_up(rows, NEEDS[breach.attainment.of.service], month)
        (row,) = breach.trace.responsibilities
        assert (row.party, row.impact_share, breach.trace.quantity) == (
            "google",
            Fraction(1),
            Fraction(length - up),
        )
    (impact,) = settlement.credit_impact
    up, length = seconds_up(rows, NEEDS["shop"], month)
    owed = next((money for below, money in SHOP_BANDS if Fraction(100 * up, length) < below), 0)
    assert impact.payable.fraction == owed
    back = 0
    for product in (COMPUTE, SQL):
        up, length = seconds_up(rows, {product}, month)
        value = Fraction(100 * up, length)
        percent = 100 if value < 95 else 25 if value < 99 else 10 if value < TARGETS[product] else 0
        back += 2 * CHARGES[product] * percent // 100
    assert impact.recoverable.fraction == back
