"""Both sides of the money: what each side caused, what comes back, and why there is a gap (3.6, rulings 6, 7, 40).

Example (worked case 41): v1 caused 1,200; its UC pays 40 % of 2,000 = 800, capped at 500. The gap of 700 is CAP 300,
for without the cap 800 would come back, and RATE 400, for v1's own level was missed too.

Readings chosen where the text leaves a choice, all since confirmed by the project's own rulings (23, 27 to 29): CAP
lifts the level's and the agreement's caps, not the minimum payable; the rest is asked of the contract without the
lifted exclusion; `own failures` are those of the services the supplier itself runs; what is ungoverned is taken whole
before any obstacle, and a rest is TARGET as far as it was caused where the promise was kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.reference.availability import cause_of
from tests.reference.credits import Line, Statement, settled_parts
from tests.reference.levels import Measured
from tests.reference.minutes import Document
from tests.reference.shapley import CUSTOMER, Player, nested_values
from tests.reference.sides import Portfolio, Sides

MISALIGNED = "MISALIGNED"
Lifted = Callable[[Document], bool]
# A period's statements again, with caps or not, and with the exclusions of some rows lifted.
Restate = Callable[[Document, bool, Lifted], tuple[Statement, list[Measured]]]


@dataclass(frozen=True)
class Responsibility:
    """One row of a trace."""

    party: str | None
    reason: str
    answerable: str | None
    players: tuple[Player, ...]
    quantity: Fraction
    impact_share: Fraction
    credit_share: Fraction | None
    credit: Fraction
    necessary: bool | None
    sufficient: bool | None
    value_without: Fraction | None
    services: dict[str, Fraction]


def divide(
    measured: Measured, worth: Callable[[Fraction], Fraction]
) -> tuple[dict[Player, Fraction], Fraction]:
    """The nested division of `worth` of the bad part, and what is there without anybody."""
    shares = nested_values(measured.players, lambda coalition: worth(measured.worth(coalition)))
    return shares, worth(measured.worth(frozenset()))


def trace(
    measured: Measured, line: Line | None, own_amount: Callable[[Fraction], Fraction]
) -> list[Responsibility]:
    """Who answers for a missed level, by party; the misaligned row last."""
    bad = measured.bad
    impact, misaligned = divide(measured, lambda part: part)
    money: dict[Player, Fraction] = {}
    money_misaligned = Fraction(0)
    whole = own_amount(bad)
    if whole:
        money, money_misaligned = divide(measured, own_amount)
    keys = sorted({(p.party, p.reason) for p in measured.players})
    rows = []
    for party, reason in keys:
        players = tuple(p for p in measured.players if (p.party, p.reason) == (party, reason))
        without = measured.worth(measured.without(party, reason))
        rows.append(
            Responsibility(
                party=party,
                reason=reason,
                answerable=measured.answerable[players[0]],
                players=players,
                quantity=sum((impact[p] for p in players), Fraction(0)),
                impact_share=sum((impact[p] for p in players), Fraction(0)) / bad,
                credit_share=sum((money[p] for p in players), Fraction(0)) / whole if whole else None,
                credit=Fraction(0),
                necessary=measured.status(without) == "MET",
                sufficient=measured.status(measured.worth(frozenset(players))) == "MISSED",
                value_without=measured.value(without),
                services={p.service: impact[p] for p in players},
            )
        )
    if misaligned:
        share = money_misaligned / whole if whole else None
        rows.append(
            Responsibility(
                None,
                MISALIGNED,
                None,
                (),
                misaligned,
                misaligned / bad,
                share,
                Fraction(0),
                None,
                None,
                None,
                {},
            )
        )
    if line is None or not whole:
        return rows
    parts = settled_parts(line.net, [row.credit_share or Fraction(0) for row in rows])
    return [_paid(row, part) for row, part in zip(rows, parts, strict=True)]


def _paid(row: Responsibility, credit: Fraction) -> Responsibility:
    given: dict[str, Any] = {name: getattr(row, name) for name in row.__dataclass_fields__}
    return Responsibility(**{**given, "credit": credit})


@dataclass(frozen=True)
class Breach:
    """A missed level with its rows."""

    measured: Measured
    rows: list[Responsibility]


class Impact:
    """The credit impact of one month, seen from the provider that faces customers."""

    def __init__(
        self,
        portfolio: Portfolio,
        agreements: list[Document],
        breaches: Sequence[Breach],
        statements: Sequence[Statement],
        restate: Restate,
    ) -> None:
        self.portfolio, self.breaches, self.statements, self.restate = (
            portfolio,
            breaches,
            statements,
            restate,
        )
        self.provider: str = next(a["provider"] for a in agreements if a["type"] == "SLA")
        self.sides = Sides(portfolio, agreements, self.provider)
        self.doubts: set[str] = set()
        self.caused: dict[str | None, Fraction] = {}
        self.causing: dict[str | None, list[tuple[Breach, Responsibility, Fraction]]] = {}
        for breach in breaches:
            if breach.measured.agreement["type"] == "SLA":
                for row in breach.rows:
                    self._charge(breach, row)

    def _charge(self, breach: Breach, row: Responsibility) -> None:
        suppliers = [row.answerable]
        if row.players and row.players[0] in breach.measured.spread:
            suppliers = list(breach.measured.spread[row.players[0]])
        equally = settled_parts(row.credit, [Fraction(1)] * len(suppliers))
        for supplier, part in zip(suppliers, equally, strict=True):
            if part:
                self.doubts.update(breach.measured.doubts)
                self.caused[supplier] = self.caused.get(supplier, Fraction(0)) + part
                self.causing.setdefault(supplier, []).append((breach, row, part))

    def _is_underpinning(self, agreement: Document) -> bool:
        return (
            bool(agreement["type"] != "SLA") and self.portfolio.house(agreement["consumer"]) == self.provider
        )

    def _is_internal(self, agreement: Document) -> bool:
        return self.portfolio.house(agreement["provider"]) == self.provider

    def _recoverable(self, agreement: Document) -> bool:
        return self._is_underpinning(agreement) and not self._is_internal(agreement)

    def parties(self) -> list[dict[str, Any]]:
        """One row a party with money on either side."""
        recovered: dict[str | None, Fraction] = {}
        internal = Fraction(0)
        for statement in self.statements:
            if self._recoverable(statement.agreement):
                supplier = statement.agreement["provider"]
                recovered[supplier] = recovered.get(supplier, Fraction(0)) + statement.net
            elif self._is_underpinning(statement.agreement):
                internal += statement.net
        rows = []
        names = {*self.caused, *recovered, self.provider}
        for name in sorted(names, key=lambda party: (party is None, party or "")):
            caused, back = self.caused.get(name, Fraction(0)), recovered.get(name, Fraction(0))
            gap = caused - back
            rows.append(
                {
                    "party": name,
                    "caused": caused,
                    "recoverable": back,
                    "internal": internal if name == self.provider else Fraction(0),
                    "gap": gap,
                    "overRecovery": max(-gap, Fraction(0)),
                    "reasons": self.reasons(name, gap) if gap > 0 else {},
                }
            )
        return rows

    def reasons(self, party: str | None, gap: Fraction) -> dict[str, Fraction]:
        """Why a positive gap is there; the amounts add up to it."""
        if party is None:
            return {MISALIGNED: gap}
        if party == self.provider:
            return {"OWN": gap}
        if self.portfolio.parties[party]["role"] == "customer":
            return {CUSTOMER: gap}
        if not self.sides.has_agreement(party):
            return {"UNGOVERNED": gap}
        agreements = [s.agreement for s in self.statements if s.agreement["provider"] == party]
        agreements = [a for a in agreements if self._recoverable(a)]
        if all(self._is_ungoverned(breach, row) for breach, row, _ in self.causing[party]):
            return {"UNGOVERNED": gap}
        found: dict[str, Fraction] = {}
        alone = sum((p for b, r, p in self.causing[party] if self._is_ungoverned(b, r)), Fraction(0))
        ungoverned = min(alone, gap)
        left = gap - ungoverned
        lifted = self._lifted(party)
        before = self._net(agreements, True, lambda row: False)
        for code, capped, lift in (("CAP", False, lambda row: False), ("EXCLUSION", False, lifted)):
            after = self._net(agreements, capped, lift)
            worth = min(left, max(after - before, Fraction(0)))
            before = after
            if worth:
                found[code] = worth
                left -= worth
        # What is left is asked of the contract as it then stands: TARGET as far as its promise was kept, the rest RATE.
        rest: dict[str, Fraction] = {}
        for breach, row, part in self.causing[party]:
            if not self._is_ungoverned(breach, row):
                as_is: Lifted = lifted if "EXCLUSION" in found else lambda row: False
                code = "RATE" if self._broke_its_promise(party, breach, row, as_is) else "TARGET"
                rest[code] = rest.get(code, Fraction(0)) + part
        target = min(rest.get("TARGET", Fraction(0)), left) if "RATE" in rest else left
        amounts = {code: found.get(code, Fraction(0)) for code in ("CAP", "EXCLUSION")}
        amounts |= {
            "TARGET": target if "TARGET" in rest else Fraction(0),
            "RATE": left - target if "TARGET" in rest else left,
            "UNGOVERNED": ungoverned,
        }
        settled = settled_parts(gap, list(amounts.values()))
        return {code: amount for code, amount in zip(amounts, settled, strict=True) if amount}

    @staticmethod
    def _is_ungoverned(breach: Breach, row: Responsibility) -> bool:
        """Whether a row is a ticket holder's that has no level for it (ruling 23 of the project)."""
        return row.party in breach.measured.without_level

    def _net(self, agreements: list[Document], capped: bool, lifted: Lifted) -> Fraction:
        return sum((self.restate(a, capped, lifted)[0].net for a in agreements), Fraction(0))

    def _lifted(self, party: str) -> Lifted:
        """Rows of the supplier's own services that the SLAs it cost money under do not excuse."""
        slas = {b.measured.agreement["name"]: b.measured.agreement for b, _, _ in self.causing.get(party, [])}

        def lifted(row: Document) -> bool:
            if self.portfolio.provider_of(row["service"]) != party or not row.get("cause"):
                return False
            return not all(cause_of(row, a, self.portfolio) in a.get("exclusions", []) for a in slas.values())

        return lifted

    def _broke_its_promise(self, party: str, breach: Breach, row: Responsibility, lifted: Lifted) -> bool:
        """Whether any of the supplier's levels on the services through which it caused the credit was missed."""
        return any(
            own.status(own.bad) == "MISSED"
            for agreement in self.sides.agreements
            if agreement["provider"] == party and self._recoverable(agreement)
            for own in self.restate(agreement, False, lifted)[1]
            if self._is_on_the_way(own, breach.measured, row, party)
        )

    @staticmethod
    def _is_on_the_way(own: Measured, breached: Measured, row: Responsibility, party: str) -> bool:
        if own.kind != breached.kind:
            return False
        if own.kind == "availability":
            causing = [p for p in row.players if row.services[p.service]]
            return any((party, own.service) in breached.through.get(p, ()) for p in causing)
        return _milestone(own) == _milestone(breached)


def _milestone(measured: Measured) -> str:
    return str(measured.level["metric"].get("milestone", "resolution"))
