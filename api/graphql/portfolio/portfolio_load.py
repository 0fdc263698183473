"""The order to load contract documents."""

from datetime import datetime
from typing import Annotated, TypeAlias

import strawberry

from api.errors import Fault, RequestError
from api.graphql.context import Info
from api.graphql.describing import answered, described, described_input, said
from api.graphql.errors import RequestRejected
from api.services.reading import DocumentSet
from domain.instants import as_datetime

__all__ = ["PortfolioLoadInput", "PortfolioLoadMutation", "PortfolioLoadPayload"]


@described_input
class DocumentText:
    """One file of contract documents."""

    file: str = said('Its name, such as "agreements/sla-web-shop.yaml": errors point to it.')
    text: str = said("What it says, in YAML.")


@described_input
class PortfolioLoadInput:
    """The complete set of contract documents, who loads it, and why."""

    documents: list[DocumentText] = said(
        "Every file of the set: what is not in it is no longer in the contracts."
    )
    actor: str = said("Who asks: it is written to the audit trail.")
    reason: str = said("Why: it is written to the audit trail.")
    key: str | None = strawberry.field(
        default=None,
        description="Any text of your own: the same key again gives the same answer, and loads nothing.",
    )


@described
class LoadedDocument:
    """One document of a loaded set."""

    kind: str = said("What it is: Party, Service, Agreement and others.")
    name: str = said("Its name.")
    version: int = said("Its version.")
    file: str = said("The file that it stands in.")
    sha256: str = said("The hash of what it says.")


@described
class PortfolioLoaded:
    """The documents are the contracts now."""

    digest: str = said("The hash of the whole set: the same documents have the same digest.")
    recorded_at: datetime = said("When the set was loaded first.")
    documents: list[LoadedDocument] = said("Its documents.")


PortfolioLoadPayload: TypeAlias = Annotated[
    PortfolioLoaded | RequestRejected,
    strawberry.union(
        "PortfolioLoadPayload", description="What was loaded, or everything that is wrong with it."
    ),
]


@described
class PortfolioLoadMutation:
    """The order to load contract documents."""

    @answered
    def portfolio_load(
        self,
        info: Info,
        input: Annotated[  # noqa: A002 - the schema's own word
            PortfolioLoadInput, strawberry.argument(description="What to load.")
        ],
    ) -> PortfolioLoadPayload:
        """Load contract documents: all of them, or, where one has an error, none."""
        texts = {each.file: each.text for each in input.documents}
        if len(texts) < len(input.documents):
            raise RequestError(
                Fault("USAGE", "two of the files have the same name", "Give each file a name of its own")
            )
        loaded = info.context.commands.portfolio_load(texts, input.actor, input.reason, input.key)
        info.context.renew_view()
        return _loaded(loaded)


def _loaded(value: DocumentSet) -> PortfolioLoaded:
    return PortfolioLoaded(
        digest=value.digest,
        recorded_at=as_datetime(value.recorded_at),
        documents=[
            LoadedDocument(
                kind=each.kind, name=each.name, version=each.version, file=each.file, sha256=each.sha256
            )
            for each in value.documents
        ],
    )
