"""Documents about what was done under an agreement: Relief, Decision, Claim, Notice, Signature and Transition.

The problem: a folder has to tell the whole story, also what was claimed, excused and notified, and when.

Example::

    kind: Claim
    metadata: {name: claim-cirrus-2026-03}
    spec: {agreement: uc-cirrus, period: 2026-03, claimedAt: 2026-04-12}

Limits: whether an act was in time is settled, not checked here.
"""

from datetime import date, datetime
from typing import Literal, Self

from pydantic import Field, model_validator

from documents.scalars import Day, DayOrInstant, Name, PeriodName, Text, WholeNumber, refuse
from documents.terms import Term

__all__ = ["ClaimSpec", "DecisionSpec", "NoticeSpec", "ReliefSpec", "SignatureSpec", "TransitionSpec"]


class ReliefSpec(Term):
    """Time or items that are excused, by whom it was caused, and how far it has got."""

    agreement: Name = Field(description="The agreement that is relieved")
    service_levels: tuple[Name, ...] | None = Field(
        None, alias="serviceLevels", description="The levels that are relieved; default: all"
    )
    from_: DayOrInstant | None = Field(None, alias="from", description="When the excused time begins")
    to: DayOrInstant | None = Field(None, description="When the excused time ends")
    tickets: tuple[Text, ...] | None = Field(
        None, description="The tickets that are excused, instead of time"
    )
    deliverables: tuple[Text, ...] | None = Field(
        None, description="The items that are excused, instead of time"
    )
    cause: Literal["customer", "force_majeure", "maintenance", "other_supplier"] = Field(
        description="What caused it"
    )
    effects: tuple[Literal["breach", "credit", "termination"], ...] = Field(
        ("breach", "credit", "termination"), description="What is relieved; default: all three"
    )
    notice_given: DayOrInstant | None = Field(None, alias="noticeGiven", description="When it was notified")
    status: Literal["claimed", "accepted", "rejected", "withdrawn"] = Field(
        description="How far it has got; only accepted relief counts"
    )
    clause: Text | None = Field(None, description="The clause it rests on")
    reason: Text | None = Field(None, description="What happened, for people")

    @model_validator(mode="after")
    def _excuses_something(self) -> Self:
        if (self.from_ is None) != (self.to is None):
            refuse("has one end only", "Write both from and to")
        ways = [self.from_ is not None, self.tickets is not None, self.deliverables is not None]
        if sum(ways) != 1:
            refuse(
                "excuses nothing" if not any(ways) else "excuses both time and items",
                "Write from and to, or tickets, or deliverables",
            )
        if self.from_ is not None and self.to is not None and _instant(self.to) <= _instant(self.from_):
            refuse("ends before it starts", "Write a later instant in to", at=("to",))
        return self


def _instant(value: date | datetime) -> tuple[int, ...]:
    """A key that orders dates and instants; a date alone is its own midnight."""
    return value.utctimetuple()[:6] if isinstance(value, datetime) else (*value.timetuple()[:3], 0, 0, 0)


class ChoiceText(Term):
    """For which level the consumer wants to be paid, of those that one incident missed."""

    incident: Text = Field(description="The incident, as the outages name it")
    service_level: Name = Field(alias="serviceLevel", description="The level that is to be paid")
    service: Name | None = Field(None, description="The service, where the level is on several")


class ClaimSpec(Term):
    """That the credits of one agreement for one period were claimed."""

    agreement: Name = Field(description="The agreement whose credits are claimed")
    period: PeriodName = Field(description="The period, like 2026-03")
    claimed_at: DayOrInstant = Field(alias="claimedAt", description="When the claim was made")
    choices: tuple[ChoiceText, ...] = Field(
        (),
        description="The consumer's choice where one incident missed several levels (remedies.oneIncident: choose)",
    )


class NoticeSpec(Term):
    """An act on a termination right, or the record of what a right waits for: an event, the report of a period."""

    agreement: Name = Field(description="The agreement")
    right: Name | None = Field(
        None, description="The name of its termination right; an event or a report concerns all of them"
    )
    act: Literal["breach", "exercise", "waive", "event", "report"] = Field(
        description="What was done: a breach notice, exercise or waiver; or an event or report that is recorded"
    )
    at: DayOrInstant = Field(description="When it was done, or happened")
    event: Text | None = Field(
        None, description="What happened, as the rights name it, like change_of_control"
    )
    period: PeriodName | None = Field(None, description="The period that was reported, like 2026-03")
    reason: Text | None = Field(None, description="Why, for people")

    @model_validator(mode="after")
    def _says_what_it_is_about(self) -> Self:
        if self.act in ("breach", "exercise", "waive") and self.right is None:
            refuse(f"{self.act} of no right", "Write right: with the name of the termination right")
        for act, key in (("event", "event"), ("report", "period")):
            value = getattr(self, key)
            if self.act == act and value is None:
                refuse(f"the {act} is not named", f"Write {key}: with what was recorded")
            if self.act != act and value is not None:
                refuse(
                    f"{key} does not belong to {self.act}", f"Leave {key} out, or write act: {act}", at=(key,)
                )
        return self


class DecisionSpec(Term):
    """What was decided about a relief that is claimed; the relief's own document stays as it was."""

    relief: Name = Field(description="The relief that is decided, by its name")
    status: Literal["accepted", "rejected", "withdrawn"] = Field(
        description="What was decided; withdrawn is the claimant's own decision"
    )
    at: DayOrInstant = Field(description="When it was decided")
    by: Text | None = Field(None, description="Who decided")
    reason: Text | None = Field(None, description="Why, for people")


class SignatureSpec(Term):
    """That a party signed one version of an agreement; the second party's signature makes it agreed."""

    agreement: Name = Field(description="The agreement")
    version: WholeNumber = Field(1, description="Which version was signed; default 1")
    party: Name = Field(description="The party that signed: the agreement's provider or its consumer")
    at: DayOrInstant = Field(description="When it was signed")
    by: Text | None = Field(None, description="The person who signed for the party")
    reason: Text | None = Field(None, description="Why, for people")


class TransitionSpec(Term):
    """A step in the life of an agreement, after the state that its document says."""

    agreement: Name = Field(description="The agreement")
    version: WholeNumber | None = Field(
        None, description="Which version; default: the one in force, which is what is ended"
    )
    to: Literal["draft", "negotiating", "agreed", "active", "terminated", "expired"] = Field(
        description="Where it stands from then on; agreed comes by both signatures"
    )
    at: DayOrInstant = Field(description="When it was done")
    ends: Day | None = Field(
        None, description="The last day that a terminated agreement holds; default: the day of the act"
    )
    trigger: Literal["new_agreement", "change", "customer_request"] | None = Field(
        None, description="What set it off"
    )
    by: Text | None = Field(None, description="Who did it")
    reason: Text | None = Field(None, description="Why, for people")

    @model_validator(mode="after")
    def _only_an_end_has_a_last_day(self) -> Self:
        if self.ends is not None and self.to != "terminated":
            refuse(
                f"ends does not belong to {self.to}", "Leave ends out, or write to: terminated", at=("ends",)
            )
        return self
