"""The kinds of contract documents, in the envelope that they share.

The problem: a folder holds parties, calendars, services, agreements, reliefs, claims, notices, feeds and rates side by
side; ``kind`` says which a document is, and ``apiVersion`` in which edition of this language it is written.

Example: ``{apiVersion: privity/v1, kind: Party, metadata: {name: cirrus}, spec: {role: vendor}}``.

Limits: one edition of the language exists, privity/v1.
"""

from typing import Annotated, Literal

from pydantic import Field

from documents.acts import ClaimSpec, DecisionSpec, NoticeSpec, ReliefSpec, SignatureSpec, TransitionSpec
from documents.contracts import AgreementSpec
from documents.exchange import ExchangeRateSpec
from documents.feeds import FeedSpec
from documents.registry import CalendarSpec, Metadata, PartySpec, ServiceSpec
from documents.terms import Term, by_key, keyed

__all__ = [
    "KINDS", "AgreementDocument", "CalendarDocument", "ClaimDocument", "DecisionDocument", "Document",
    "ExchangeRateDocument", "FeedDocument", "NoticeDocument", "PartyDocument", "ReliefDocument", "ServiceDocument",
    "SignatureDocument", "TransitionDocument",
]  # fmt: skip


class _Envelope(Term):
    api_version: Literal["privity/v1"] = Field(
        alias="apiVersion", description="The edition of the document language"
    )
    metadata: Metadata = Field(description="What the document is called")


class PartyDocument(_Envelope):
    """A party: a customer, the provider, a vendor or an internal team."""

    kind: Literal["Party"] = Field(description="A party")
    spec: PartySpec = Field(description="What the party is")


class CalendarDocument(_Envelope):
    """A calendar: the hours that count, in a time zone."""

    kind: Literal["Calendar"] = Field(description="A calendar")
    spec: CalendarSpec = Field(description="The hours that count")


class ServiceDocument(_Envelope):
    """A service: what one party runs for others, and what it needs."""

    kind: Literal["Service"] = Field(description="A service")
    spec: ServiceSpec = Field(description="Who runs it, and what it needs")


class AgreementDocument(_Envelope):
    """An agreement: an SLA, an OLA or an underpinning contract, in one version."""

    kind: Literal["Agreement"] = Field(description="An agreement")
    spec: AgreementSpec = Field(description="The terms")


class ReliefDocument(_Envelope):
    """Relief: time or items that are excused."""

    kind: Literal["Relief"] = Field(description="Relief")
    spec: ReliefSpec = Field(description="What is excused, and why")


class ClaimDocument(_Envelope):
    """A claim for the credits of one agreement and period."""

    kind: Literal["Claim"] = Field(description="A claim")
    spec: ClaimSpec = Field(description="What was claimed, and when")


class NoticeDocument(_Envelope):
    """A notice: an act on a termination right."""

    kind: Literal["Notice"] = Field(description="A notice")
    spec: NoticeSpec = Field(description="What was done, and when")


class DecisionDocument(_Envelope):
    """A decision about a relief that is claimed."""

    kind: Literal["Decision"] = Field(description="A decision about a relief")
    spec: DecisionSpec = Field(description="What was decided, and when")


class SignatureDocument(_Envelope):
    """A signature under one version of an agreement."""

    kind: Literal["Signature"] = Field(description="A signature")
    spec: SignatureSpec = Field(description="Who signed what, and when")


class TransitionDocument(_Envelope):
    """A step in the life of an agreement."""

    kind: Literal["Transition"] = Field(description="A step in the life of an agreement")
    spec: TransitionSpec = Field(description="What became of it, and when")


class FeedDocument(_Envelope):
    """A feed: how another system's file is read as evidence."""

    kind: Literal["Feed"] = Field(description="A feed")
    spec: FeedSpec = Field(description="What its columns and values mean")


class ExchangeRateDocument(_Envelope):
    """What one currency is worth in another, from which day on."""

    kind: Literal["ExchangeRate"] = Field(description="Dated exchange rates")
    spec: ExchangeRateSpec = Field(description="Between which currencies, and the rates")


KINDS: dict[str, type[Term]] = {
    "Party": PartyDocument,
    "Calendar": CalendarDocument,
    "Service": ServiceDocument,
    "Agreement": AgreementDocument,
    "Relief": ReliefDocument,
    "Claim": ClaimDocument,
    "Notice": NoticeDocument,
    "Decision": DecisionDocument,
    "Signature": SignatureDocument,
    "Transition": TransitionDocument,
    "Feed": FeedDocument,
    "ExchangeRate": ExchangeRateDocument,
}
"""The model of each kind of document."""

Document = Annotated[
    Annotated[PartyDocument, keyed("kind", "Party")]
    | Annotated[CalendarDocument, keyed("kind", "Calendar")]
    | Annotated[ServiceDocument, keyed("kind", "Service")]
    | Annotated[AgreementDocument, keyed("kind", "Agreement")]
    | Annotated[ReliefDocument, keyed("kind", "Relief")]
    | Annotated[ClaimDocument, keyed("kind", "Claim")]
    | Annotated[NoticeDocument, keyed("kind", "Notice")]
    | Annotated[DecisionDocument, keyed("kind", "Decision")]
    | Annotated[SignatureDocument, keyed("kind", "Signature")]
    | Annotated[TransitionDocument, keyed("kind", "Transition")]
    | Annotated[FeedDocument, keyed("kind", "Feed")]
    | Annotated[ExchangeRateDocument, keyed("kind", "ExchangeRate")],
    by_key("kind"),
]
"""Any document."""
