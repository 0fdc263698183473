"""The explanations of a settled level: its attainment, its shares, its credit, each a tree that can be replayed.

The problem: bulk settlement cannot afford trees that nobody reads, and a tree written down apart from the calculation
could say something else than was calculated. So explanations are built on demand, from the same inputs, by the same
rules, and checked against the figure they explain.

Example: ``explanations(settling, month, "sla-online-banking", "availability", "online-banking")["credit"]`` is the tree
from the outages, through bands and caps, to the line's net.

Limits: one month at a time; a level that was measured for several of its own periods in the month has a tree for each,
named by its period.
"""

from collections.abc import Mapping
from fractions import Fraction

from domain.attainment import Attainment, AttainmentStatus, LevelOn
from domain.credits.base import Due
from domain.credits.bonus import explain_bonus
from domain.credits.scheme import explain_credit
from domain.errors import PrivityError
from domain.explanation import Explanation, Value, Worked, number, rule, work
from domain.measure.judging import explain_judgement, minimum_of, misses_minimum, small_sample_of
from domain.measure.thresholds import explain_limits, first_held
from domain.metrics import TicketMetric
from domain.money import Money, rounded
from domain.periods import Period
from ola.custody import TicketOccasion
from ola.occasions import DowntimeOccasion
from ola.share_explanation import explain_shares
from ola.value_explanation import explain_value_shares
from ola.value_games import ValueOccasion
from settlement.explain_values import explain_value
from settlement.measured import MeasuredTickets, Measurement
from settlement.results import CreditLine
from settlement.settle import Settling
from settlement.statements import Drawn, explain_line
from settlement.trace_rows import Followed

ATTAINMENT, MINIMUM, THRESHOLDS, SHARES, CREDIT, BONUS = (
    "attainment", "minimum", "thresholds", "shares", "credit", "bonus"
)  # fmt: skip


def explanations(
    settling: Settling, month: Period, agreement: str, level: str, service: str, customer: str | None = None
) -> dict[str, Explanation]:
    """The explanations of one level on one service in a month, by what they explain.

    ``attainment`` always, ``minimum`` where the level has a second threshold in force, ``thresholds`` where these
    depend on when a ticket was opened, ``shares`` of a miss, ``credit`` of a miss that carries one, ``bonus`` of a met
    level that earns one. Of a level that is measured for each customer: those of one ``customer``, or of all, each
    named after its customer. Empty where the level was not measured in the month. Raises PrivityError where an
    explanation does not give the figure it explains.
    """
    found: dict[str, Explanation] = {}
    measured = [
        measurement
        for measurement in (*settling.measurements(agreement, month), *settling.duties(agreement, month))
        if (measurement.attainment.of.level.name, measurement.attainment.of.service) == (level, service)
        and customer in (None, measurement.attainment.of.customer)
    ]
    for measurement in measured:
        attainment = measurement.attainment
        of = attainment.of
        whose = "" if customer is not None or of.customer is None else f" {of.customer}"
        periods = {each.attainment.period for each in measured}
        suffix = whose + (f" {attainment.period.name}" if len(periods) > 1 else "")
        for name, tree in _explained(settling, month, measurement).items():
            found[name + suffix] = tree
    return found


def line_explanations(
    settling: Settling, month: Period, agreement: str, consumer: str
) -> tuple[tuple[CreditLine, Explanation], ...]:
    """The tree of each line of one statement, from the evidence to the line's net, in the statement's own order.

    Empty where the agreement has no such statement in the month, or one without lines. Raises PrivityError where an
    explanation does not give the line's net.
    """
    version = settling.judged_in(agreement, month)
    drawn = () if version is None else settling.statements(version, month)
    found = []
    for each in drawn:
        if each.statement.consumer != consumer:
            continue
        for line, printed in zip(each.lines, each.statement.lines, strict=True):
            measurement = _measurement_of(settling, month, agreement, line.of, line.period)
            attainment = measurement.attainment
            if attainment.threshold is None:
                raise PrivityError(f"The line {line.name} was credited without a target; please report this.")
            value, level = _value(settling, measurement), line.of.level
            compared, _ = explain_judgement(
                value,
                attainment.threshold,
                level.compare,
                small_sample_of(level),
                clause=level.clause,
                period=attainment.period.name,
            )
            tree = _line(settling, each, measurement, value, compared)
            if tree is None:
                raise PrivityError(f"The line {line.name} has no explanation; please report this.")
            found.append((printed, tree.called("line").explanation))
        found += _bonus_lines(settling, month, agreement, each)
    return tuple(found)


def _bonus_lines(
    settling: Settling, month: Period, agreement: str, drawn: Drawn
) -> list[tuple[CreditLine, Explanation]]:
    """The bonus lines of one statement, each with its tree, which is named "bonus"."""
    found = []
    for line in drawn.statement.bonuses:
        for measurement in settling.measurements(agreement, month):
            attainment = measurement.attainment
            is_its = attainment.of == line.of and attainment.value == line.value
            if not is_its or attainment.threshold is None or line.period not in (None, attainment.period):
                continue
            value, level = _value(settling, measurement), line.of.level
            compared, _ = explain_judgement(
                value,
                attainment.threshold,
                level.compare,
                small_sample_of(level),
                clause=level.clause,
                period=attainment.period.name,
            )
            worked = _bonus(settling, drawn, line, measurement, value, compared)
            if worked is not None:
                found.append((line, worked.explanation))
                break
    return found


