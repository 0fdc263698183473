"""The written form of calendars and of negotiated levels.

The problem: the command line and other programs read the same rows.

Limits: nothing here computes. Keys are added to, never changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.shapes.parts import Shape
from domain.instants import isoformat
from domain.money import decimal_text

if TYPE_CHECKING:
    from domain.agreements import Threshold
    from domain.diary import Entry
    from ola.negotiation import NegotiatedLevel

__all__ = ["entry_shape", "negotiated_shape"]


def entry_shape(entry: Entry) -> Shape:
    """What falls on a day."""
    return {
        "day": entry.day.isoformat(),
        "at": None if entry.at is None else isoformat(entry.at),
        "agreement": entry.agreement,
        "kind": entry.kind.value,
        "what": entry.what,
        "clause": entry.clause or None,
        "who": entry.who or None,
    }


def negotiated_shape(row: NegotiatedLevel) -> Shape:
    """What was asked, what is supported and what is agreed, of one promise."""
    return {
        "serviceLevel": row.level,
        "service": row.service,
        "clause": row.clause,
        "requested": _threshold(row.requested),
        "expected": None if row.expected is None else decimal_text(row.expected),
        "guaranteed": None if row.guaranteed is None else decimal_text(row.guaranteed),
        "agreed": _threshold(row.agreed),
        "requestIs": row.request_is.value,
        "agreedIs": row.agreed_is.value,
        "unit": row.unit,
        "reason": row.reason,
    }


def _threshold(value: Threshold | None) -> Shape | None:
    return None if value is None else {value.direction.value: decimal_text(value.value)}
