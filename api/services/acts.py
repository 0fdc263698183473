"""Acts under agreements, as they are ordered: propose, sign, take a step, act on a right, claim relief or decide it.

The problem: the API and the command line give the same orders, and each has a name in the audit trail.

Example: ``ActOnRight("uc-cirrus", "chronic", Act.EXERCISE)`` is the order ``terminationRightExercise``.

Limits: whether an act may be done is asked in `api.services.preparing`. ``at`` None is now, and
a day is that day on the agreement's own clocks; an act can be dated back to
the day on which it was done, not forward, and is then recorded with a warning (ruling 154).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from domain.agreements import State
from domain.life import Trigger
from domain.relief import ReliefStatus
from domain.termination.terms import Act

__all__ = [
    "ActOnRight", "ActOrder", "ClaimRelief", "DecideRelief", "MoveAgreement", "ProposeAgreement", "Recorded",
    "SignAgreement", "action_of",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class ProposeAgreement:
    """Propose an agreement, or a new version of one: the text of its document, with state: draft."""

    text: str


@dataclass(frozen=True, slots=True)
class SignAgreement:
    """Sign a version (None: the last) for a party; ``by`` is the person."""

    agreement: str
    party: str
    version: int | None = None
    by: str | None = None
    at: int | date | None = None


@dataclass(frozen=True, slots=True)
class MoveAgreement:
    """Take a version (None: the last, or, to end it, the one in force) a step on in its life."""

    agreement: str
    to: State
    version: int | None = None
    ends: date | None = None
    trigger: Trigger | None = None
    at: int | date | None = None


@dataclass(frozen=True, slots=True)
class ActOnRight:
    """Notify the breach of a right to terminate, exercise it, or waive it."""

    agreement: str
    right: str
    act: Act
    at: int | date | None = None


@dataclass(frozen=True, slots=True)
class ClaimRelief:
    """Claim relief. Instants are texts of ISO 8601, as documents have them; ``name`` None: a new one."""

    agreement: str
    cause: str
    name: str | None = None
    service_levels: tuple[str, ...] | None = None
    from_: str | None = None
    to: str | None = None
    tickets: tuple[str, ...] | None = None
    deliverables: tuple[str, ...] | None = None
    effects: tuple[str, ...] | None = None
    notice_given: str | None = None
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class DecideRelief:
    """Accept, reject or withdraw a relief that is claimed."""

    relief: str
    status: ReliefStatus
    at: int | date | None = None


ActOrder: TypeAlias = (
    ProposeAgreement | SignAgreement | MoveAgreement | ActOnRight | ClaimRelief | DecideRelief
)
_ACTIONS = {
    Act.BREACH: "breachNoticeServe",
    Act.EXERCISE: "terminationRightExercise",
    Act.WAIVE: "terminationRightWaive",
}


def action_of(order: ActOrder) -> str:
    """The name of the order, as the audit trail and the schema have it."""
    match order:
        case ProposeAgreement():
            return "agreementPropose"
        case SignAgreement():
            return "agreementSign"
        case MoveAgreement():
            return "agreementTransition"
        case ActOnRight():
            return _ACTIONS[order.act]
        case ClaimRelief():
            return "reliefClaim"
        case DecideRelief():
            return "reliefDecide"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was recorded: the order, what it was about, the document that tells it, and what stood before and after.

    ``on`` is the day of the act. ``before`` and ``after`` are JSON text; None: there was nothing.
    """

    action: str
    subject: str
    agreement: str
    version: int | None
    about: str | None
    """The right or the relief that it was about."""
    file: str
    on: date
    recorded_at: int
    before: str | None
    after: str
    warning: str | None = None
    """What whoever recorded it should know: that it was dated back, and what that means."""
