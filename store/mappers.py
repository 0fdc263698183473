"""Rows as the values of a settlement, and back.

The problem: the store must give exactly the values that were settled, so that the API, the command line and a second
run show the same figures; and it must be able to prove it.

Example: ``output_hash`` of a settlement read from its rows is the hash that was stored when it was settled.

Limits: an attainment names its agreement version, level and service; the portfolio that it was settled under gives them
back (`levels_of`).
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from domain.agreements import Agreement, ServiceLevel, Threshold
from domain.attainment import Attainment, AttainmentStatus, LevelOn
from domain.findings import Finding
from domain.money import Money
from domain.periods import Period
from ola.portfolio import Portfolio
from ola.responsibility import Trace
from settlement.results import (
    AgreementResult,
    Breach,
    CreditImpact,
    RightStatus,
    Settlement,
    Statement,
    Weighed,
)
from store.codec import Codec, Json, LevelOf, read_json
from store.tables import AttainmentRow, BreachRow, StatementRow

__all__ = ["ResultMapper", "hash_of", "levels_of", "output_hash"]

_HASHED = Codec(names_types=True)


def hash_of(value: object) -> str:
    """The SHA-256 of a value's canonical JSON, in hexadecimal."""
    return hashlib.sha256(_HASHED.text(value).encode()).hexdigest()


def output_hash(settlement: Settlement) -> str:
    """The hash of everything that a settlement says, in its own order."""
    return hash_of(settlement)


def levels_of(portfolio: Portfolio) -> LevelOf:
    """Finds levels of a portfolio by name; each is made once, so that equal ones are one.

    Where a version takes several forms, by what it inherits, it is the one that holds ``on`` a day (None: the first).
    """
    levels: dict[tuple[str, int, str, str], list[tuple[Agreement, ServiceLevel]]] = {}
    for agreement in portfolio.agreements:
        for level in (*agreement.duties, *agreement.levels):
            for service in level.services:
                key = (agreement.name, agreement.version, level.name, service)
                levels.setdefault(key, []).append((agreement, level))
    made: dict[tuple[str, str, str, str | None, int], LevelOn] = {}

    def level_of(
        agreement: str,
        version: int,
        level: str,
        service: str,
        customer: str | None = None,
        on: date | None = None,
    ) -> LevelOn:
        forms = levels[agreement, version, level, service]
        held, promise = forms[0]
        if len(forms) > 1 and on is not None:
            held, promise = next((f for f in reversed(forms) if f[0].effective <= on), forms[0])
        key = (agreement, level, service, customer, id(held))
        if key not in made:
            made[key] = LevelOn(held if customer is None else held.for_customer(customer), promise, service)
        return made[key]

    return level_of


@dataclass(frozen=True, slots=True)
class ResultMapper:
    """Maps the results of one portfolio; ``level_of`` finds its levels."""

    level_of: LevelOf
    codec: Codec

    @classmethod
    def of(cls, portfolio: Portfolio) -> "ResultMapper":
        """The mapper for results settled under a portfolio."""
        level_of = levels_of(portfolio)
        return cls(level_of, Codec(level_of))

    # ------------------------------------------------------------------------------------------- to rows

    def attainment_row(self, result_id: int, position: int, attainment: Attainment) -> dict[str, Json]:
        """The row of an attainment."""
        of = attainment.of
        return {
            "result_id": result_id,
            "position": position,
            "agreement": of.agreement.name,
            "version": of.agreement.version,
            "level": of.level.name,
            "service": of.service,
            "customer": of.customer,
            "period_name": attainment.period.name,
            "period": self.codec.text(attainment.period),
            "status": attainment.status.value,
            "unit": attainment.unit,
            "threshold": None if attainment.threshold is None else self.codec.text(attainment.threshold),
            "value": _text(attainment.value),
            "compared": _text(attainment.compared),
            "numerator": _text(attainment.numerator),
            "denominator": _text(attainment.denominator),
            "margin": _text(attainment.margin),
        }

    def breach_row(self, result_id: int, position: int, breach: Breach) -> dict[str, Json]:
        """The row of a breach."""
        return {
            "result_id": result_id,
            "position": position,
            "attainment": self.codec.text(breach.attainment),
            "trace": self.codec.text(breach.trace),
            "credits": self.codec.text(breach.credits),
        }

    def statement_row(self, result_id: int, position: int, statement: Statement) -> dict[str, Json]:
        """The row of a statement."""
        return {
            "result_id": result_id,
            "position": position,
            "agreement": statement.agreement,
            "consumer": statement.consumer,
            "period_name": statement.period.name,
            "currency": statement.net.currency,
            "gross": str(statement.gross.amount),
            "net": str(statement.net.amount),
            "statement": self.codec.text(statement),
        }

    # ----------------------------------------------------------------------------------------- from rows

    def attainment(self, row: AttainmentRow) -> Attainment:
        """The attainment of a row."""
        period = self.codec.read(Period, row.period)
        named = (row.agreement, row.version, row.level, row.service, row.customer)
        first = self.level_of(*named).agreement.first
        return Attainment(
            self.level_of(*named, max(period.first, first)),
            period,
            AttainmentStatus(row.status),
            row.unit,
            None if row.threshold is None else self.codec.read(Threshold, row.threshold),
            _number(row.value),
            _number(row.compared),
            _number(row.numerator),
            _number(row.denominator),
            _number(row.margin),
        )

    def breach(self, row: BreachRow) -> Breach:
        """The breach of a row."""
        decoded: tuple[Money | None, ...] = self.codec.decode_many(
            Money | None,  # type: ignore[arg-type] # a union is no class, and is decoded like one
            read_json(row.credits),
        )
        return Breach(self.codec.read(Attainment, row.attainment), self.codec.read(Trace, row.trace), decoded)

    def statement(self, row: StatementRow) -> Statement:
        """The statement of a row."""
        return self.codec.read(Statement, row.statement)

    def findings_text(self, findings: Iterable[Finding]) -> str:
        """Findings as text."""
        return self.codec.text(tuple(findings))

    def findings(self, text: str) -> tuple[Finding, ...]:
        """The findings of a text."""
        return self.codec.decode_many(Finding, read_json(text))

    def rights_text(self, rights: Iterable[RightStatus]) -> str:
        """How rights stand as text."""
        return self.codec.text(tuple(rights))

    def rights(self, text: str) -> tuple[RightStatus, ...]:
        """How the rights of a text stand."""
        return self.codec.decode_many(RightStatus, read_json(text))

    def credit_impact_text(self, impacts: Iterable[CreditImpact]) -> str:
        """The money of a month as text."""
        return self.codec.text(tuple(impacts))

    def weighed(self, text: str | None) -> tuple[Weighed, ...]:
        """How the measured levels of a month count later; none where nothing was kept."""
        return () if text is None else self.codec.decode_many(Weighed, read_json(text))

    def credit_impact(self, text: str) -> tuple[CreditImpact, ...]:
        """The money of a month."""
        return self.codec.decode_many(CreditImpact, read_json(text))


def by_result(
    attainments: Mapping[int, list[Attainment]],
    breaches: Mapping[int, list[Breach]],
    statements: Mapping[int, list[Statement]],
    result: int,
    agreement: str,
    findings: tuple[Finding, ...],
) -> AgreementResult:
    """One agreement's result from its parts, which are in their stored order."""
    return AgreementResult(
        agreement,
        tuple(attainments.get(result, ())),
        tuple(breaches.get(result, ())),
        tuple(statements.get(result, ())),
        findings,
    )


def _text(number: Fraction | None) -> str | None:
    return None if number is None else str(number)


def _number(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)
