"""What becomes of all the lines of a statement together, one rule after another.

The problem: a level's own credit is not yet what is paid. One incident may have missed three levels and be paid once,
caps of the month, the year and the umbrella agreement take their part, and each rule must find what the one before it
left (3.5). So each rule is a step from all the lines' amounts to all the lines' amounts, which can say of every line
what it read.

Example (worked case 22): 2,000 and 1,000; a cap of 2,000 leaves 1,333.33... and 666.66...; the year's last 1,000 leave
666.66... and 333.33....

Limits: amounts stay exact; the statement rounds. Which incidents there were and what earlier months used is the
caller's to know.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from domain.credits.caps import CapRoom, within_room
from domain.explanation import Value, number, rule

Amounts = tuple[Fraction, ...]


class Step(Protocol):
    """One rule over all the lines of a statement."""

    @property
    def rule(self) -> str:
        """The rule's registered name."""
        ...

    @property
    def clause(self) -> str | None:
        """The clause it rests on."""
        ...

    @property
    def sources(self) -> Mapping[str, str]:
        """Where its terms stand: by term, an agreement's version and the place in it."""
        ...

    def after(self, amounts: Amounts) -> Amounts:
        """What is left of each line."""
        ...

    def terms(self, line: int, before: Amounts) -> dict[str, Value]:
        """What the rule reads, besides the line's own amount, to give what is left of one line."""
        ...


def after_all(amounts: Amounts, steps: Sequence[Step]) -> Amounts:
    """What all steps leave of each line."""
    for step in steps:
        amounts = step.after(amounts)
    return amounts


