"""What all models of documents share: strictness, and choices between several ways of writing one term.

The problem: a term may be said in several shapes ("month", or "any 30 days"; a name, or a gate of names), and a mistake
in one of them must be told in that shape's own words, not as a list of everything it is not.

Example: ``Annotated[Month | Rolling, by_shape(choose, "is not a period", "Write month, ...")]``.

Limits: a model checks one document; names of other documents are checked where all are known (`documents.references`).
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    JsonValue,
    Tag,
    ValidationInfo,
    model_validator,
)

from documents.positions import Fields
from documents.scalars import Amount, Bound, CurrencyCode, Day, Percent, Span, WholeNumber, refuse

__all__ = [
    "BareAmount", "BareText", "Bounded", "DatedTargets", "MoneyText", "PercentOrAmount", "Period", "TargetText", "Term",
    "by_key", "by_shape", "keyed", "one_direction", "shaped",
]  # fmt: skip


class Term(BaseModel):
    """A mapping of a document: unknown keys are errors, and nothing can change it afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True, arbitrary_types_allowed=True)

    @model_validator(mode="before")
    @classmethod
    def _remember_model(cls, data: Any, info: ValidationInfo) -> Any:  # noqa: ANN401 - raw text, not yet known
        """Note which model reads which mapping, so that an error can name the keys that are known there."""
        if isinstance(data, Fields) and isinstance(info.context, dict):
            info.context[id(data)] = cls
        return data


def exactly_one(*keys: str) -> dict[str, JsonValue]:
    """What a JSON Schema says of a mapping that has exactly one of some keys."""
    return {"oneOf": [{"required": [key]} for key in keys]}


def keyed(key: str, value: str) -> Tag:
    """The tag of one choice among mappings that name themselves by ``key`` (kind, scheme)."""
    return Tag(f"{key}={value}")


def by_key(key: str) -> Discriminator:
    """Choose among mappings by the text under ``key``."""

    def choose(data: Any) -> str | None:  # noqa: ANN401 - raw text, or a model that was read before
        value = data.get(key) if isinstance(data, dict) else getattr(data, key, None)
        return f"{key}={value}" if isinstance(value, str) else None

    return Discriminator(choose)


def shaped(shape: str) -> Tag:
    """The tag of one choice among shapes."""
    return Tag(f"shape={shape}")


def by_shape(choose: Callable[[Any], str | None], message: str, cure: str) -> Discriminator:
    """Choose among shapes; where ``choose`` finds none, say ``message`` and ``cure``."""

    def tag(data: Any) -> str | None:  # noqa: ANN401 - raw text
        found = choose(data)
        return None if found is None else f"shape={found}"

    # The message and the cure travel in one text, because a discriminator has to be hashable and a context is not.
    return Discriminator(tag, custom_error_type="refused", custom_error_message=f"{message}\n{cure}")


def BareText(*shapes: str) -> Callable[[Any], str | None]:  # noqa: N802 - reads as the shape it finds
    """A chooser: "text" for bare text, else the first of ``shapes`` that is a key of the mapping."""

    def choose(data: Any) -> str | None:  # noqa: ANN401 - raw text
        if isinstance(data, str):
            return "text"
        if isinstance(data, list):
            return "list" if "list" in shapes else None
        if isinstance(data, dict):
            return next((shape for shape in shapes if shape in data), None)
        return None

    return choose


# ------------------------------------------------------------------------------------------------- money


class MoneyText(Term):
    """An amount of money, in the agreement's currency unless it names that currency itself."""

    amount: Amount = Field(description="The amount, as decimal text")
    currency: CurrencyCode | None = Field(None, description="The currency; default: the agreement's")


BareAmount = Annotated[
    Annotated[Amount, shaped("text")] | Annotated[MoneyText, shaped("amount")],
    by_shape(
        BareText("amount"),
        "is not an amount of money",
        'Write decimal text, like "400.00", or {amount: "400.00"}',
    ),
]


class PercentOrAmount(Term):
    """A percent of a base, or an amount of money: exactly one of the two."""

    model_config = ConfigDict(json_schema_extra=exactly_one("percent", "amount"))

    percent: Percent | None = Field(None, description="Percent of the base, 0 to 100")
    amount: Amount | None = Field(None, description="An amount of money in the agreement's currency")
    currency: CurrencyCode | None = Field(
        None, description="The currency of the amount; default: the agreement's"
    )

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.percent is None) == (self.amount is None):
            both = (
                "has both a percent and an amount"
                if self.percent is not None
                else "has no percent and no amount"
            )
            refuse(both, "Write exactly one of percent and amount")
        return self


# ----------------------------------------------------------------------------------------------- targets


