"""Rows of what was invoiced: added up, corrected, cited; never less than nothing."""

from dataclasses import replace
from fractions import Fraction

from domain.agreements import Base
from domain.credits.base import Due, charges_over, charges_source
from domain.evidence import InvoicedCharge
from domain.evidence_memory import MemoryEvidence
from domain.explanation import replay
from domain.periods import Period
from settlement.explain import line_explanations
from settlement.invoices import invoice_findings, invoiced_totals, with_invoices
from settlement.settle import Settling
from tests.building import availability, bands, evidence, house, outage, portfolio, service, sla

APRIL, QUARTER = Period.parse("2026-04"), Period.parse("2026-Q2")
HELD = portfolio(
    *house(),
    service("web"),
    service("mail"),
    sla(
        ["web", "mail"],
        [availability("99.9", service="web", credit=bands({"99.9": "10"}))],
        {"web": "900.00", "mail": "100.00"},
    ),
)
(NAME,) = (each.name for each in HELD.agreements)


def row(amount: str, line: int, service: str = "web", month: str = "2026-04") -> InvoicedCharge:
    return InvoicedCharge(NAME, service, month, Fraction(amount), None, f"charges.csv:{line}")


def known(*rows: InvoicedCharge) -> MemoryEvidence:
    """An hour down in April, and what was invoiced."""
    down = evidence([outage("web", "14 10:00", "14 11:00")], (), (), (), (), ())
    return replace(down, invoiced=rows)


def test_what_is_taken_off_an_invoice_lowers_the_base_and_is_cited_with_it() -> None:
    rows = (row("1000.00", 2), row("-250.00", 3))
    settling = Settling.of(HELD, known(*rows), APRIL.day_after)
    ((line, tree),) = line_explanations(settling, APRIL, NAME, "acme")
    # 10 % of 750.00; the priced 900.00 do not count any more.
    assert (line.net.text(), replay(tree)) == ("75.00", line.net)
    assert "invoiced for 2026-04 (charges.csv:2, charges.csv:3)" in repr(tree)


def test_more_taken_off_than_was_invoiced_is_no_negative_credit_and_is_told() -> None:
    rows = (row("1000.00", 2), row("-1250.00", 3))
    settling = Settling.of(HELD, known(*rows), APRIL.day_after)
    ((line, _),) = line_explanations(settling, APRIL, NAME, "acme")
    assert line.net.text() == "0.00"
    (finding,) = invoice_findings(HELD, rows)
    assert (finding.code, finding.service) == ("CHARGES_BELOW_ZERO", "web")
    assert invoice_findings(HELD, rows[:1]) == []


def test_a_base_of_several_months_cites_invoices_and_the_text_for_the_months_without_one() -> None:
    (agreement,) = with_invoices(HELD, (row("1000.00", 2), row("50.00", 5, "mail", "2026-05"))).agreements
    due = Due.of(agreement, QUARTER, "acme")
    # April 1,000 + 100, May 900 + 50, June 900 + 100.
    assert charges_over(agreement, None, due) == 3050
    assert charges_source(agreement, Base.AGREEMENT, "web", due) == (
        f"invoiced for 2026-04 (charges.csv:2); invoiced for 2026-05 (charges.csv:5); {NAME} version 1"
    )
    assert (
        charges_source(agreement, Base.SERVICE, "mail", Due.of(agreement, APRIL, "acme"))
        == f"{NAME} version 1"
    )


def test_where_rows_stand_makes_no_difference_to_what_they_say() -> None:
    assert row("1.00", 2) == row("1.00", 9)
    assert invoiced_totals([row("1.00", 2), row("2.00", 3)]) == invoiced_totals(
        [row("2.00", 7), row("1.00", 4)]
    )
