"""The metric `availability`: agreed service time less counted downtime, over agreed service time.

The problem: "99.9 % a month" is a fraction of the time that was promised, not of the calendar: windows count, agreed
maintenance does not, outages too short to count are left out before the windows are applied, and what is excused is
taken off what counts without shortening the time promised (3.1).

Example (E1): April, 24x7, 43,200 minutes, 62 down: 99.856481... %. 43.2 minutes down is exactly 99.9 %.

Limits: when a service is down by its dependencies is the chain's to say (`ola.downtime`); whose fault it was, the
trace's. Each step is a registered rule, so that an explanation replays with the functions that computed the figure.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from domain.errors import PrivityError
from domain.explanation import Value, Worked, number, rule, work
from domain.intervals import Intervals, union
from domain.services import Measured


def agreed_time(windows: Intervals, maintenance: Intervals) -> Intervals:
    """T: the service windows of the period without the agreed maintenance."""
    return windows - maintenance


def down_time(recorded: Intervals, gate: Intervals, measured: Measured) -> Intervals:
    """When a service is down: by its own records, or also when its gate fails (3.1)."""
    return recorded if measured is Measured.DIRECTLY else recorded | gate


def downtime_in(down: Intervals, minimum_outage: int, agreed: Intervals) -> Intervals:
    """D within T: the maximal intervals of at least ``minimum_outage``, then only agreed time (ruling 15)."""
    return down.at_least(minimum_outage) & agreed


def availability(agreed: Fraction, counted: Fraction) -> Fraction | None:
    """Percent; None where nothing was promised (no agreed service time)."""
    return None if agreed == 0 else 100 * (agreed - counted) / agreed


def explain_availability(
    windows: Intervals,
    maintenance: Intervals | Worked,
    recorded: Intervals,
    gate: Intervals,
    measured: Measured,
    minimum_outage: int,
    relieved: Worked | None,
    *,
    removes_relieved: bool = False,
    behind: Sequence[Worked] = (),
    layers: Sequence[tuple[Fraction, Intervals, Intervals]] = (),
    clause: str | None,
    period: str,
    sources: Mapping[str, str],
) -> Worked:
    """The value with the steps by which it comes about; ``relieved`` is what is taken off the downtime.

    ``removes_relieved``: it is taken off the time promised as well. ``maintenance`` may come with steps of its own;
    ``behind`` are steps that say what was excusable. ``layers`` are of service that was degraded: how much each layer
    weighs, what was recorded in it, and when its gate failed.
    """
    if isinstance(maintenance, Worked):
        hours: dict[str, Value] = {"windows": windows}
        time = work("time", "agreed-time/1", hours, [maintenance], period=period, sources=sources)
    else:
        hours = {"windows": windows, "maintenance": maintenance}
        time = work("time", "agreed-time/1", hours, period=period, sources=sources)
    agreed = work("agreed", "length/1", {}, [time])
    terms: dict[str, Value] = {
        "recorded": recorded, "gate": gate, "measured": measured.value, "minimumOutage": Fraction(minimum_outage),
    }  # fmt: skip
    down = work("down", "downtime/1", terms, [time], clause=clause, period=period, sources=sources)
    length = work("downtime", "length/1", {}, [down.called("time")])
    if layers:
        parts = [
            work(
                "layer",
                "layer/1",
                {"weight": weight, "recorded": own, "gate": below, "measured": measured.value},
                [down],
            )
            for weight, own, below in layers
        ]
        length = work("downtime", "weighed/1", {}, parts, clause=clause)
    taken_off = [] if relieved is None else [relieved]
    counted = work("counted", "counted-downtime/1", {}, [length, *taken_off, *behind])
    if removes_relieved and relieved is not None:
        agreed = work("agreed", "agreed-less-relieved/1", {}, [agreed.called("time"), relieved])
    return work("value", "availability/1", {}, [agreed, counted], clause=clause, period=period)


def _set(arguments: Mapping[str, Value], name: str) -> Intervals:
    value = arguments[name]
    if not isinstance(value, Intervals):
        raise PrivityError(f"The term {name} must be a set of time, not {value!r}.")
    return value


@rule("agreed-time/1")
def _agreed_time(arguments: Mapping[str, Value]) -> Value:
    return agreed_time(_set(arguments, "windows"), _set(arguments, "maintenance"))


@rule("length/1")
def _length(arguments: Mapping[str, Value]) -> Value:
    return Fraction(_set(arguments, "time").total())


@rule("downtime/1")
def _downtime(arguments: Mapping[str, Value]) -> Value:
    measured = Measured(str(arguments["measured"]))
    down = down_time(_set(arguments, "recorded"), _set(arguments, "gate"), measured)
    return downtime_in(down, int(number(arguments, "minimumOutage")), _set(arguments, "time"))


@rule("counted-downtime/1")
def _counted_downtime(arguments: Mapping[str, Value]) -> Value:
    """Downtime less what is relieved, in microseconds; relieved time may be a fraction."""
    relieved = number(arguments, "relieved") if "relieved" in arguments else Fraction(0)
    return number(arguments, "downtime") - relieved


@rule("agreed-less-relieved/1")
def _agreed_less_relieved(arguments: Mapping[str, Value]) -> Value:
    """The time promised where relieved time leaves it (``relieved: removed``)."""
    return number(arguments, "time") - number(arguments, "relieved")


@rule("relief-by-time/1")
def _relief_by_time(arguments: Mapping[str, Value]) -> Value:
    """How much of the downtime accepted reliefs excuse.

    ``down`` are its layers, each with its weight (one alone, of weight 1, unless degraded service counts in part);
    ``reliefs`` are name, cause and time, none of it twice.
    """
    reliefs = union(_set({"time": row[2]}, "time") for row in _listed(arguments, "reliefs"))
    layers = [(number({"w": row[0]}, "w"), _set({"d": row[1]}, "d")) for row in _listed(arguments, "down")]
    return sum((weight * (down & reliefs).total() for weight, down in layers), start=Fraction(0))


def _listed(arguments: Mapping[str, Value], name: str) -> list[tuple[Value, ...]]:
    value = arguments[name]
    return [row for row in value if isinstance(row, tuple)] if isinstance(value, tuple) else []


@rule("relieved-in-all/1")
def _relieved_in_all(arguments: Mapping[str, Value]) -> Value:
    """What is relieved by decision and what by cause, together."""
    return number(arguments, "byDecision") + number(arguments, "byCause")


@rule("availability/1")
def _availability(arguments: Mapping[str, Value]) -> Value:
    value = availability(number(arguments, "agreed"), number(arguments, "counted"))
    return "NO_DATA" if value is None else value


@rule("layer/1")
def _layer(arguments: Mapping[str, Value]) -> Value:
    """How much of the downtime lies in one layer, as heavy as the layer is."""
    measured = Measured(str(arguments["measured"]))
    down = down_time(_set(arguments, "recorded"), _set(arguments, "gate"), measured)
    return number(arguments, "weight") * (down & _set(arguments, "down")).total()


@rule("weighed/1")
def _weighed(arguments: Mapping[str, Value]) -> Value:
    layers = arguments["layer"]
    each = layers if isinstance(layers, tuple) else (layers,)
    return sum((number({"layer": layer}, "layer") for layer in each), start=Fraction(0))
