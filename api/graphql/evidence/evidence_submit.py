"""The order to take in a file of evidence."""

import base64
import binascii
from datetime import datetime
from typing import Annotated, TypeAlias

import strawberry

from api.errors import Fault, RequestError
from api.graphql.context import Info
from api.graphql.describing import answered, described, described_input, said
from api.graphql.errors import RequestRejected
from api.graphql.findings.types import Finding, finding
from api.services.reading import EvidenceFile
from domain.instants import as_datetime

__all__ = ["EvidenceSubmitInput", "EvidenceSubmitMutation", "EvidenceSubmitPayload"]


@described_input
class EvidenceSubmitInput:
    """A file of evidence, who hands it in, and why. Give either its text or its bytes."""

    file: str = said('Its name, such as "evidence/outages.csv": its ending says how to read it.')
    text: str | None = strawberry.field(default=None, description="What a text file says.")
    base64: str | None = strawberry.field(default=None, description="The bytes of any file, in base64.")
    actor: str = said("Who asks: it is written to the audit trail.")
    reason: str = said("Why: it is written to the audit trail.")
    key: str | None = strawberry.field(
        default=None,
        description="Any text of your own: the same key again gives the same answer, and adds nothing.",
    )


@described
class EvidenceRows:
    """How many rows of a kind a file has."""

    kind: str = said("The kind: outages, tickets and others.")
    rows: int = said("How many could be read.")


@described
class EvidenceSubmitted:
    """The file is taken in, wholly."""

    file: str = said("Its name.")
    sha256: str = said("The hash of its bytes.")
    recorded_at: datetime = said("When it was taken in first.")
    rows: list[EvidenceRows] = said("Its rows, by kind.")
    quarantined: int = said("How many rows could not be read, and are set aside with the reason.")
    known_before: bool = said("Whether the same bytes had been taken in before: then nothing was added.")
    notices: list[Finding] = said("What a person should know of it.")


EvidenceSubmitPayload: TypeAlias = Annotated[
    EvidenceSubmitted | RequestRejected,
    strawberry.union("EvidenceSubmitPayload", description="What was taken in, or why nothing was."),
]


@described
class EvidenceSubmitMutation:
    """The order to take in a file of evidence."""

    @answered
    def evidence_submit(
        self,
        info: Info,
        input: Annotated[  # noqa: A002 - the schema's own word
            EvidenceSubmitInput, strawberry.argument(description="What to take in.")
        ],
    ) -> EvidenceSubmitPayload:
        """Take in a file of evidence, wholly or not at all. A correction is a new file, never an edit."""
        taken = info.context.commands.evidence_submit(
            input.file, _content(input), input.actor, input.reason, input.key
        )
        info.context.renew_view()
        return _submitted(info, taken)


def _content(given: EvidenceSubmitInput) -> bytes:
    if given.text is not None and given.base64 is None:
        return given.text.encode()
    if given.base64 is not None and given.text is None:
        try:
            return base64.b64decode(given.base64, validate=True)
        except binascii.Error as error:
            raise RequestError(
                Fault("USAGE", f"base64 cannot be read: {error}", "Give the file's bytes in base64")
            ) from error
    raise RequestError(Fault("USAGE", "a file has either a text or bytes", "Give one of text and base64"))


def _submitted(info: Info, value: EvidenceFile) -> EvidenceSubmitted:
    view = info.context.view
    return EvidenceSubmitted(
        file=value.file,
        sha256=value.sha256,
        recorded_at=as_datetime(value.recorded_at),
        rows=[EvidenceRows(kind=kind, rows=rows) for kind, rows in value.rows],
        quarantined=value.quarantined,
        known_before=value.known_before,
        notices=[finding(view, each) for each in value.notices],
    )
