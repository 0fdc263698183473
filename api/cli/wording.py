"""Figures in words for a person: values, times, shares and money as tables show them.

The problem: "0.967741935 of 3720 seconds" is exact and unreadable. People read "1 h 2 min", "96.77 %" and "2,000.00
GBP"; but a rounded 99.8999 must not look like the 99.9 that it misses.

Example: ``value_text(Fraction("99.89999"), "availability", near=Fraction("99.9"))`` is "99.89999 %", where three
places would have shown the target itself.

Limits: for people only. Whoever compares or adds reads the exact texts of ``--json``.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from domain.agreements import Direction, Threshold
from domain.attainment import Attainment
from domain.instants import as_datetime
from domain.ledger import EntryKind
from domain.money import Money, apportion, decimal_text
from settlement.records.difference import LineDifference
from settlement.records.documents import RecordLine

if TYPE_CHECKING:
    from api.services.records import StatementView

__all__ = [
    "amount_text",
    "exact_text",
    "instant_text",
    "margin_text",
    "money_text",
    "number_text",
    "percent_texts",
    "quantity_text",
    "threshold_text",
    "value_text",
    "why_text",
]

_PLACES = 3
_MOST_PLACES = 9
_PERCENT_KINDS = frozenset({"availability", "within", "ratio", "success", "onTime"})
_SECONDS_A_MINUTE = 60
_SECONDS_AN_HOUR = 3600


def number_text(value: Fraction, *, near: Fraction | None = None) -> str:
    """A number with three places, or as many more as keep it from looking like ``near`` where it is not."""
    for places in range(_PLACES, _MOST_PLACES):
        text = decimal_text(value, places=places, finite_max=places)
        if near is None or value == near or Fraction(text) != near:
            return text
    return decimal_text(value)


def exact_text(value: Fraction) -> str:
    """A number as a contract writes it, without zeros at its end: "5", "12.5"."""
    return decimal_text(value)


def value_text(value: Fraction | None, kind: str, *, near: Fraction | None = None) -> str:
    """A service level's value with its unit; ``kind`` is the metric's."""
    return "–" if value is None else number_text(value, near=near) + _unit(kind)


def threshold_text(threshold: Threshold | None, kind: str) -> str:
    """A target as it is promised: "≥ 99.9 %"."""
    if threshold is None:
        return "–"
    sign = "≥" if threshold.direction is Direction.AT_LEAST else "≤"
    return f"{sign} {decimal_text(threshold.value)}{_unit(kind)}"


def margin_text(attainment: Attainment) -> str:
    """How far the value lies on the good side (+) or the bad side (−) of its target."""
    margin = attainment.margin
    if margin is None:
        return "–"
    text = number_text(abs(margin), near=Fraction(0))
    return "0" if margin == 0 else f"{'+' if margin > 0 else '−'}{text}"


def quantity_text(quantity: Fraction, unit: str) -> str:
    """A quantity of a trace: seconds as hours, minutes and seconds; tickets as a count."""
    if unit != "seconds":
        number = decimal_text(quantity, places=_PLACES, finite_max=_PLACES)
        return f"{number} {unit.removesuffix('s') if quantity == 1 else unit}"
    sign, size = ("−" if quantity < 0 else ""), abs(quantity)
    hours, rest = divmod(size, _SECONDS_AN_HOUR)
    minutes, seconds = divmod(rest, _SECONDS_A_MINUTE)
    parts = [f"{hours:,} h"] if hours else []
    parts += [f"{minutes} min"] if minutes else []
    if seconds or not parts:
        parts.append(f"{decimal_text(seconds, places=_PLACES, finite_max=_PLACES)} s")
    return sign + " ".join(parts)


def percent_texts(shares: Sequence[Fraction | None], names: Sequence[str]) -> list[str]:
    """Shares as percentages of two places that add up to 100 where the shares add up to 1; "–" for no share."""
    present = [i for i, share in enumerate(shares) if share is not None]
    exact = [share * 10_000 for share in shares if share is not None]
    whole = sum(exact, Fraction(0))
    units = apportion(round(whole), exact, [names[i] for i in present])
    texts = ["–"] * len(shares)
    for i, part in zip(present, units, strict=True):
        texts[i] = f"{decimal_text(Fraction(part, 100))} %"
    return texts


def line_terms(line: RecordLine | None) -> str:
    """What a line credits, in words: "10 % of 8,000.00", or its amount where it is no percentage."""
    if line is None:
        return "nothing"
    if line.percent is None or line.base is None:
        return amount_text(line.amount)
    return f"{exact_text(line.percent)} % of {amount_text(line.base)}"


def changed_terms(change: LineDifference) -> str | None:
    """By what a line credits something else: "10 % of 8,000.00 becomes 5 % of 8,000.00"; None where it does not."""
    before, after = line_terms(change.before), line_terms(change.after)
    return None if before == after else f"{before} becomes {after}"


def ledger_lines(view: StatementView) -> list[str]:
    """What a statement did to the ledger of credits earned back, entry by entry, and what is left in it.

    Of an issued one as long as the last settlement says the same.
    """
    statement = view.with_ledger
    if statement is None or not statement.ledger:
        return []
    what = {
        EntryKind.EARNED: "earned back",
        EntryKind.USED: "used against this statement",
        EntryKind.EXPIRED: "expired",
        EntryKind.REFUNDED: "refunded with this statement",
    }
    found = []
    for entry in statement.entries:
        about = (
            f" of {entry.level} on {entry.service}, credited for {entry.credited}" if entry.credited else ""
        )
        found.append(f"{what[entry.kind]}: {money_text(entry.amount)}{about}")
    return [*found, f"earned back and not used yet: {money_text(statement.balance)}"]


def money_text(money: Money) -> str:
    """An amount as it is written in a statement: "2,000.00 GBP"."""
    return f"{amount_text(money)} {money.currency}"


def amount_text(money: Money) -> str:
    """An amount under a heading that already says the currency: "2,000.00"."""
    whole, point, minor = money.text().partition(".")
    sign = "−" if whole.startswith("-") else ""
    return f"{sign}{int(whole.removeprefix('-')):,}{point}{minor}"


def why_text(explanation: str) -> str:
    """Why an amount is not recovered, without the party and the amount that stand beside it anyway."""
    return explanation.partition(" is not recovered: ")[2] or explanation


def instant_text(instant: int) -> str:
    """An instant in UTC to the second: "2026-04-14 10:00:00"; a fraction of a second is left out."""
    return f"{as_datetime(instant):%Y-%m-%d %H:%M:%S}"


def _unit(kind: str) -> str:
    if kind in _PERCENT_KINDS:
        return " %"
    return " s" if kind == "duration" else ""
