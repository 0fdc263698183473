"""The credits of one agreement for one consumer and one month.

The problem: a statement is what one party sends another: a line for each missed critical level, what each is worth
after its scheme, what is left after the agreement's caps, and by when it must be claimed (3.5).

Example (worked case 22): amounts 2,000 and 1,000 under a month's cap of 2,000 and a year's of 4,500 of which 3,500 are
used: gross 3,000, net 1,000, lines 666.67 and 333.33.

Rounding: lines stay exact until the end; the gross and the net total are rounded once, to the currency's minor unit,
and the lines are settled by largest remainder, so that they add up (3.5).

Limits: what earlier months have used of a yearly cap is folded from their statements, never from a stored total.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Protocol

from domain.agreements import Agreement, AgreementType, Claim
from domain.attainment import AttainmentStatus, LevelOn
from domain.credits.base import Due
from domain.credits.miss import Miss
from domain.credits.scheme import CreditAmount, credit_amount, is_calculated
from domain.credits.steps import Step, after_all
from domain.credits.umbrella_total import UmbrellaTotal
from domain.explanation import Value, Worked, number, rule, work
from domain.ledger import Entry, taken_in
from domain.money import Money, in_parts, rounded
from domain.periods import Period, PeriodKind
from settlement.measuring import Measurement
from settlement.results import CreditLine, Statement

MissOf = Callable[[Measurement, Sequence[Measurement]], Miss]
"""What was missed by a measured level, beside the others of its statement, with all that its credit rests on."""


@dataclass(frozen=True, slots=True)
class LineAmount:
    """One missed critical level before rounding: its own credit, and what the caps left of it."""

    of: LevelOn
    period: Period
    value: Fraction | None
    credit: CreditAmount
    net: Fraction
    compared: Fraction | None = None
    relieved: Fraction | None = None
    """What is credited where a relief excuses the credit and not the breach; None: none does."""

    @property
    def due(self) -> Fraction:
        """The line's credit after credit relief, before the agreement's other remedies (3.5)."""
        return self.credit.amount if self.relieved is None else self.relieved

    @property
    def name(self) -> str:
        """What tells this line from the others of its statement, and settles ties."""
        return "/".join((*self.of.order(), self.period.name))


@dataclass(frozen=True, slots=True)
class Drawn:
    """A statement, the exact lines it was rounded from, and the steps from each line's own amount to its net."""

    statement: Statement
    lines: tuple[LineAmount, ...]
    steps: tuple[Step, ...]
    together: UmbrellaTotal | None = None
    """The statement's part of what the cap of an umbrella leaves of all its parts; None: it is rounded by itself."""


@dataclass(frozen=True, slots=True)
class OwnLine:
    """One missed critical level of a statement with its own credit, before the agreement's remedies."""

    measurement: Measurement
    credit: CreditAmount
    relieved: Fraction | None = None
    """What is credited where a relief excuses the credit and not the breach; None: none does."""

    @property
    def due(self) -> Fraction:
        """The line's credit after credit relief: what the agreement's remedies begin with."""
        return self.credit.amount if self.relieved is None else self.relieved

    @property
    def name(self) -> str:
        """What tells this line from the others of its statement, and settles ties."""
        attainment = self.measurement.attainment
        return "/".join((*attainment.of.order(), attainment.period.name))


class Remedies(Protocol):
    """The agreement's rules over all its credits, from a line's own amount on (3.5)."""

    def steps(
        self, agreement: Agreement, consumer: str, month: Period, lines: Sequence[OwnLine], *, with_caps: bool
    ) -> tuple[Step, ...]:
        """The steps that a month's lines go through, in their order; without caps where these are lifted (3.6)."""
        ...

    def together(
        self,
        agreement: Agreement,
        consumer: str,
        month: Period,
        lines: Sequence[OwnLine],
        steps: Sequence[Step],
    ) -> UmbrellaTotal | None:
        """A statement's part of what an umbrella's cap leaves; None where no such cap takes anything."""
        ...

    def ledger(self, agreement: Agreement, consumer: str, month: Period, due: Money) -> tuple[Entry, ...]:
        """What was earned back of the agreement's credits so far, where the month's lines come to ``due``."""
        ...


