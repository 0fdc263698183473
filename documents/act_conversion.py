"""What was done under agreements, from documents to values: signatures, transitions and decisions about reliefs.

The problem: an act is written with a day or an instant, and what counts is the day that the agreement's own clocks
showed, and the order in which acts were done.

Example: ``at: 2026-06-30T23:30Z`` on a signature of an agreement of Europe/Berlin was done on 1 July.

Limits: a day without a time is its own midnight there, so it stands before what was done in the day at a known time.
"""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from documents.kinds import DecisionDocument, SignatureDocument, TransitionDocument
from domain.agreements import State
from domain.instants import instant, local_instant
from domain.life import LifeAct, Signature, Transition, Trigger
from domain.relief import Decision, ReliefStatus

__all__ = ["act_of", "decision_of"]


def _when(at: date | datetime, zone: ZoneInfo) -> tuple[date, int]:
    """The day on the agreement's clocks, and the instant."""
    if isinstance(at, datetime):
        return at.astimezone(zone).date(), instant(at)
    return at, local_instant(datetime.combine(at, time()), zone)


def act_of(document: SignatureDocument | TransitionDocument, zone: ZoneInfo) -> LifeAct:
    """A signature or a step in the life of an agreement."""
    name = document.metadata.name
    on, at = _when(document.spec.at, zone)
    if isinstance(document, SignatureDocument):
        signed = document.spec
        return Signature(
            name, signed.agreement, signed.version, signed.party, on, at, signed.by, signed.reason
        )
    spec = document.spec
    trigger = None if spec.trigger is None else Trigger(spec.trigger)
    return Transition(
        name, spec.agreement, spec.version, State(spec.to), on, at, spec.by, spec.reason, trigger, spec.ends
    )


def decision_of(document: DecisionDocument, zone: ZoneInfo) -> Decision:
    """What was decided about a relief."""
    spec = document.spec
    on, at = _when(spec.at, zone)
    return Decision(
        document.metadata.name, spec.relief, ReliefStatus(spec.status), on, at, spec.by, spec.reason
    )
