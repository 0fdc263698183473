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

from domain.agreements import AvailabilityMetric
from domain.attainment import AttainmentStatus
from domain.credits.base import Due
from domain.credits.scheme import explain_credit
from domain.errors import PrivityError
from domain.evidence import OutageColumns
from domain.explanation import Explanation, Value, Worked, rule, work
from domain.instants import isoformat
from domain.measure.availability import explain_availability
from domain.measure.judging import explain_judgement
from domain.measure.within import explain_within
from domain.money import Money
from domain.periods import Period
from ola.share_explanation import explain_relief, explain_shares
from settlement.measuring import MeasuredDowntime, MeasuredTickets, Measurement
from settlement.settle import Settling
from settlement.statements import Drawn, explain_line

ATTAINMENT, SHARES, CREDIT = "attainment", "shares", "credit"


def explanations(
    settling: Settling, month: Period, agreement: str, level: str, service: str
) -> dict[str, Explanation]:
    """The explanations of one level on one service in a month, by what they explain.

    ``attainment`` always, ``shares`` of a miss, ``credit`` of a miss that carries one. Empty where the level was not
    measured in the month. Raises PrivityError where an explanation does not give the figure it explains.
    """
    found: dict[str, Explanation] = {}
    measured = [
        measurement
        for measurement in settling.measurements(agreement, month)
        if (measurement.attainment.of.level.name, measurement.attainment.of.service) == (level, service)
    ]
    for measurement in measured:
        suffix = f" {measurement.attainment.period.name}" if len(measured) > 1 else ""
        for name, tree in _explained(settling, month, measurement).items():
            found[name + suffix] = tree
    return found


def _explained(settling: Settling, month: Period, measurement: Measurement) -> dict[str, Explanation]:
    attainment = measurement.attainment
    of, period = attainment.of, attainment.period
    value = _value(settling, measurement)
    if attainment.threshold is None or attainment.value is None:
        return {ATTAINMENT: value.explanation}
    level = of.level
    compared, status = explain_judgement(
        value,
        attainment.threshold,
        level.compare,
        level.small_sample,
        clause=level.clause,
        period=period.name,
    )
    _require(status.value == attainment.status.value, "status", status, attainment.status.value)
    _require(compared.value == attainment.compared, "value", compared, str(attainment.compared))
    found = {ATTAINMENT: status.explanation}
    if attainment.status is not AttainmentStatus.MISSED:
        return found
    followed = settling.follow(measurement)
    shares = explain_shares(
        followed.players,
        followed.occasions,
        followed.consequence,
        of.agreement.apportionment,
        followed.first_failure,
        unit=attainment.unit,
        clause=level.clause,
        period=period.name,
    )
    found[SHARES] = shares.explanation
    version = settling.judged_in(of.agreement.name, month) or of.agreement
    lines = [
        line for each in settling.statements(version, month) if (line := _line(each, measurement, compared))
    ]
    if len(lines) == 1:
        found[CREDIT] = lines[0].called(CREDIT).explanation
    elif lines:
        total = work(CREDIT, "total/1", {}, [line.called("line") for line in lines], clause=level.clause)
        found[CREDIT] = total.explanation
    return found


def _value(settling: Settling, measurement: Measurement) -> Worked:
    attainment, basis = measurement.attainment, measurement.basis
    of, period = attainment.of, attainment.period
    if isinstance(basis, MeasuredTickets):
        sources = {"tickets": f"tickets and ticket_events of {of.service}"}
        return explain_within(basis.measure, clause=of.level.clause, period=period.name, sources=sources)
    metric = of.level.metric
    if not isinstance(basis, MeasuredDowntime) or not isinstance(metric, AvailabilityMetric):
        raise PrivityError(f"Nothing is known of how {of.level.name} was measured.")
    value = explain_availability(
        basis.windows,
        basis.maintenance,
        basis.state.recorded,
        basis.state.gate,
        settling.measuring.chain.services[of.service].measured,
        metric.minimum_outage,
        _relieved(basis),
        clause=of.level.clause,
        period=period.name,
        sources=_sources(settling, measurement, basis),
    )
    expected: Value = "NO_DATA" if attainment.value is None else attainment.value
    _require(value.value == expected, "value", value, str(attainment.value))
    return value


def _sources(settling: Settling, measurement: Measurement, basis: MeasuredDowntime) -> dict[str, str]:
    """Where the terms of an availability stand: the calendar, the maintenance clause, the rows of evidence."""
    of, period = measurement.attainment.of, measurement.attainment.period
    agreement = of.agreement
    book = settling.measuring.book(basis.horizon)
    start, end = period.bounds(agreement.calendar.zone)
    calendar = f"calendar {agreement.calendar.name} ({agreement.calendar.timezone})"
    below = settling.measuring.chain.closure(of.service)[:-1]
    nothing = f"no outage of {of.service} from {isoformat(start)} to {isoformat(end)}"
    under = "; ".join(f"{name}: {found}" for name in below if (found := _places(book.rows(name), start, end)))
    return {
        "windows": f"{calendar}, {of.level.window or 'all windows'}",
        "maintenance": f"{agreement.name} version {agreement.version}, maintenance",
        "recorded": _places(book.rows(of.service), start, end) or nothing,
        "gate": under or ("nothing under it failed" if below else f"{of.service} stands on nothing"),
        "measured": f"service {of.service}",
    }


def _places(rows: OutageColumns, start: int, end: int) -> str:
    """The outage rows that reach into a period, by id, file and line."""
    within = [
        row for row in range(len(rows)) if int(rows.started[row]) < end and int(rows.ended[row]) > start
    ]
    return ", ".join(
        f"{rows.outage_id[row] or 'outage'} ({rows.place.file[row]}:{int(rows.place.line[row])})"
        for row in within
    )


def _relieved(basis: MeasuredDowntime) -> Worked | None:
    """What is taken off the downtime as excused, from the game between the excused causes and the sides."""
    if basis.breach is None or not any(occasion.excused for occasion in basis.breach.occasions):
        return None
    return explain_relief(basis.breach.players, basis.breach.occasions)


def _line(drawn: Drawn, measurement: Measurement, compared: Worked) -> Worked | None:
    """The tree of a statement's line for a miss; None where the statement has none."""
    attainment = measurement.attainment
    for line, printed in zip(drawn.lines, drawn.statement.lines, strict=True):
        if line.of == attainment.of and line.period == attainment.period:
            agreement = line.of.agreement
            due = Due.of(agreement, line.period, drawn.statement.consumer)
            amount = explain_credit(agreement, line.of.level, line.of.service, compared, due)
            if amount is None:
                return None
            net = explain_line(drawn, line, amount, agreement)
            _require(net.value == printed.net, "net", net, str(printed.net))
            return net
    return None


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
