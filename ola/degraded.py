"""Degraded service: downtime that counts in part, as layers of ordinary downtime.

The problem: "degraded service counts half" gives a service at each instant a weight between 0 and 1 instead of up or
down, and its state has to go through gates, relief and shares like any other. All of these ask only which services are
down; and a weight is a sum of such answers. The downtime of weight 1/2 is half of "down at 1/2 or more" and half of
"down at 1 or more", so each weight that occurs makes a layer, in which a row counts if its weight reaches that far.

A gate then is what it always was, in each layer: `all` has the heaviest weight of its members, `any` the lightest,
`atLeast k of n` the (n - k + 1)-th heaviest. Where rows overlap, the heaviest counts.

Example: degraded (0.5) 10:00-12:00, and wholly down 11:00-11:30: half of two hours and half of thirty minutes, so 75
minutes.

Limits: a weight of 0 is no downtime at all; a row without a severity, or with one that the metric does not weigh, is
down in full. How long an outage was, for `minimumOutage`, is asked of all layers together.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from domain.agreements import AvailabilityMetric
from domain.evidence import OutageTimes
from domain.intervals import Intervals, union
from ola.downtime import Downtime, DowntimeBook
from ola.games import Groups
from ola.occasions import Bools, DowntimeBreach, DowntimeOccasion, Player

__all__ = ["Layer", "layers_of", "renumbered", "together"]

_FULL = Fraction(1)


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """The downtime of at least some weight: how much heavier it is than the layer beneath, and who was down so."""

    weight: Fraction
    book: DowntimeBook
    state: Downtime


def layers_of(book: DowntimeBook, service: str, metric: AvailabilityMetric) -> tuple[Layer, ...]:
    """The layers of a service's downtime, the lightest first; one alone where nothing is weighed."""
    weights = dict(metric.weights)
    found: set[Fraction] = set()
    for name in book.chain.closure(service) if weights else ():
        found.update(_weight(weights, severity) for severity in _severities(book.times(name)))
    steps = sorted(found - {Fraction(0)})
    if not weights or not found or found == {_FULL}:
        return (Layer(_FULL, book, book.measured(service, metric)),)
    layers = []
    # Rows of no weight leave even the lightest layer; where there are only such rows it is empty.
    for below, weight in zip([Fraction(0), *steps], steps or [_FULL], strict=False):
        reaching = book.counting(_reaching(weights, weight))
        layers.append(Layer(weight - below, reaching, reaching.measured(service, metric)))
    return tuple(layers)


def _severities(rows: OutageTimes) -> list[str | None]:
    return [
        rows.severity.names[code] if code >= 0 else None for code in np.unique(rows.severity.codes).tolist()
    ]


def _weight(weights: Mapping[str, Fraction], severity: str | None) -> Fraction:
    return _FULL if severity is None else weights.get(severity, _FULL)


def _reaching(
    weights: Mapping[str, Fraction], weight: Fraction
) -> Callable[[OutageTimes], NDArray[np.bool_]]:
    lighter = frozenset(severity for severity, each in weights.items() if each < weight)

    def counts(rows: OutageTimes) -> NDArray[np.bool_]:
        return ~rows.severity.rows_in(lighter)

    return counts


def together(layers: Sequence[tuple[Fraction, DowntimeBreach]]) -> DowntimeBreach:
    """One breach of the occasions of all layers, each as heavy as its layer."""
    if len(layers) == 1 and layers[0][0] == 1:
        return layers[0][1]
    found: dict[Player, list[Intervals]] = {}
    for _, breach in layers:
        for player, failing in zip(breach.players, breach.own, strict=True):
            found.setdefault(player, []).append(failing)
    players = tuple(sorted(found, key=lambda p: (p.side, p.party, p.service, p.excused or "")))
    position = {player: index for index, player in enumerate(players)}
    occasions = [
        replace(renumbered(occasion, [position[player] for player in breach.players]), weight=weight)
        for weight, breach in layers
        for occasion in breach.occasions
    ]
    own = tuple(union(found[player]) for player in players)
    return DowntimeBreach(players, own, tuple(sorted(occasions, key=lambda each: each.spans)))


def renumbered(occasion: DowntimeOccasion, new: Sequence[int]) -> DowntimeOccasion:
    """The same occasion, its players at new positions."""
    old = {new[player]: player for player in (*occasion.players, *occasion.excused)}
    inner: Callable[[Groups], tuple[NDArray[np.int64], Bools]] = occasion.evaluate

    def evaluate(groups: Groups) -> tuple[NDArray[np.int64], Bools]:
        return inner([frozenset(old[player] for player in group if player in old) for group in groups])

    return replace(
        occasion,
        players=tuple(sorted(new[player] for player in occasion.players)),
        excused=tuple(sorted(new[player] for player in occasion.excused)),
        side_of={new[player]: side for player, side in occasion.side_of.items()},
        evaluate=evaluate,
    )
