"""A breach followed to the parties responsible: the form of the result.

The problem: "whose failure was it" has an exact answer (3.3), and that answer has to carry enough to be disputed: the
share of the quantity, the share of the money, whether the party alone would have sufficed, the contract that binds it,
and the evidence instant by instant.

Limits: how the shares come about is in `ola.games` and the trace modules; here stand only their results.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction


class Reason(StrEnum):
    """Why a row stands in a trace."""

    OWN_FAILURE = "OWN_FAILURE"
    CUSTOMER = "CUSTOMER"
    EXCUSED = "EXCUSED"
    MISALIGNED = "MISALIGNED"


@dataclass(frozen=True, slots=True)
class ServiceShare:
    """What one service of one party contributed: its part of the quantity, and its share of the whole."""

    service: str
    party: str | None
    quantity: Fraction
    share: Fraction


@dataclass(frozen=True, slots=True)
class Responsibility:
    """One party's part in a breach (or what was excused, or what the contracts themselves left open).

    ``quantity`` is in the trace's unit; the shares are exact, and over all rows sum to 1. ``credit_share`` is None
    where the level carries no credit. ``answerables`` names more than one party only for a subcontractor of several
    direct suppliers (ruling 40); ``answerable`` is the first of them.
    """

    party: str | None
    reason: Reason
    answerables: tuple[str, ...]
    agreement: str | None
    services: tuple[ServiceShare, ...]
    quantity: Fraction
    impact_share: Fraction | None
    credit_share: Fraction | None
    is_necessary: bool
    is_sufficient: bool
    value_without: Fraction | None
    paths: tuple[tuple[str, ...], ...]
    side: str | None = None
    cause: str | None = None

    @property
    def answerable(self) -> str | None:
        """The side's contracting party, seen from the judged agreement's provider."""
        return self.answerables[0] if self.answerables else None


@dataclass(frozen=True, slots=True)
class Cause:
    """A service that was failing of itself in an instant or held a ticket, the party behind it, and its part.

    ``quantity`` is the part of the instant (seconds) or of the ticket that falls on it.
    """

    service: str
    party: str | None
    quantity: Fraction
    share: Fraction
    excused: str | None = None


@dataclass(frozen=True, slots=True)
class TraceInstant:
    """An interval of the breach (half-open, microseconds), or one late ticket, with its causes."""

    start: int
    end: int
    ticket: str | None
    causes: tuple[Cause, ...]
    moved_to: int | None = None
    """To when the due date of an item moved, because the consumer's own duty was late."""


@dataclass(frozen=True, slots=True)
class Absorbed:
    """An own failure that redundancy, a window or a monitor kept from the customer: it has no share."""

    service: str
    party: str
    quantity: Fraction


class ExcuseKind(StrEnum):
    """Where an excuse comes from: a decision, a late duty of the consumer's, or an exclusion by cause."""

    RELIEF = "relief"
    DUTY = "duty"
    EXCLUSION = "exclusion"


@dataclass(frozen=True, slots=True)
class Excuse:
    """What excuses a part of a breach, or was to excuse it.

    ``quantity`` is what it takes off the breach, in the trace's unit. Of a relief the rest says what it relieves, how
    far it has got, and how its notice stands; ``is_void``: it does not count for want of timely notice.
    """

    kind: ExcuseKind
    name: str | None
    cause: str
    quantity: Fraction
    effects: tuple[str, ...] = ()
    status: str | None = None
    notice_given: int | None = None
    deadline: date | None = None
    is_late: bool = False
    is_void: bool = False
    clause: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """A breach's trace: its quantity in ``unit`` (seconds or tickets), the rows, and the evidence behind them.

    ``money_follows`` says which division the credit followed: ``credit``, ``impact``, ``equal`` or ``first_cause``,
    and ``impact`` also where more than 16 sides made the exact credit game too large (3.3), with ``note`` saying so.
    """

    quantity: Fraction
    unit: str
    responsibilities: tuple[Responsibility, ...]
    instants: tuple[TraceInstant, ...]
    absorbed: tuple[Absorbed, ...] = ()
    money_follows: str = "credit"
    note: str = ""
    method: str = "COUNTERFACTUAL"
    excuses: tuple[Excuse, ...] = ()
