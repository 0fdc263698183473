"""What stood before an act and what stands after it, as the audit trail keeps them: JSON with plain words.

Example: ``{"version": 2, "state": "agreed", "effective": "2026-07-01", "signedBy": ["house", "shop"]}``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.agreements import Agreement
    from domain.life import Life
    from domain.relief import Relief
    from domain.termination.standing import Standing
    from store.codec import Json

__all__ = ["life_shape", "relief_shape", "standing_shape"]


def life_shape(agreement: Agreement, life: Life) -> Json:
    """A version of an agreement: where it stands in its life, and who signed."""
    shape: dict[str, Json] = {"version": agreement.version, "state": life.state.value}
    shape["effective"] = agreement.effective.isoformat()
    shape["signedBy"] = [each.party for each in life.signatures]
    if life.ended is not None:
        shape["ends"] = life.ended.isoformat()
    return shape


def standing_shape(stands: Standing) -> Json:
    """A right to terminate: its status and its days."""
    days = {
        "accrued": stands.accrued,
        "curingUntil": stands.curing_until,
        "until": stands.until,
        "ends": stands.ends,
    }
    shape: dict[str, Json] = {"status": stands.status.value}
    return shape | {name: day.isoformat() for name, day in days.items() if day is not None}


def relief_shape(relief: Relief) -> Json:
    """A relief, as far as it was claimed and decided."""
    return {
        "agreement": relief.agreement,
        "cause": relief.cause,
        "status": relief.status.value,
        "effects": [effect.value for effect in sorted(relief.effects)],
    }
