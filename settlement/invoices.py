"""What was actually invoiced, in the place of what the documents price.

The problem: a credit is a percentage of the month's charge, and what was paid is the charge on the invoice. Where
evidence says what was invoiced for an agreement, a service, a month and a customer, it is the base (2-documents,
"Evidence").

Example: 40,000.00 a month in the contract, 38,500.00 invoiced for March: a credit of 10 % is 3,850.00 in March.

Limits: several rows for one service, month and customer are added: an invoice may have several lines, and what is taken
off it by a correction is a negative one. A row for an agreement or a service that the agreement does not cover changes
nothing, and a finding says so; another says where more was taken off than had been invoiced.
"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from domain.agreements import Agreement, Invoiced
from domain.evidence import InvoicedCharge
from domain.findings import Finding, FindingKind, Severity
from ola.portfolio import Portfolio


def with_invoices(portfolio: Portfolio, charges: Sequence[InvoicedCharge]) -> Portfolio:
    """The contracts, each with what was invoiced under it."""
    if not charges:
        return portfolio
    by_agreement = invoiced_totals(charges)

    def known(agreement: Agreement) -> Agreement:
        invoiced = by_agreement.get(agreement.name)
        return agreement if invoiced is None else replace(agreement, invoiced=tuple(invoiced))

    return replace(portfolio, agreements=tuple(known(agreement) for agreement in portfolio.agreements))


def invoiced_totals(charges: Sequence[InvoicedCharge]) -> dict[str, list[Invoiced]]:
    """What the rows come to, by agreement: in the order of services, months and customers, each with its places."""
    rows: dict[tuple[str, str, str, str | None], list[InvoicedCharge]] = {}
    for row in charges:
        rows.setdefault((row.agreement, row.service, row.month, row.customer), []).append(row)
    found: dict[str, list[Invoiced]] = {}
    for key in sorted(rows, key=lambda key: (*key[:3], key[3] or "")):
        name, service, month, customer = key
        amount = sum((row.amount for row in rows[key]), start=Fraction(0))
        places = tuple(sorted(row.place for row in rows[key] if row.place))
        found.setdefault(name, []).append(Invoiced(service, month, amount, customer, places))
    return found


def invoice_findings(portfolio: Portfolio, charges: Sequence[InvoicedCharge]) -> list[Finding]:
    """Invoices that name no agreement of ours, or a service that it does not cover; and those below zero."""
    if not charges:
        return []
    covered: dict[str, set[str]] = {}
    for agreement in portfolio.agreements:
        covered.setdefault(agreement.name, set()).update(agreement.services)
    found = [
        _below_zero(name, each)
        for name, totals in invoiced_totals(charges).items()
        for each in totals
        if each.amount < 0 and each.service in covered.get(name, ())
    ]
    for name, service in sorted({(row.agreement, row.service) for row in charges}):
        if name in covered and service in covered[name]:
            continue
        what = f"no agreement is named {name}" if name not in covered else f"{name} does not cover {service}"
        found.append(
            Finding(
                "CHARGES_UNKNOWN",
                Severity.WARNING,
                FindingKind.EVIDENCE,
                f"Charges were invoiced for {service} under {name}, but {what}: they are no credit's base.",
                name if name in covered else None,
                None,
                service if service in portfolio.services else None,
                cure="Correct the agreement or the service in the charges file.",
            )
        )
    return found


def _below_zero(agreement: str, total: Invoiced) -> Finding:
    whose = "" if total.customer is None else f" to {total.customer}"
    return Finding(
        "CHARGES_BELOW_ZERO",
        Severity.WARNING,
        FindingKind.EVIDENCE,
        f"More was taken off than was invoiced{whose} for {total.service} under {agreement} in {total.month}: a credit "
        "of that month is of nothing.",
        agreement,
        None,
        total.service,
        cure="Send the invoice that the correction is of, with its own month.",
    )
