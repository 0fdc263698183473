"""Descriptions in the schema, taken from the code that they describe.

The problem: every type, field and argument has a description that a relationship manager understands, and a text that
stands beside the code a second time soon says something else. So a type's docstring is its description, and so is that
of each method that answers a field.

Example: ``@described class Money`` with the docstring "An amount ..." is published as a type of that description.

Limits: a plain attribute has no docstring: it is declared with ``said("...")``.
"""

import inspect
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, TypeVar, cast, dataclass_transform

import strawberry

# An enum has to be known before the first type that uses it is declared, and every type is declared through here.
import api.graphql.enums  # noqa: F401 - it registers them

__all__ = [
    "After",
    "AsKnownAt",
    "AsOf",
    "First",
    "answered",
    "described",
    "described_input",
    "said",
    "watched",
]

T = TypeVar("T")


def said(description: str) -> Any:  # noqa: ANN401 - it stands in for a value of the attribute's own type
    """A plain attribute of a type, with its description."""
    return strawberry.field(description=description)


@dataclass_transform(kw_only_default=True, field_specifiers=(said,))
def described(cls: type[T]) -> type[T]:
    """A type of the schema; its docstring is its description."""
    return strawberry.type(cls, description=_docstring(cls))


@dataclass_transform(kw_only_default=True, field_specifiers=(said,))
def described_input(cls: type[T]) -> type[T]:
    """An input of the schema; its docstring is its description."""
    return strawberry.input(cls, description=_docstring(cls))


def answered(resolver: Callable[..., T]) -> T:
    """A field that a method answers; its docstring is its description."""
    return cast("T", strawberry.field(resolver, description=_docstring(resolver)))


def watched(resolver: Callable[..., T]) -> T:
    """A subscription that a method answers; its docstring is its description."""
    return cast("T", strawberry.subscription(resolver, description=_docstring(resolver)))


def _docstring(described_thing: object) -> str:
    """The docstring with its line breaks taken out, its paragraphs kept."""
    text = inspect.getdoc(described_thing) or ""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


First = Annotated[
    int | None, strawberry.argument(description="How many at most; 100 where left out, 1000 at most.")
]
After = Annotated[
    str | None, strawberry.argument(description="Only what comes after this cursor (an `endCursor`).")
]
AsOf = Annotated[
    date | None,
    strawberry.argument(description="The contracts as they stand on this day; today where left out."),
]
AsKnownAt = Annotated[
    datetime | None,
    strawberry.argument(
        description="The figures as they were known at this instant; the last ones where left out."
    ),
]
