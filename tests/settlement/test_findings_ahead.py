"""What contracts already say will be askew from a later day on: amendments are reviewed before they take effect."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from domain.findings import Severity
from domain.periods import Period
from settlement.ahead import findings_ahead
from settlement.settle import Settling
from tests.building import (
    Document,
    Documents,
    all_of,
    availability,
    bands,
    evidence,
    house,
    outage,
    portfolio,
    service,
    sla,
    uc,
)

APRIL = Period.parse("2026-04")
SHOP = [house(vendors=["cirrus"]), service("shop", needs=all_of("host")), service("host", "cirrus")]
UC = uc("cirrus", ["host"], [availability("99.9")])


def second(document: Document, effective: str) -> Document:
    """The same agreement as its second version, from a day on."""
    spec = document["spec"] | {"effective": effective}
    return document | {"metadata": document["metadata"] | {"version": 2}, "spec": spec}


def ahead(*documents: Documents) -> list[tuple[str, str, str | None, Severity]]:
    """The day, code and agreement of what is to come after April, with the text begun by the day."""
    known = evidence([outage("host", "14 10:00", "14 10:01")])
    settling = replace(Settling.of(portfolio(*documents), known, date(2026, 5, 1)), looks_ahead=True)
    told = settling.settle(APRIL).findings
    found = findings_ahead(settling, APRIL, told)
    for each in found:
        assert all(one.message.startswith(f"From {each.day} on: ") for one in each.findings)
    return [(str(each.day), one.code, one.agreement, one.severity) for each in found for one in each.findings]


def test_a_target_that_an_amendment_raises_is_told_before_it_takes_effect() -> None:
    promised = sla(["shop"], [availability("99.9")])
    raised = second(sla(["shop"], [availability("99.95")]), "2026-07-15")
    assert ahead(SHOP, UC, promised, raised) == [("2026-07-15", "TARGET_UNSUPPORTED", "sla", Severity.ERROR)]
    amid = second(sla(["shop"], [availability("99.95")]), "2026-04-15")
    assert [each[0] for each in ahead(SHOP, UC, promised, amid)] == ["2026-04-15"]
    # At the level of what the host promises there is nothing to tell, now or then.
    assert ahead(SHOP, UC, promised, second(promised, "2026-07-15")) == []


def test_what_is_lowered_below_is_told_of_the_promise_above() -> None:
    lowered = second(uc("cirrus", ["host"], [availability("99.5")]), "2026-06-01")
    assert ahead(SHOP, UC, lowered, sla(["shop"], [availability("99.9")])) == [
        ("2026-06-01", "TARGET_UNSUPPORTED", "sla", Severity.ERROR)
    ]


def test_a_dated_target_is_looked_at_on_its_day() -> None:
    dated = [{"from": "2026-01-01", "atLeast": "99.9"}, {"from": "2026-09-01", "atLeast": "99.99"}]
    assert ahead(SHOP, UC, sla(["shop"], [availability("99.9") | {"target": dated}])) == [
        ("2026-09-01", "TARGET_UNSUPPORTED", "sla", Severity.ERROR)
    ]


def test_credit_terms_of_an_amendment_are_looked_at_too_and_what_was_said_before_is_not_said_again() -> None:
    over = availability("99.9", credit=bands({"99.9": "101"}))
    promised = sla(["shop"], [availability("99.9", credit=bands({"99.9": "5"}))], {"shop": "1000.00"})
    amended = second(sla(["shop"], [over], {"shop": "1000.00"}), "2026-07-01")
    assert [each[:3] for each in ahead(SHOP, UC, promised, amended)] == [
        ("2026-07-01", "CREDIT_DISPROPORTIONATE", "sla"),
        ("2026-07-01", "PERCENT_OVER_100", "sla"),
    ]
    assert ahead(SHOP, UC, sla(["shop"], [over], {"shop": "1000.00"}), amended) == []
