"""What is wrong with the terms of credits before, or whatever, anything fails.

The problem: a value that lies between two bands earns nothing although it is a failure, and nobody notices until it
happens; percentages over 100, allocations that do not add up and caps that never bind are slips of the pen that cost
real money. Each is a finding with its clause, its figures and its cure.

Example (E14): bands of 98.0-98.9 and 97.0-97.9 and a value of 98.95: it lies in no band (``BAND_GAP``), and earns
nothing rather than a guess.

Limits: a finding asks a person and changes no figure.
"""

from fractions import Fraction

from domain.agreements import Agreement, ServiceLevel
from domain.findings import Finding, FindingKind, Severity
from domain.money import decimal_text

__all__ = ["lies_in_gap"]


def lies_in_gap(agreement: Agreement, level: ServiceLevel, service: str, compared: Fraction) -> Finding:
    """That a missed value lies in no band: it earns nothing, which a person has to look at (E14)."""
    value = decimal_text(compared)
    return Finding(
        "BAND_GAP",
        Severity.ERROR,
        FindingKind.TERMS,
        f"{value} misses the target of {level.name} and lies in none of its bands: it earns no credit until the "
        "parties say which band it belongs to.",
        agreement.name,
        level.name,
        service,
        clauses=_clauses(level),
        figures={"value": value},
        cure="Let the bands touch (below: instead of from and to), or add compare: with the places of their ends.",
    )


def _clauses(level: ServiceLevel) -> tuple[str, ...]:
    return (level.clause,) if level.clause else ()
