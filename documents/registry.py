"""Documents about who runs what, and when: Party, Calendar and Service.

The problem: before a promise can be read, the parties, their services, what these need in turn, and the hours that
count have to be said once, by name.

Example::

    kind: Service
    metadata: {name: shop}
    spec: {provider: halden, dependsOn: {all: [hosting, {any: [wan-a, wan-b]}]}}

Limits: names are only names here; whether each is declared is checked across documents.
"""

from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import Field, model_validator

from documents.scalars import (
    CountryCode,
    Day,
    Flag,
    LocalTime,
    Name,
    OutageLength,
    Text,
    TimeOfDay,
    WholeNumber,
    ZoneName,
    refuse,
)  # fmt: skip
from documents.terms import BareText, Term, by_shape, shaped

__all__ = [
    "WEEKDAYS",
    "AllGate",
    "AnyGate",
    "AtLeastGate",
    "CalendarSpec",
    "ClosureText",
    "GateText",
    "HolidaysText",
    "Metadata",
    "PartySpec",
    "ServiceGate",
    "ServiceSpec",
    "WindowText",
    "require_days",
]  # fmt: skip

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""The names of the days, Monday first, so that a name's place is the day's number."""

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Metadata(Term):
    """What a document is called."""

    name: Name = Field(
        description="The name that other documents refer to: lower-case letters, digits and hyphens"
    )
    title: Text | None = Field(None, description="The name that people read; default: the name")
    version: WholeNumber = Field(1, description="The version of the document; default 1")

    @model_validator(mode="after")
    def _counts_from_one(self) -> Self:
        if self.version < 1:
            refuse("version 0 is not possible", "Count versions from 1")
        return self


# ------------------------------------------------------------------------------------------------ parties


class PartySpec(Term):
    """A party: a customer, the provider, a vendor or a team."""

    role: Literal["customer", "provider", "vendor", "team"] = Field(
        description="What the party is in the chain"
    )
    parent: Name | None = Field(
        None, description="The organisation a team or department belongs to; required for a team"
    )

    @model_validator(mode="after")
    def _team_has_parent(self) -> Self:
        if self.role == "team" and self.parent is None:
            refuse(
                "a team has no parent",
                "Write parent: with the organisation it belongs to, as a rule the provider",
            )
        return self


# ---------------------------------------------------------------------------------------------- calendars


def require_days(days: tuple[str, ...]) -> None:
    """Refuse a list without a day, or with one twice."""
    if not days:
        refuse("names no day", "Write days: [mon, tue, wed, thu, fri], or others")
    if len(set(days)) < len(days):
        refuse("names a day twice", "Write each day once")


class WindowText(Term):
    """One entry of a calendar: the hours of a label, or everything that no other label covers."""

    label: Text = Field(description="The label that service levels refer to, like prime")
    days: tuple[Weekday, ...] | None = Field(
        None, description="The days of the week: mon, tue, wed, thu, fri, sat, sun"
    )
    from_: TimeOfDay | None = Field(
        None, alias="from", description='When it opens, by the local clock, like "08:00"'
    )
    to: TimeOfDay | None = Field(None, description='When it closes; "24:00" is the end of the day')
    rest: Flag | None = Field(None, description="true: everything that no other window covers")

    @model_validator(mode="after")
    def _hours_or_rest(self) -> Self:
        if self.rest:
            if self.days is not None or self.from_ is not None or self.to is not None:
                refuse("has both rest: true and hours", "Write hours, or rest: true alone")
            return self
        missing = [
            key
            for key, value in (("days", self.days), ("from", self.from_), ("to", self.to))
            if value is None
        ]
        if missing:
            refuse(f"has no {' and no '.join(missing)}", "Write days, from and to, or rest: true")
        require_days(self.days or ())
        if self.to is not None and self.from_ is not None and self.to <= self.from_:
            refuse(
                '"to" is not later than "from"',
                "Write hours within one day; hours past midnight are two entries, the second from 00:00",
                at=("to",),
            )
        return self


class HolidaysText(Term):
    """The public holidays of a calendar, and what they count as."""

    country: CountryCode | None = Field(None, description="The country, by its two letters of ISO 3166")
    subdivision: Text | None = Field(None, description="The part of the country, like ENG or BY")
    count_as: Text = Field(
        "closed",
        alias="countAs",
        description="The label that the whole day moves to, or closed: it counts in none",
    )
    dates: tuple[Day, ...] = Field((), description="Further days that are holidays under this contract")

    @model_validator(mode="after")
    def _names_some(self) -> Self:
        if self.country is None and not self.dates:
            refuse("names no holidays", "Write country: with its two letters, or dates: with a list of days")
        if self.country is None and self.subdivision is not None:
            refuse("has a subdivision without its country", "Write country: with its two letters")
        return self


class ClosureText(Term):
    """A stretch of local time in which nothing counts."""

    from_: LocalTime = Field(alias="from", description="When it begins, in the calendar's zone")
    to: LocalTime = Field(description="When it ends, in the calendar's zone")
    reason: Text | None = Field(None, description="Why, for people")

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if self.to <= self.from_:
            refuse(
                f"ends at {self.to:%Y-%m-%dT%H:%M}, not after it begins",
                "Write a later time in to",
                at=("to",),
            )
        return self


class CalendarSpec(Term):
    """The hours that count, in a time zone: labelled weekly windows, holidays and closures."""

    timezone: ZoneName = Field(description="The time zone of all its hours, like Europe/London")
    windows: tuple[WindowText, ...] = Field((), description="Weekly hours by label; none: around the clock")
    holidays: HolidaysText | None = Field(None, description="Public holidays, and what they count as")
    closures: tuple[ClosureText, ...] = Field(
        (), description="Stretches of local time in which nothing counts"
    )

    @model_validator(mode="after")
    def _labels_do_not_overlap(self) -> Self:
        rests = [window for window in self.windows if window.rest]
        if len(rests) > 1:
            refuse("has two windows with rest: true", "Leave rest: true to one window")
        if rests and any(window.label == rests[0].label for window in self.windows if not window.rest):
            refuse(
                f'the label "{rests[0].label}" has both hours and rest: true',
                "Give the rest a label of its own",
            )
        for index, other in enumerate(self.windows):
            for one in self.windows[:index]:
                _refuse_overlap(one, other, index)
        labels = {window.label for window in self.windows}
        if "closed" in labels:
            refuse(
                'a window has the label "closed", which means no service time at all', "Give it another label"
            )
        if self.holidays is not None and self.holidays.count_as not in labels | {"closed"}:
            _refuse_label(self.holidays.count_as, labels)
        return self


def _refuse_overlap(one: WindowText, other: WindowText, index: int) -> None:
    shared = [day for day in WEEKDAYS if day in (one.days or ()) and day in (other.days or ())]
    if (
        one.label != other.label
        and shared
        and (one.from_ or 0) < (other.to or 0)
        and (other.from_ or 0) < (one.to or 0)
    ):
        refuse(
            f'the windows "{one.label}" and "{other.label}" overlap on {", ".join(shared)}',
            "An hour counts under one label: change the hours of one of them",
            at=("windows", index),
        )


def _refuse_label(label: str, labels: set[str]) -> None:
    from documents.errors import choices_text, nearest_name  # noqa: PLC0415 - only a wrong label needs them

    refuse(
        f'holidays count as "{label}", which is no label of this calendar',
        f"Write closed, or one of: {choices_text(labels)}" if labels else "Write countAs: closed",
        nearest_name(label, labels | {"closed"}),
        at=("holidays", "countAs"),
    )


# ----------------------------------------------------------------------------------------------- services


class AllGate(Term):
    """A gate that holds while every member holds."""

    all: tuple["GateText", ...] = Field(description="Every one of these is needed")

    @model_validator(mode="after")
    def _has_members(self) -> Self:
        return _with_members(self, self.all)


class AnyGate(Term):
    """A gate that holds while at least one member holds."""

    any: tuple["GateText", ...] = Field(description="One of these is enough")

    @model_validator(mode="after")
    def _has_members(self) -> Self:
        return _with_members(self, self.any)


class AtLeastGate(Term):
    """A gate that holds while at least so many members hold."""

    at_least: WholeNumber = Field(alias="atLeast", description="How many of the members have to hold")
    of: tuple["GateText", ...] = Field(description="The members")

    @model_validator(mode="after")
    def _can_hold(self) -> Self:
        _with_members(self, self.of)
        if not 1 <= self.at_least <= len(self.of):
            refuse(
                f"wants {self.at_least} of {len(self.of)} members",
                f"Write atLeast: 1 to {len(self.of)}",
                at=("atLeast",),
            )
        return self


class ServiceGate(Term):
    """The need for one service, with the time it takes to recover after that service is back."""

    service: Name = Field(description="The service that is needed")
    recovery_lag: OutageLength = Field(
        0, alias="recoveryLag", description="Each outage of it reads as longer by this, like PT10M"
    )


GateModel = TypeVar("GateModel", bound=Term)


def _with_members(gate: GateModel, members: tuple[object, ...]) -> GateModel:
    if not members:
        refuse("a gate has no members", "Write at least one service")
    return gate


GateText = Annotated[
    Annotated[Name, shaped("text")]
    | Annotated[AllGate, shaped("all")]
    | Annotated[AnyGate, shaped("any")]
    | Annotated[AtLeastGate, shaped("atLeast")]
    | Annotated[ServiceGate, shaped("service")],
    by_shape(
        BareText("all", "any", "atLeast", "service"),
        "is not a gate",
        "Write a service, {all: [...]}, {any: [...]}, {atLeast: 2, of: [...]} or {service: ..., recoveryLag: ...}",
    ),
]
"""What a service needs; gates nest."""


class DescriptionText(Term):
    """What a service is, for people."""

    text: Text | None = Field(None, description="What it is, in a sentence")
    includes: tuple[Text, ...] = Field((), description="What belongs to it")
    excludes: tuple[Text, ...] = Field((), description="What does not belong to it")
    technologies: tuple[Text, ...] = Field((), description="What it is made of")
    prerequisites: tuple[Text, ...] = Field((), description="What it needs from its consumer")


def _choose_description(data: Any) -> str | None:  # noqa: ANN401 - raw text
    return "text" if isinstance(data, str) else "mapping" if isinstance(data, dict) else None


Description = Annotated[
    Annotated[Text, shaped("text")] | Annotated[DescriptionText, shaped("mapping")],
    by_shape(
        _choose_description,
        "is not a description",
        "Write text, or {includes: [...], excludes: [...], technologies: [...], prerequisites: [...]}",
    ),
]


class ServiceSpec(Term):
    """A service: who runs it, where the truth about its downtime comes from, and what it needs."""

    provider: Name = Field(description="The one party accountable for running it")
    measured: Literal["directly", "fromDependencies"] = Field(
        "directly",
        description="directly: its own outage records are the truth; fromDependencies: it is down as what it needs",
    )
    depends_on: GateText | None = Field(None, alias="dependsOn", description="What it needs; gates nest")
    description: Description | None = Field(None, description="What it is, for people")