def consumers_of(agreement: Agreement) -> tuple[str, ...]:
    """Who gets a statement: the consumer; for "*" each customer with a price of its own, and "*" for all others.

    Where levels are measured for each customer, each has a statement of its own.
    """
    if agreement.consumer != "*":
        return (agreement.consumer,)
    if agreement.customers:
        return agreement.customers
    named = {charge.customer for charge in agreement.charges} | {each.customer for each in agreement.invoiced}
    priced = sorted(customer for customer in named if customer is not None)
    is_general = None in named
    return (*priced, "*") if is_general or not priced else tuple(priced)


def own_lines(
    consumer: str, measurements: Sequence[Measurement], miss_of: MissOf, *, with_caps: bool = True
) -> tuple[OwnLine, ...]:
    """The lines of a month's statement: the missed levels whose own periods end in it, each with its own credit."""
    lines = []
    for measurement in _falling_due(measurements):
        attainment = measurement.attainment
        if not is_calculated(attainment.of.level) or attainment.of.customer not in (None, consumer):
            continue

        def credit_of(seen: Measurement) -> CreditAmount | None:
            of, due = (
                seen.attainment.of,
                Due.of(seen.attainment.of.agreement, seen.attainment.period, consumer),
            )
            miss = miss_of(seen, measurements)
            return credit_amount(of.agreement, of.level, of.service, miss, due, with_cap=with_caps)

        credit = credit_of(measurement)
        if credit is not None:
            relieved = None
            if (seen := measurement.for_credit) is not None:
                is_due = seen.attainment.status is AttainmentStatus.MISSED
                as_relieved = credit_of(seen) if is_due else None
                relieved = min(credit.amount, as_relieved.amount) if as_relieved is not None else Fraction(0)
            lines.append(OwnLine(measurement, credit, relieved))
    return tuple(lines)


def draw(
    agreement: Agreement,
    consumer: str,
    month: Period,
    lines: Sequence[OwnLine],
    remedies: Remedies,
    claims: Sequence[Claim],
    as_of: date,
    *,
    with_caps: bool = True,
) -> Drawn:
    """Draw up a month's statement from its lines."""
    steps = remedies.steps(agreement, consumer, month, lines, with_caps=with_caps)
    nets = after_all(tuple(line.due for line in lines), steps)
    exact = tuple(
        LineAmount(each.of, each.period, each.value, line.credit, net, each.compared, line.relieved)
        for line, net in zip(lines, nets, strict=True)
        for each in (line.measurement.attainment,)
    )
    together = remedies.together(agreement, consumer, month, lines, steps)
    stated = _rounded(agreement, consumer, month, exact, remedies, claims, as_of, together)
    return Drawn(stated, exact, steps, together)


def _falling_due(measurements: Iterable[Measurement]) -> list[Measurement]:
    """The misses that a month's credits are for: of a level judged each day, its worst day alone (ruling 3)."""
    found: list[Measurement] = []
    worst: dict[tuple[str, ...], int] = {}
    for measurement in measurements:
        attainment = measurement.attainment
        if attainment.status is not AttainmentStatus.MISSED:
            continue
        if attainment.period.kind is not PeriodKind.DAY_WINDOW:
            found.append(measurement)
            continue
        key = attainment.of.order()
        if key not in worst:
            worst[key] = len(found)
            found.append(measurement)
        elif (attainment.margin or 0) < (found[worst[key]].attainment.margin or 0):
            found[worst[key]] = measurement
    return found