def one_direction(term: Any, *names: str) -> str:  # noqa: ANN401 - any model with these fields
    """The one field among ``names`` that is written; anything else is refused."""
    written = [name for name in names if getattr(term, name) is not None]
    if len(written) != 1:
        shown = " or ".join(type(term).model_fields[name].alias or name for name in names)
        if not written:
            refuse("has no bound", f"Write {shown}, with a value")
        refuse("has more than one bound", f"Write exactly one: {shown}")
    return written[0]


class TargetText(Term):
    """A bound on a value, from a day on where it is dated."""

    model_config = ConfigDict(json_schema_extra=exactly_one("atLeast", "atMost"))

    at_least: Bound | None = Field(None, alias="atLeast", description="The value has to be this or more")
    at_most: Bound | None = Field(None, alias="atMost", description="The value has to be this or less")
    since: Day | None = Field(None, alias="from", description="The day from which it holds, in a dated list")

    @model_validator(mode="after")
    def _has_one_bound(self) -> Self:
        one_direction(self, "at_least", "at_most")
        return self

    @property
    def bound(self) -> Any:  # noqa: ANN401 - Decimal or Duration
        """The value of the bound."""
        return self.at_least if self.at_least is not None else self.at_most


def _in_order(steps: tuple[TargetText, ...]) -> tuple[TargetText, ...]:
    if not steps:
        refuse("has no dated target", 'Write at least one, like {from: 2026-01-01, atLeast: "99.4"}')
    days = [step.since for step in steps]
    if any(day is None for day in days[1:]):
        refuse("has a dated target without its date", "Write from: with a date in each of them")
    known = [day for day in days if day is not None]
    if any(later <= earlier for earlier, later in pairwise(known)):
        refuse("has dated targets out of order", "Write them oldest first, each with its own date")
    if len({step.at_least is not None for step in steps}) > 1:
        refuse("mixes atLeast and atMost", "Write all of the dated targets in one direction")
    return steps


class DatedTargets(Term):
    """A target with its history."""

    dated: Annotated[tuple[TargetText, ...], AfterValidator(_in_order)] = Field(
        description="The targets, oldest first, each with the day it holds from"
    )


def _choose_target(data: Any) -> str | None:  # noqa: ANN401 - raw text
    if isinstance(data, list):
        return "list"
    if isinstance(data, dict):
        return "dated" if "dated" in data else "bound"
    return None


Target = Annotated[
    Annotated[TargetText, shaped("bound")]
    | Annotated[DatedTargets, shaped("dated")]
    | Annotated[tuple[TargetText, ...], AfterValidator(_in_order), shaped("list")],
    by_shape(
        _choose_target,
        "is not a target",
        'Write {atLeast: "99.9"} or {atMost: "4"}, or a dated list of these',
    ),
]
"""A promise: one bound, or a dated list of bounds."""


def target_steps(target: "TargetText | DatedTargets | tuple[TargetText, ...]") -> tuple[TargetText, ...]:
    """The steps of a target, oldest first."""
    if isinstance(target, DatedTargets):
        return target.dated
    return target if isinstance(target, tuple) else (target,)


class Bounded(Term):
    """A bound in a condition, in whichever direction the contract says it."""

    model_config = ConfigDict(json_schema_extra=exactly_one("below", "above", "atLeast", "atMost"))

    below: Bound | None = Field(None, description="The value lies under this")
    above: Bound | None = Field(None, description="The value lies over this")
    at_least: Bound | None = Field(None, alias="atLeast", description="The value is this or more")
    at_most: Bound | None = Field(None, alias="atMost", description="The value is this or less")

    @model_validator(mode="after")
    def _has_one_bound(self) -> Self:
        one_direction(self, "below", "above", "at_least", "at_most")
        return self


# ----------------------------------------------------------------------------------------------- periods


class RollingPeriod(Term):
    """A window of whole days, judged every day."""

    rolling: Span = Field(description="The length of the window, like P30D")


class MonthsPeriod(Term):
    """Months that begin on a day of the month other than the first."""

    months: WholeNumber = Field(description="How many months a period has")
    start_day: WholeNumber = Field(
        alias="startDay", description="The day of the month on which it begins, 1 to 31"
    )

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if not 1 <= self.start_day <= 31:
            refuse(f"no month has a day {self.start_day}", "Write a startDay from 1 to 31", at=("startDay",))
        if not 1 <= self.months <= 120:
            refuse(
                f"a period of {self.months} months is not possible",
                "Write months: 1, or more",
                at=("months",),
            )
        return self


PlainPeriod = Literal["week", "month", "quarter", "year"]

Period = Annotated[
    Annotated[PlainPeriod, shaped("text")]
    | Annotated[RollingPeriod, shaped("rolling")]
    | Annotated[MonthsPeriod, shaped("months")],
    by_shape(
        BareText("rolling", "months"),
        "is not a period",
        "Write week, month, quarter or year, {rolling: P30D}, or {months: 1, startDay: 16}",
    ),
]
"""Over what a service level is judged."""