def _measurement_of(
    settling: Settling, month: Period, agreement: str, of: LevelOn, period: Period
) -> Measurement:
    for measurement in settling.measurements(agreement, month):
        attainment = measurement.attainment
        if attainment.of == of and attainment.period == period:
            return measurement
    raise PrivityError(
        f"{agreement}: nothing was measured behind a line of {of.level.name}; please report this."
    )


def _explained(settling: Settling, month: Period, measurement: Measurement) -> dict[str, Explanation]:
    attainment = measurement.attainment
    of, period = attainment.of, attainment.period
    value = _value(settling, measurement)
    aside = {MINIMUM: _minimum(value, attainment), THRESHOLDS: _thresholds(measurement)}
    found = {name: tree.explanation for name, tree in aside.items() if tree is not None}
    if attainment.threshold is None or attainment.value is None:
        return {ATTAINMENT: value.explanation, **found}
    level = of.level
    compared, status = explain_judgement(
        value,
        attainment.threshold,
        level.compare,
        small_sample_of(level),
        clause=level.clause,
        period=period.name,
    )
    _require(status.value == attainment.status.value, "status", status, attainment.status.value)
    _require(compared.value == attainment.compared, "value", compared, str(attainment.compared))
    found = {ATTAINMENT: status.explanation, **found}
    if level.duty is not None:
        return found
    if attainment.status is not AttainmentStatus.MISSED:
        return found | _bonuses(settling, month, measurement, value, compared)
    followed = settling.follow(measurement)
    shares = _shares(followed, of, attainment.unit, period.name)
    found[SHARES] = shares.explanation
    version = settling.judged_in(of.agreement.name, month) or of.agreement
    lines = [
        line
        for each in settling.statements(version, month)
        if (line := _line(settling, each, measurement, value, compared))
    ]
    if len(lines) == 1:
        found[CREDIT] = lines[0].called(CREDIT).explanation
    elif lines:
        total = work(CREDIT, "total/1", {}, [line.called("line") for line in lines], clause=level.clause)
        found[CREDIT] = total.explanation
    return found


def _bonuses(
    settling: Settling, month: Period, measurement: Measurement, value: Worked, compared: Worked
) -> dict[str, Explanation]:
    """The trees of a met level's bonus, one a consumer that owes it; named after it where there are several."""
    of = measurement.attainment.of
    version = settling.judged_in(of.agreement.name, month) or of.agreement
    found = []
    for drawn in settling.statements(version, month):
        lines = [
            line
            for line in drawn.statement.bonuses
            if line.of == of and line.value == measurement.attainment.value
        ]
        worked = _bonus(settling, drawn, lines[0], measurement, value, compared) if lines else None
        if worked is not None:
            found.append((drawn.statement.consumer, worked.explanation))
    if len(found) == 1:
        return {BONUS: found[0][1]}
    return {f"{BONUS} {consumer}": tree for consumer, tree in found}


def _bonus(
    settling: Settling,
    drawn: Drawn,
    line: CreditLine,
    measurement: Measurement,
    value: Worked,
    compared: Worked,
) -> Worked | None:
    """One line of a bonus with its steps; None where nothing was earned."""
    of, period = measurement.attainment.of, measurement.attainment.period
    met = settling.standings.met(
        measurement, settling.measurements(of.agreement.name, drawn.statement.period)
    )
    if met is None:
        return None
    due = Due.of(of.agreement, period, drawn.statement.consumer)
    amount = explain_bonus(of.agreement, of.level, of.service, met, due, value, compared)
    if amount is None:
        return None
    terms: dict[str, Value] = {"currency": of.agreement.currency, "rounding": of.agreement.rounding}
    worked = work(BONUS, "rounded-amount/1", terms, [amount.called("amount")], clause=of.level.clause)
    _require(worked.value == line.net, "bonus", worked, str(line.net))
    return worked


@rule("rounded-amount/1")
def _rounded_amount(arguments: Mapping[str, Value]) -> Value:
    """One amount rounded by itself, to the currency's minor unit."""
    return rounded(number(arguments, "amount"), str(arguments["currency"]), str(arguments["rounding"]))


def _minimum(value: Worked, attainment: Attainment) -> Worked | None:
    """Whether the level's second threshold was missed, by the same steps as the target."""
    minimum, level = minimum_of(attainment), attainment.of.level
    if minimum is None or attainment.value is None:
        return None
    _, status = explain_judgement(
        value,
        minimum,
        level.compare,
        small_sample_of(level),
        clause=level.clause,
        period=attainment.period.name,
    )
    expected = AttainmentStatus.MISSED if misses_minimum(attainment) else AttainmentStatus.MET
    _require(status.value == expected.value, "minimum", status, expected.value)
    return status


