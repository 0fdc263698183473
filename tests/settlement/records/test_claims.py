"""Claims of suppliers' credits: windows, countdown, reminders, and what has lapsed."""

import json
from datetime import date

from settlement.records.claims import Claimable, ClaimStatus, claimables, reminders
from tests.building import (
    THREE_BANDS,
    Document,
    all_of,
    availability,
    document,
    gbp,
    house,
    outage,
    party,
    service,
    settle,
    sla,
    uc,
)
from tests.written_contracts import portfolio

CLAIM = {"claim": {"within": "P30D", "from": "period_end"}}


def claims(as_of: str, *said: Document, remedies: Document | None = None) -> tuple[Claimable, ...]:
    """hosting (cirrus) down an hour on 14 April: 43,140 of 43,200 minutes, under 99.9: 5 % of 20,000 is 1,000.00.

    power (volt, cirrus's own supplier) was down with it: that credit is cirrus's, not ours.
    """
    level = availability("99.9", credit=THREE_BANDS)
    documents = [
        *house(vendors=["cirrus", "volt"]),
        party("shop-team", "team"),
        service("web", needs=all_of("hosting")),
        service("hosting", "cirrus", needs=all_of("power")),
        service("power", "volt"),
        sla(["web"], [level], {"web": "40000.00"}, remedies=CLAIM),
        uc(
            "cirrus",
            ["hosting"],
            [level],
            {"hosting": "20000.00"},
            remedies=CLAIM if remedies is None else remedies,
        ),
        uc("volt", ["power"], [level], {"power": "5000.00"}, consumer="cirrus", remedies=CLAIM),
        *said,
    ]
    rows = [outage("power", "2026-04-14T10:00:00Z", "2026-04-14T11:00:00Z")]
    settled = settle(documents, outages=rows, as_of="2026-05-01")
    return claimables(portfolio(documents), settled.settlement.statements, date.fromisoformat(as_of))


def claim(at: str) -> Document:
    return document("Claim", "claim-april", agreement="uc-cirrus", period="2026-04", claimedAt=at)


def test_an_open_claim_is_counted_down_to_its_last_day_and_then_it_is_missed() -> None:
    # 30 days after 30 April are over with 30 May.
    said = {"2026-05-01": 29, "2026-05-20": 10, "2026-05-30": 0}
    for as_of, left in said.items():
        (found,) = claims(as_of)
        assert (found.agreement, found.vendor, found.net) == ("uc-cirrus", "cirrus", gbp("1000.00"))
        assert (found.claim_by, found.status, found.days_left) == (date(2026, 5, 30), ClaimStatus.OPEN, left)
    (lapsed,) = claims("2026-05-31")
    assert (lapsed.status, lapsed.days_left) == (ClaimStatus.CLAIM_MISSED, None)
    assert (lapsed.net, lapsed.recoverable) == (gbp("1000.00"), gbp("0.00"))


def test_a_claim_in_time_is_claimed_on_any_date_and_one_that_was_late_is_missed() -> None:
    (claimed,) = claims("2026-07-01", claim("2026-05-30"))
    assert (claimed.status, claimed.claimed_at) == (ClaimStatus.CLAIMED, date(2026, 5, 30))
    assert claimed.recoverable == gbp("1000.00")
    (late,) = claims("2026-07-01", claim("2026-05-31"))
    assert (late.status, late.recoverable) == (ClaimStatus.CLAIM_MISSED, gbp("0.00"))


def test_a_credit_without_a_window_needs_no_claim() -> None:
    (found,) = claims("2026-09-01", remedies={"sole": True})
    assert (found.status, found.claim_by, found.recoverable) == (ClaimStatus.NOT_NEEDED, None, gbp("1000.00"))


def test_a_reminder_is_what_is_open_and_due_within_the_days() -> None:
    assert reminders(claims("2026-05-15"), 14) == ()
    assert [each.days_left for each in reminders(claims("2026-05-16"), 14)] == [14]
    assert reminders(claims("2026-05-16", claim("2026-05-02")), 14) == ()
    assert reminders(claims("2026-05-31"), 14) == ()


def test_only_what_suppliers_owe_us_is_listed() -> None:
    assert {each.agreement for each in claims("2026-05-01")} == {"uc-cirrus"}
    assert json.dumps([each.consumer for each in claims("2026-05-01")]) == '["halden"]'
