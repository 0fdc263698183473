"""The dependency graph as a picture: SVG that a browser shows, drawn without any other program.

The problem: whoever asks what a promise stands on wants to see it now, and Graphviz is not on every machine.

Example: a service that needs two others is a box above two boxes, with an arrow to each; the contract that governs a
need stands at its arrow, and an ungoverned need is dashed. Where not all of what a service needs has to be up, the gate
stands under its box: "2 of 3", or "all (hosting, any (wan-a, wan-b))".

How: each service stands one row below the lowest of those that need it; within a row services stand near the middle of
what they are joined to, found by going down and up a few times. A label stands on its own arrow where it touches
neither a box nor another label.

Limits: a gate is words, and every need is an arrow of its own; of a gate in many words only the first are shown. Rows
of very many services become wide, and where arrows are very many their labels may touch after all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from api.graphql.contracts import Contracts, Need
from api.graphql.services.drawing import gate_words
from domain.parties import Role

__all__ = ["pictured"]

_FILL = {
    Role.CUSTOMER: "#fde7c8",
    Role.PROVIDER: "#d6e6f5",
    Role.TEAM: "#e4eef7",
    Role.VENDOR: "#e8e3f3",
}
_LETTER, _HEIGHT, _BETWEEN, _BELOW, _EDGE = 7, 44, 28, 80, 20
_SMALL_LETTER, _SMALL_HEIGHT = 6, 12
_SWEEPS = 4
"""So often the order within the rows is gone through, down and up."""
_ALONG = (50, 40, 60, 32, 68, 25, 75, 45, 55, 36, 64)
"""Where along its arrow, in hundredths, a label may stand; the middle is tried first."""


def pictured(contracts: Contracts, names: Sequence[str], needs: Sequence[Need]) -> str:
    """Services and needs as SVG."""
    rows = _rows(names, needs)
    widths = {name: _width(contracts, name) for name in names}
    places = _places(rows, widths)
    width = max((x + widths[name] for name, (x, _) in places.items()), default=0) + _EDGE
    height = _EDGE + len(rows) * (_HEIGHT + _BELOW)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">',
        "<title>What stands on what</title>",
        "<style>text{font:12px Helvetica,Arial,sans-serif;text-anchor:middle}",
        ".small,.gate{font-size:10px;paint-order:stroke;stroke:#fff;stroke-width:3px}.gate{text-anchor:start}</style>",
        '<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7"',
        ' orient="auto"><path d="M0 0L10 5L0 10z" fill="#555"/></marker></defs>',
    ]
    labels = _Labels.beside([(*places[name], widths[name], _HEIGHT) for name in names])
    arrows = [_arrow(contracts, need, places, widths, labels) for need in needs]
    lines += [path for path, _ in arrows]
    lines += [_box(contracts, name, places[name], widths[name]) for name in names]
    lines += [label for _, label in arrows if label]
    return "\n".join([*lines, "</svg>", ""])


def _rows(names: Sequence[str], needs: Sequence[Need]) -> list[list[str]]:
    """The services by row, each below all that need it, in an order with few crossings."""
    above: dict[str, list[str]] = {name: [] for name in names}
    below: dict[str, list[str]] = {name: [] for name in names}
    for need in needs:
        if not need.closes_cycle:
            above[need.needs].append(need.service)
            below[need.service].append(need.needs)
    row = dict.fromkeys(names, 0)
    waiting = {name: len(above[name]) for name in names}
    ready = [name for name in names if not waiting[name]]
    for name in ready:
        for lower in below[name]:
            row[lower] = max(row[lower], row[name] + 1)
            waiting[lower] -= 1
            if not waiting[lower]:
                ready.append(lower)
    rows: list[list[str]] = [[] for _ in range(max(row.values(), default=-1) + 1)]
    for name in names:
        rows[row[name]].append(name)
    order: dict[str, int] = {}
    for each in rows:
        _put_in_order(each, above, order)
    for _ in range(_SWEEPS):
        for each in reversed(rows):
            _put_in_order(each, below, order)
        for each in rows:
            _put_in_order(each, above, order)
    return rows


def _put_in_order(row: list[str], joined: Mapping[str, Sequence[str]], order: dict[str, int]) -> None:
    """Put a row in the order of the middle of what each is joined to in the rows on one side; of nothing, as it was."""
    middles = {name: _middle(joined[name], order, order.get(name)) for name in row}
    row.sort(key=lambda name: (middles[name], name))
    # Places are counted in thousandths of the row, since rows are of different lengths.
    order.update((name, (2 * place + 1) * 500_000 // len(row)) for place, name in enumerate(row))


def _middle(names: Sequence[str], order: Mapping[str, int], before: int | None) -> tuple[int, int]:
    """The mean place of some services; of none the place before, or the end."""
    placed = [order[name] for name in names if name in order]
    if placed:
        return (0, sum(placed) // len(placed))
    return (1, 0) if before is None else (0, before)


def _width(contracts: Contracts, name: str) -> int:
    service = contracts.portfolio.services[name]
    title = contracts.portfolio.parties[service.provider].title
    return max(90, _LETTER * max(len(service.title), len(title)) + 16)


def _places(rows: Sequence[Sequence[str]], widths: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """The upper left corner of each box, each row in the middle of the widest."""
    lengths = [sum(widths[name] for name in row) + _BETWEEN * (len(row) - 1) for row in rows]
    widest = max(lengths, default=0)
    places = {}
    for index, (row, length) in enumerate(zip(rows, lengths, strict=True)):
        x = _EDGE + (widest - length) // 2
        for name in row:
            places[name] = (x, _EDGE + index * (_HEIGHT + _BELOW))
            x += widths[name] + _BETWEEN
    return places


def _box(contracts: Contracts, name: str, place: tuple[int, int], width: int) -> str:
    service = contracts.portfolio.services[name]
    party = contracts.portfolio.parties[service.provider]
    x, y = place
    middle = x + width // 2
    gate = gate_words(service.depends_on)
    # The words stand to the left of the arrows, which all leave from the middle.
    words = f'<text x="{x + 4}" y="{y + _HEIGHT + 12}" class="gate">{escape(gate)}</text>' if gate else ""
    return (
        f'<g id={quoteattr(name)}><rect x="{x}" y="{y}" width="{width}" height="{_HEIGHT}" rx="6" '
        f'fill="{_FILL[party.role]}" stroke="#555"/>'
        f'<text x="{middle}" y="{y + 19}" font-weight="bold">{escape(service.title)}</text>'
        f'<text x="{middle}" y="{y + 35}">{escape(party.title)}</text>{words}</g>'
    )


@dataclass(frozen=True, slots=True)
class _Labels:
    """What is taken already, by boxes and labels, as corners and lengths; kept by the band of a hundred it lies in."""

    taken: dict[int, list[tuple[int, int, int, int]]] = field(default_factory=dict)

    @classmethod
    def beside(cls, boxes: Sequence[tuple[int, int, int, int]]) -> "_Labels":
        """No label yet, and some boxes."""
        labels = cls()
        for box in boxes:
            labels._take(box)
        return labels

    def _take(self, box: tuple[int, int, int, int]) -> None:
        for band in range(box[1] // 100, (box[1] + box[3]) // 100 + 1):
            self.taken.setdefault(band, []).append(box)

    def placed(self, ends: tuple[int, int, int, int], length: int) -> tuple[int, int]:
        """Where the middle of a label of some length stands on the arrow between two points; it is then taken."""
        x1, y1, x2, y2 = ends
        spots = []
        for part in _ALONG:
            # The point of the curve: its two handles stand right under its start and right over its end.
            u = 100 - part
            x = ((u**3 + 3 * u * u * part) * x1 + (3 * u * part * part + part**3) * x2) // 10**6
            y = ((u**3) * y1 + 3 * u * part * (u + part) * (y1 + y2) // 2 + part**3 * y2) // 10**6
            spots.append((x, y))
        for x, y in spots:
            box = (x - length // 2 - 2, y - _SMALL_HEIGHT + 2, length + 4, _SMALL_HEIGHT + 2)
            near = (
                each
                for band in (box[1] // 100, (box[1] + box[3]) // 100)
                for each in self.taken.get(band, ())
            )
            if not any(_touch(box, each) for each in near):
                self._take(box)
                return x, y
        return spots[0]


def _touch(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    return (
        one[0] < other[0] + other[2]
        and other[0] < one[0] + one[2]
        and one[1] < other[1] + other[3]
        and other[1] < one[1] + one[3]
    )


def _arrow(
    contracts: Contracts,
    need: Need,
    places: Mapping[str, tuple[int, int]],
    widths: Mapping[str, int],
    labels: _Labels,
) -> tuple[str, str]:
    """The line of a need, and its label."""
    (x1, y1), (x2, y2) = places[need.service], places[need.needs]
    x1, y1, x2 = x1 + widths[need.service] // 2, y1 + _HEIGHT, x2 + widths[need.needs] // 2
    governing = contracts.governing(need)
    services = contracts.portfolio.services
    is_dashed = not governing and services[need.service].provider != services[need.needs].provider
    label = ", ".join(each.name for each in governing) or ("ungoverned" if is_dashed else "")
    bend = (y2 - y1) // 2
    dashes = ' stroke-dasharray="5 4"' if is_dashed else ""
    path = (
        f'<path d="M{x1} {y1}C{x1} {y1 + bend} {x2} {y2 - bend} {x2} {y2}" fill="none" stroke="#555"{dashes} '
        'marker-end="url(#arrow)"/>'
    )
    if not label:
        return path, ""
    x, y = labels.placed((x1, y1, x2, y2), _SMALL_LETTER * len(label))
    return path, f'<text x="{x}" y="{y}" class="small" fill="#555">{escape(label)}</text>'
