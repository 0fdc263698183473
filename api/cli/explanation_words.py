"""The values of an explanation in a reader's words.

The problem: an explanation carries everything that replaying it needs: microseconds, tables of coalitions, rows of
tickets. A person wants "733 h", "below 99.8: 5 %" and which ticket took how long of what it was allowed.

Example: the result 13,200,000,000 of the rule ``length/1`` is "3 h 40 min"; a set of time is told by its length and
its first spans.

Limits: for people only, and shortened; a rule that nobody taught this module is told in plain numbers. ``--json`` has
every value as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from api.cli.wording import instant_text, money_text, percent_texts, quantity_text
from domain.explanation import Value, decode
from domain.instants import SECOND
from domain.intervals import Intervals
from domain.money import Money, decimal_text

if TYPE_CHECKING:
    from domain.explanation import Explanation

__all__ = ["input_words", "plain_value", "result_words"]

_MOST_ITEMS = 6
_MOST_SPANS = 3


def result_words(explanation: Explanation) -> str:
    """What a step gave."""
    value = decode(explanation.value)
    name = explanation.rule.partition("/")[0]
    if name in ("length", "counted-downtime", "relief", "relief-stated"):
        return _time(value)
    if name in ("shares", "shares-stated"):
        return "; ".join(_share_lines(value, _unit(explanation)))
    return plain_value(value)


def input_words(explanation: Explanation) -> list[tuple[str, str, str]]:
    """What a step read: name, words and source of each term; a term that only replaying needs is left out."""
    teller = _TELLERS.get(explanation.rule.partition("/")[0], {})
    told = []
    for term in explanation.inputs:
        tell = teller.get(term.name, _plainly)
        if tell is not None:
            told.append((term.name, tell(decode(term.value), explanation), term.source))
    return told


def plain_value(value: Value) -> str:
    """A value in words: numbers as decimals, money as amounts, sets of time by their length and spans in UTC."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Fraction):
        return decimal_text(value)
    if isinstance(value, Money):
        return money_text(value)
    if isinstance(value, Intervals):
        return _spans(value)
    if isinstance(value, tuple):
        return f"({_listed([plain_value(item) for item in value[:_MOST_ITEMS]], len(value), ', ')})"
    return value or "–"


def _plainly(value: Value, _: Explanation) -> str:
    return plain_value(value)


def _time(value: Value) -> str:
    if not isinstance(value, Fraction):
        return plain_value(value)
    return quantity_text(value / SECOND, "seconds")


def _spans(time: Intervals) -> str:
    pairs = time.pairs()
    if not pairs:
        return "never"
    spans = [_span(start, end) for start, end in pairs[:_MOST_SPANS]]
    length = _time(Fraction(time.total()))
    return f"{length}: {_listed(spans, len(pairs), ', ')}"


def _span(start: int, end: int) -> str:
    """A span as short as it can be said: "2026-04-14 10:00 to 11:00"."""
    begins, ends = instant_text(start).removesuffix(":00"), instant_text(end).removesuffix(":00")
    if begins[:10] == ends[:10]:
        ends = ends[11:]
    return f"{begins} to {ends}"


def _unit(explanation: Explanation) -> str:
    stated = {term.name: decode(term.value) for term in explanation.inputs}.get("unit", "")
    return str(stated) if stated else "microseconds"


def _quantity(value: Value, unit: str) -> str:
    if unit == "microseconds" or not isinstance(value, Fraction):
        return _time(value)
    return quantity_text(value, unit)


def _share_lines(value: Value, unit: str) -> list[str]:
    """Who has which part: the rows of a division."""
    rows = [row for row in value if isinstance(row, tuple)] if isinstance(value, tuple) else []
    impact = percent_texts([_fraction(row[3]) for row in rows], [str(row[1]) for row in rows])
    money = percent_texts([_fraction(row[4]) for row in rows], [str(row[1]) for row in rows])
    lines = []
    for row, share, of_credit in zip(rows, impact, money, strict=True):
        side, party = str(row[0]), str(row[1])
        who = party or "the contracts themselves"
        on_side = f" (side {side})" if side and side != party else ""
        credit = "" if of_credit == "–" else f" and {of_credit} of the credit"
        lines.append(f"{who}{on_side} {_quantity(row[2], unit)}, {share}{credit}")
    return lines


def _fraction(value: Value) -> Fraction | None:
    return value if isinstance(value, Fraction) else None


def _occasions(value: Value, explanation: Explanation) -> str:
    """Who failed together, and for how long (or in how many tickets)."""
    inputs = {term.name: decode(term.value) for term in explanation.inputs}
    players, unit = inputs.get("players", ()), _unit(explanation)
    if not isinstance(value, tuple) or not isinstance(players, tuple):
        return plain_value(value)
    told = []
    for occasion in value[:_MOST_ITEMS]:
        if isinstance(occasion, tuple) and len(occasion) == 3:
            failing, excused, pieces = (part if isinstance(part, tuple) else () for part in occasion)
            weights = [_fraction(piece[0]) for piece in pieces if isinstance(piece, tuple)]
            length = sum((weight for weight in weights if weight is not None), Fraction(0))
            names = [_player(players, index) for index in (*failing, *excused)]
            told.append(f"{' with '.join(names) or 'nobody'} {_quantity(length, unit)}")
    return _listed(told, len(value), "; ")