@dataclass(frozen=True, slots=True)
class CapStep:
    """One cap of the agreement itself."""

    room: CapRoom
    source: str
    rule: str = "agreement-cap/1"

    @property
    def sources(self) -> Mapping[str, str]:
        """Where the limit stands."""
        return {"limit": self.source}

    @property
    def clause(self) -> str | None:
        """The clause of the cap."""
        return self.room.cap.clause

    def after(self, amounts: Amounts) -> Amounts:
        """All lines scaled alike to what is left of the cap."""
        return within_room(amounts, self.room.room)

    def terms(self, line: int, before: Amounts) -> dict[str, Value]:
        """The other lines, the limit, and what is used of it."""
        others = sum(before, start=Fraction(0)) - before[line]
        return {
            "others": others, "limit": self.room.limit, "used": self.room.used, "per": self.room.cap.per.value,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class UmbrellaStep:
    """One cap of the umbrella: pro rata over all lines of all its parts, of which ``others`` stand elsewhere."""

    umbrella: str
    room: CapRoom
    others: Fraction
    source: str
    rule: str = "umbrella-cap/1"

    @property
    def sources(self) -> Mapping[str, str]:
        """Where the limit stands."""
        return {"limit": self.source}

    @property
    def clause(self) -> str | None:
        """The clause of the cap."""
        return self.room.cap.clause

    def after(self, amounts: Amounts) -> Amounts:
        """All lines scaled, with those of the other parts, to what is left of the umbrella's cap."""
        return within_room((*amounts, self.others), self.room.room)[:-1]

    def terms(self, line: int, before: Amounts) -> dict[str, Value]:
        """The other lines of this part and of the others, the limit, and what is used of it."""
        others = sum(before, start=self.others) - before[line]
        return {
            "umbrella": self.umbrella, "others": others, "limit": self.room.limit, "used": self.room.used,
            "per": self.room.cap.per.value,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Incident:
    """The lines that one incident explains: each would be met without it; ``chosen`` is the consumer's choice."""

    name: str
    lines: tuple[int, ...]
    chosen: int | None = None


@dataclass(frozen=True, slots=True)
class OneIncidentStep:
    """Of the lines that one incident explains only one is paid (ruling 26 of the design)."""

    incidents: tuple[Incident, ...]
    names: tuple[str, ...]
    source: str
    clause: str | None = None
    rule: str = "one-incident/1"

    @property
    def sources(self) -> Mapping[str, str]:
        """Where the rule stands."""
        return {"incidents": self.source}

    def after(self, amounts: Amounts) -> Amounts:
        """The highest line of each incident (or the chosen one), and every line of none."""
        return one_paid(amounts, self.names, self.incidents)

    def terms(self, line: int, before: Amounts) -> dict[str, Value]:
        """All lines with their amounts, and the incidents by the names of their lines."""
        return {
            "line": self.names[line],
            "lines": tuple(zip(self.names, before, strict=True)),
            "incidents": tuple(
                (
                    each.name,
                    tuple(self.names[other] for other in each.lines),
                    "" if each.chosen is None else self.names[each.chosen],
                )
                for each in self.incidents
            ),
        }


def one_paid(amounts: Amounts, names: Sequence[str], incidents: Sequence[Incident]) -> Amounts:
    """What is left where one incident is paid once: incident after incident, the highest line, ties by name."""
    left = list(amounts)
    for incident in incidents:
        paid = incident.chosen
        if paid is None or paid not in incident.lines:
            paid = min(incident.lines, key=lambda line: (-left[line], names[line]))
        for line in incident.lines:
            if line != paid:
                left[line] = Fraction(0)
    return tuple(left)


@dataclass(frozen=True, slots=True)
class SharedStep:
    """The credits of a level that several suppliers share, put together and divided anew between them (3.6).

    ``own`` is what this agreement's lines of the level come to, ``total`` all suppliers' together, ``weight`` this
    one's part of ``weights``; ``lines`` are this agreement's lines of the level.
    """

    lines: tuple[int, ...]
    apportion: str
    own: Fraction
    total: Fraction
    weight: Fraction
    weights: Fraction
    source: str
    clause: str | None = None
    rule: str = "shared-level/1"

    @property
    def sources(self) -> Mapping[str, str]:
        """Where the apportionment stands."""
        return {"apportion": self.source}

    def after(self, amounts: Amounts) -> Amounts:
        """The lines of the level scaled to this supplier's part of the total."""
        part = self.total * self.weight / self.weights
        return tuple(
            amount * part / self.own if line in self.lines and self.own else amount
            for line, amount in enumerate(amounts)
        )

    def terms(self, line: int, before: Amounts) -> dict[str, Value]:  # noqa: ARG002 - a step's terms
        """The total, the weights, and what this agreement's own lines of the level are."""
        return {
            "isShared": line in self.lines, "apportion": self.apportion, "own": self.own, "total": self.total,
            "weight": self.weight, "weights": self.weights,
        }  # fmt: skip


@rule("umbrella-cap/1")
def _umbrella_cap(arguments: Mapping[str, Value]) -> Value:
    """One line under one cap of the umbrella: scaled, with all ``others`` of all parts, to what is left of it."""
    room = max(number(arguments, "limit") - number(arguments, "used"), Fraction(0))
    return within_room((number(arguments, "amount"), number(arguments, "others")), room)[0]


@rule("one-incident/1")
def _one_incident(arguments: Mapping[str, Value]) -> Value:
    """One line of those that one incident explains: itself, or nothing."""
    names, amounts = [], []
    for row in _rows(arguments["lines"]):
        names.append(str(row[0]))
        amounts.append(number({"amount": row[1]}, "amount"))
    place = names.index(str(arguments["line"]))
    amounts[place] = number(arguments, "amount")
    incidents = [
        Incident(
            str(row[0]),
            tuple(names.index(str(each)) for each in (row[1] if isinstance(row[1], tuple) else ())),
            names.index(str(row[2])) if row[2] else None,
        )
        for row in _rows(arguments["incidents"])
    ]
    return one_paid(tuple(amounts), names, incidents)[place]


@rule("shared-level/1")
def _shared_level(arguments: Mapping[str, Value]) -> Value:
    """One line of a shared level: its part of what all suppliers of the level credit together."""
    amount, own = number(arguments, "amount"), number(arguments, "own")
    if not arguments["isShared"] or not own:
        return amount
    part = number(arguments, "total") * number(arguments, "weight") / number(arguments, "weights")
    return amount * part / own


def _rows(value: Value) -> list[tuple[Value, ...]]:
    return [row for row in value if isinstance(row, tuple)] if isinstance(value, tuple) else []