def _thresholds(measurement: Measurement) -> Worked | None:
    """How long each counted ticket could take, where that depends on when it was opened."""
    basis, of = measurement.basis, measurement.attainment.of
    metric = of.level.metric
    if not isinstance(basis, MeasuredTickets) or not isinstance(metric, TicketMetric) or not metric.by_window:
        return None
    measure, rule_of_clock = basis.measure, basis.rule
    if rule_of_clock.hours is None or not measure.counted:
        return None
    lines = measure.lines
    opened = (
        lines.tickets.opened if rule_of_clock.holders is None else first_held(lines, rule_of_clock.holders)
    )
    tickets = [
        (lines.tickets.ticket_id[row] or "", measure.priority[position], int(opened[row]))
        for position, row in enumerate(measure.rows.tolist())
    ]
    period = measurement.attainment.period.name
    found = explain_limits(metric, tickets, rule_of_clock.hours, clause=of.level.clause, period=period)
    counted = tuple(
        (row[0], Fraction(each)) for row, each in zip(tickets, measure.threshold.tolist(), strict=True)
    )
    _require(found.value == counted, "thresholds", found, str(counted))
    return found


def _value(settling: Settling, measurement: Measurement) -> Worked:
    attainment = measurement.attainment
    value = explain_value(settling, measurement)
    expected: Value = "NO_DATA" if attainment.value is None else attainment.value
    _require(value.value == expected, "value", value, str(attainment.value))
    return value


def _shares(followed: Followed, of: LevelOn, unit: str, period: str) -> Worked:
    """The shares of a miss, by the game that they were divided by."""
    terms = (followed.consequence, of.agreement.apportionment, followed.first_failure)
    first = followed.occasions[0] if followed.occasions else None
    if isinstance(first, ValueOccasion):
        return explain_value_shares(
            followed.players, first, *terms, unit=unit, clause=of.level.clause, period=period
        )
    tickets = [each for each in followed.occasions if isinstance(each, TicketOccasion)]
    downtime = [each for each in followed.occasions if isinstance(each, DowntimeOccasion)]
    return explain_shares(
        followed.players, tickets or downtime, *terms, unit=unit, clause=of.level.clause, period=period
    )


def _line(
    settling: Settling, drawn: Drawn, measurement: Measurement, value: Worked, compared: Worked
) -> Worked | None:
    """The tree of a statement's line for a miss; None where the statement has none."""
    attainment = measurement.attainment
    for line, printed in zip(drawn.lines, drawn.statement.lines, strict=True):
        if line.of == attainment.of and line.period == attainment.period:
            agreement = line.of.agreement
            due = Due.of(agreement, line.period, drawn.statement.consumer)
            miss = settling.miss(measurement)
            amount = explain_credit(agreement, line.of.level, line.of.service, miss, due, value, compared)
            if amount is None:
                return None
            if line.relieved is not None:
                amount = _credit_relief(settling, measurement, amount, due)
                _require(amount.value == line.relieved, "credit relief", amount, str(line.relieved))
            net = explain_line(drawn, line, amount, agreement)
            _require(net.value == printed.net, "net", net, str(printed.net))
            return net
    return None


def _credit_relief(settling: Settling, measurement: Measurement, amount: Worked, due: Due) -> Worked:
    """A line's credit after a relief that excuses the credit alone: the whole tree of the relieved value beside it."""
    of, period = measurement.attainment.of, measurement.attainment.period
    seen = measurement.for_credit or measurement
    steps = [amount.called("amount")]
    if seen.attainment.status is AttainmentStatus.NO_DATA or seen.attainment.threshold is None:
        terms: dict[str, Value] = {"status": AttainmentStatus.NO_DATA.value}
        return work("amount", "credit-relief/1", terms, steps, clause=of.level.clause)
    small, clause = small_sample_of(of.level), of.level.clause
    value = explain_value(settling, seen)
    threshold, compare = seen.attainment.threshold, of.level.compare
    compared, status = explain_judgement(value, threshold, compare, small, clause=clause, period=period.name)
    steps.append(status)
    if seen.attainment.status is AttainmentStatus.MISSED:
        miss = settling.miss(seen)
        relieved = explain_credit(of.agreement, of.level, of.service, miss, due, value, compared)
        steps += [] if relieved is None else [relieved.called("relieved")]
    return work("amount", "credit-relief/1", {}, steps, clause=clause)


def _require(holds: bool, what: str, worked: Worked, expected: str) -> None:  # noqa: FBT001 - it reads as a sentence
    if not holds:
        raise PrivityError(
            f"The explanation of the {what} gives {worked.explanation.value}, but {expected} was settled; "
            "please report this as a fault."
        )


@rule("total/1")
def _total(arguments: Mapping[str, Value]) -> Value:
    lines = arguments["line"]
    amounts = [line for line in (lines if isinstance(lines, tuple) else (lines,)) if isinstance(line, Money)]
    return sum(amounts[1:], start=amounts[0])