def _player(players: tuple[Value, ...], index: Value) -> str:
    row = players[int(index)] if isinstance(index, Fraction) else ()
    if not isinstance(row, tuple) or len(row) != 4:
        return "?"
    _, party, service, excused = (str(part) for part in row)
    return f"{service} ({party}{', excused: ' if excused else ''}{excused})"


def _credits(value: Value, explanation: Explanation) -> str:
    """What each quantity would have cost, had it been all there was."""
    rows = [row for row in value if isinstance(row, tuple)] if isinstance(value, tuple) else []
    told = [
        f"{_quantity(row[0], _unit(explanation))} costs {plain_value(row[1])}" for row in rows[:_MOST_ITEMS]
    ]
    return _listed(told, len(rows), "; ") or "none"


def _tickets(value: Value, _: Explanation) -> str:
    """Late tickets first: how long the clock ran, of how much it was allowed."""
    rows = [row for row in value if isinstance(row, tuple)] if isinstance(value, tuple) else []
    late = [row for row in rows if (_fraction(row[2]) or 0) > (_fraction(row[3]) or 0)]
    ordered = [*late, *(row for row in rows if row not in late)]
    told = [
        f"{row[0]} ({row[1]}) {_time(row[2])} of {_time(row[3])}{', late' if row in late else ''}"
        for row in ordered[:_MOST_ITEMS]
    ]
    return _listed(told, len(rows), "; ") or "none"


def _bands(value: Value, _: Explanation) -> str:
    rows = [row for row in value if isinstance(row, tuple)] if isinstance(value, tuple) else []
    return "; ".join(f"{_range(row[:-2])}: {_worth(row[-2:])}" for row in rows)


def _range(row: tuple[Value, ...]) -> str:
    """Below or above a boundary; a closed band has a start between the two."""
    if len(row) > 2 and row[1] != "":
        return f"{plain_value(row[1])} to {plain_value(row[2])}"
    return f"{row[0]} {plain_value(row[-1])}"


def _worth(row: tuple[Value, ...]) -> str:
    kind, worth = row
    return f"{plain_value(worth)}{' %' if kind == 'percent' else ' days' if kind == 'days' else ''}"


def _points_bands(value: Value, _: Explanation) -> str:
    rows = [row for row in value if isinstance(row, tuple)] if isinstance(value, tuple) else []
    return "; ".join(f"{_range(row[:-1])}: {plain_value(row[-1])}" for row in rows)


def _steps(value: Value, _: Explanation) -> str:
    """The steps of a schedule of downtime."""
    rows = [row for row in value if isinstance(row, tuple)] if isinstance(value, tuple) else []
    told = (f"up to {_time(row[0])}" if row[0] != "beyond" else "beyond" for row in rows)
    return "; ".join(f"{limit}: {_worth(row[1:])}" for limit, row in zip(told, rows, strict=True))


def _table(value: Value, _: Explanation) -> str:
    """What totals of points cost."""
    rows = [row for row in value if isinstance(row, tuple)] if isinstance(value, tuple) else []
    return "; ".join(f"from {plain_value(row[0])} on: {_worth(row[1:])}" for row in rows)


def _price(value: Value, _: Explanation) -> str:
    if not isinstance(value, tuple) or not value:
        return "nothing"
    units = f" for {plain_value(value[2])}" if len(value) > 2 else ""
    return _worth(value[:2]) + units


def _as_time(value: Value, _: Explanation) -> str:
    return _time(value)


_Teller = Callable[[Value, "Explanation"], str]

_TELLERS: dict[str, dict[str, _Teller | None]] = {
    "bands": {"bands": _bands},
    "points": {"bands": _points_bands},
    "points-each": {"perPoint": _price},
    "points-table": {"table": _table},
    "per-unit": {"first": _price, "each": _price},
    "per-failures": {"worth": _price},
    "schedule": {"schedule": _steps},
    "downtime": {"minimumOutage": _as_time},
    "tickets-counted": {"tickets": _tickets},
    "tickets-in-time": {"tickets": _tickets},
    "shares": {
        "unit": None,
        "players": None,
        "occasions": _occasions,
        "credits": _credits,
        "firstFailures": None,
    },
    "shares-stated": {"shares": None},
    "relief": {"players": None, "occasions": _occasions},
}
"""How the terms of a rule are told, by the name of the rule and of the term; None is not told at all."""


def _listed(texts: list[str], count: int, separator: str) -> str:
    more = count - len(texts)
    return separator.join(texts) + (f" and {more:,} more" if more else "")
