"""The Feed document: what the columns, statuses and groups of somebody else's file mean.

The problem: other people's files are mapped, not reprogrammed. A feed says which of its columns is which of ours, which
values mean what, and how its times are written.

Example: ``columns: {ticket_id: number}``, ``values: {status: {"Awaiting User Info": pending_customer}}``.

Limits: reading the file is the work of a feed reader; this is only what it is told.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from documents.scalars import Name, Text, ZoneName, refuse
from documents.terms import Term, by_shape, shaped

__all__ = ["FEED_KINDS", "FeedService", "FeedSpec"]

EvidenceKind = Literal["outages", "tickets", "ticket_events", "samples", "counts", "deliverables", "charges"]

FEED_KINDS = ("outages", "tickets", "ticket_events", "samples", "counts", "deliverables", "charges")
"""The kinds of evidence, which a feed may produce."""


class FeedService(Term):
    """Which service a row is about: by a column, by several together, or always the same.

    ``columns`` is an extension of the language: where a file says a product in one column and a region in another,
    the keys of ``values`` say one part a column, as ``"Compute | eu-west": compute-eu``. A part may be "*" (any), or
    nothing (an empty cell); "*" alone is any other row.
    """

    column: Text | None = Field(None, description="The column of the file that says which service")
    columns: tuple[Text, ...] | None = Field(
        None, description="Two or more columns of the file that say together which service"
    )
    values: dict[Text, Name] = Field(
        default_factory=dict,
        description='Which value means which service; "*" is any other value; of several columns "PRODUCT | REGION"',
    )

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        if self.columns is not None:
            self._check_columns(self.columns)
        elif self.column is None and "*" not in self.values:
            refuse("does not say which service", 'Write column: and values:, or values: {"*": it-support}')
        return self

    def _check_columns(self, columns: tuple[str, ...]) -> None:
        if self.column is not None:
            refuse("names both column and columns", "Write one of the two", at=("columns",))
        if len(columns) < 2:
            refuse("names fewer than two columns", "Write column: for a single one", at=("columns",))
        for key in self.values:
            if key != "*" and key.count("|") != len(columns) - 1:
                told = " | ".join(columns)
                refuse(f"does not say {len(columns)} parts", f'Write it as "{told}"', at=("values", key))


def _choose_service(data: Any) -> str | None:  # noqa: ANN401 - raw text
    return "text" if isinstance(data, str) else "mapping" if isinstance(data, dict) else None


class FeedSpec(Term):
    """How a file of another system is read as evidence."""

    files: Text = Field(description='Which files of the evidence folder, like "servicenow*.csv*"')
    reads: Text = Field(
        "csv", description="How they are written: csv, ndjson, parquet (also gzip), or a connector"
    )
    nulls: tuple[str, ...] = Field(("",), description="Texts that mean an empty cell")
    timezone: ZoneName = Field("UTC", description="The zone of times without an offset")
    time_format: Text | None = Field(
        None, alias="timeFormat", description="How times are written, like %d/%m/%Y %H:%M; default ISO 8601"
    )
    delimiter: Text | None = Field(
        None, description="What separates the columns of a csv file; default a comma"
    )
    encoding: Text | None = Field(None, description="The encoding of the file; default utf-8")
    produces: tuple[EvidenceKind, ...] = Field(description="The kinds of evidence that its rows are")
    columns: dict[Text, Text] = Field(description="Our column: the file's column")
    values: dict[Text, dict[str, str]] = Field(
        default_factory=dict,
        description='For a column of ours: the file\'s value: our value; "*" is any other value, or, where the file '
        'has no such column, every row\'s; "" is an empty cell',
    )
    service: (
        Annotated[
            Annotated[Name, shaped("text")] | Annotated[FeedService, shaped("mapping")],
            by_shape(
                _choose_service, "does not say which service", "Write {column: ..., values: {...}}, or a name"
            ),
        ]
        | None
    ) = Field(None, description="Which service a row is about")

    @property
    def service_column(self) -> str | None:
        """The column of the file that says which service a row is about; None where every row is about the same."""
        return self.service.column if isinstance(self.service, FeedService) else None

    @property
    def service_columns(self) -> tuple[str, ...]:
        """The columns of the file that say together which service a row is about; none where one or no column does."""
        return (self.service.columns or ()) if isinstance(self.service, FeedService) else ()

    @property
    def service_values(self) -> Mapping[str, str]:
        """Which value of that column or columns means which service; "*" is any other value, or every row."""
        if isinstance(self.service, str):
            return {"*": self.service}
        return self.service.values if self.service is not None else {}

    @model_validator(mode="after")
    def _produces_something(self) -> Self:
        if not self.produces:
            refuse("produces nothing", f"Write one or more of: {', '.join(FEED_KINDS)}", at=("produces",))
        return self