def _rounded(
    agreement: Agreement,
    consumer: str,
    month: Period,
    lines: Sequence[LineAmount],
    remedies: Remedies,
    claims: Sequence[Claim],
    as_of: date,
    together: UmbrellaTotal | None,
) -> Statement:
    names = [line.name for line in lines]
    currency, rounding = agreement.currency, agreement.rounding
    gross, amounts = settled([line.credit.amount for line in lines], names, currency, rounding)
    if together is None:
        due, nets = settled([line.net for line in lines], names, currency, rounding)
    else:
        due = together.money
        nets = in_parts(due, [line.net for line in lines], names)
    ledger = remedies.ledger(agreement, consumer, month, due)
    said = agreement.remedies
    found = tuple(
        CreditLine(
            line.of,
            line.of.level.credit.scheme if line.of.level.credit is not None else "",
            line.value,
            line.credit.percent,
            rounded(line.credit.base, agreement.currency, agreement.rounding),
            amount,
            left,
            line.credit.points,
            line.period,
        )
        for line, amount, left in zip(lines, amounts, nets, strict=True)
    )
    claim_by = None if agreement.claim_within is None else agreement.claim_within.after(month.last)
    # What lapses is what we may recover (2-documents, "Claims"): a customer's credit is owed whether or not it asks.
    recovers = agreement.type is AgreementType.UC
    is_missed = recovers and is_claim_missed(agreement.name, month, claim_by, claims, as_of)
    return Statement(
        agreement.name,
        agreement.type,
        agreement.provider,
        consumer,
        month,
        found,
        gross,
        due - taken_in(ledger, month.name, currency),
        claim_by,
        is_missed,
        ledger,
        said.is_sole,
        said.counts_toward_damages,
    )


def settled(
    exact: Sequence[Fraction], names: Sequence[str], currency: str, rounding: str
) -> tuple[Money, tuple[Money, ...]]:
    """A total rounded once to the minor unit, and its parts by largest remainder, ties by name (3.5).

    The remainder is that of each exact part, after all caps: a part never moves by a whole unit (ruling 178).
    """
    if not exact:
        return Money.zero(currency), ()
    if len(exact) == 1 and exact[0]:
        alone = rounded(exact[0], currency, rounding)
        return alone, (alone,)
    total = rounded(sum(exact, start=Fraction(0)), currency, rounding)
    if all(part == 0 for part in exact):
        return total, tuple(Money.zero(currency) for _ in exact)
    return total, in_parts(total, exact, names)


def is_claim_missed(
    agreement: str, month: Period, claim_by: date | None, claims: Sequence[Claim], as_of: date
) -> bool:
    """Whether a credit that must be claimed can no longer be: claimed too late, or not claimed and the window shut."""
    if claim_by is None:
        return False
    dates = [
        claim.claimed_at for claim in claims if claim.agreement == agreement and claim.period == month.name
    ]
    return min(dates) > claim_by if dates else as_of > claim_by


def explain_line(drawn: Drawn, line: LineAmount, amount: Worked, agreement: Agreement) -> Worked:
    """A line's net, from its own credit (``amount``) through each of the agreement's remedies to its rounding."""
    place = drawn.lines.index(line)
    amounts = tuple(each.due for each in drawn.lines)
    step = amount.called("amount")
    for each in drawn.steps:
        terms = each.terms(place, amounts)
        step = work("amount", each.rule, terms, [step], clause=each.clause, sources=each.sources)
        amounts = each.after(amounts)
    parts = {other.name: left for other, left in zip(drawn.lines, amounts, strict=True)}
    others = tuple((name, parts[name]) for name in sorted(parts) if name != line.name)
    if drawn.together is not None:
        among: dict[str, Value] = {"others": others, "line": line.name}
        return work(
            "net", "line-of-total/1", among, [step, drawn.together.worked()], clause=line.of.level.clause
        )
    rounding: dict[str, Value] = {
        "others": others,
        "line": line.name,
        "currency": agreement.currency,
        "rounding": agreement.rounding,
    }
    return work("net", "rounded-line/1", rounding, [step], clause=line.of.level.clause)


@rule("credit-relief/1")
def _credit_relief(arguments: Mapping[str, Value]) -> Value:
    """A credit as if relieved: that of the value without what is excused, and nothing where that meets the target."""
    if arguments["status"] != AttainmentStatus.MISSED.value:
        return Fraction(0)
    return min(number(arguments, "amount"), number(arguments, "relieved"))


@rule("rounded-line/1")
def _rounded_line(arguments: Mapping[str, Value]) -> Value:
    """One line of a statement whose total is rounded once, by largest remainder among all its lines."""
    own = str(arguments["line"])
    exact = {own: number(arguments, "amount")}
    others = arguments["others"]
    for row in others if isinstance(others, tuple) else ():
        if isinstance(row, tuple):
            exact[str(row[0])] = number({"part": row[1]}, "part")
    names = sorted(exact)
    currency, rounding = str(arguments["currency"]), str(arguments["rounding"])
    return settled([exact[name] for name in names], names, currency, rounding)[1][names.index(own)]
