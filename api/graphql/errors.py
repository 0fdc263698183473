"""What a client is told when something cannot be done.

The problem: a wrong document, a broken query and a mistake of this program are three different things. The first is an
answer like any other, a member of the payload's union; the second is an error of the query; the third is masked, since
its text is of use to an attacker only, and goes to the log.

Example: ``portfolioLoad`` of a document that names no known party answers ``RequestRejected`` with one fault, its file
and its line.

Limits: errors of GraphQL itself (an unknown field) are told in graphql-core's words.
"""

from graphql import GraphQLError
from strawberry import ExceptionHandler
from strawberry.extensions import MaskErrors
from strawberry.types import Info
from strawberry.types.field import StrawberryField

from api.errors import Fault as FaultValue
from api.errors import RequestError
from api.graphql.describing import described, said

__all__ = ["Fault", "InvalidInput", "RequestRejected", "RequestRejectedHandler", "mask_mistakes"]


class InvalidInput(GraphQLError):
    """An argument that cannot be used: the message says which, its value, and what to give instead."""

    def __init__(self, message: str) -> None:
        super().__init__(message, extensions={"code": "INVALID_INPUT"})


@described
class Fault:
    """One thing wrong with what was asked for: what, where as far as it has a place, and what would cure it."""

    code: str = said("The kind of fault for a program: DOCUMENT, PERIOD, NAME, USAGE and others.")
    message: str = said("What is wrong, in words.")
    cure: str | None = said("What to do about it.")
    file: str | None = said("The file that the fault stands in.")
    line: int | None = said("The line, from 1.")
    column: int | None = said("The column, from 1.")
    path: str | None = said("The term in the document, such as spec.serviceLevels[0].target.")
    value: str | None = said("What stands there.")
    nearest: str | None = said("The valid name that is most like it.")

    @classmethod
    def of(cls, fault: FaultValue) -> "Fault":
        """The fault as the schema shows it."""
        return cls(
            code=fault.code,
            message=fault.message,
            cure=fault.cure or None,
            file=fault.file,
            line=fault.line,
            column=fault.column,
            path=fault.path,
            value=fault.value,
            nearest=fault.nearest,
        )


@described
class RequestRejected:
    """What was asked for cannot be done. Nothing has changed."""

    faults: list[Fault] = said("Everything that is wrong, all of it at once.")


class RequestRejectedHandler(ExceptionHandler[RequestError, RequestRejected]):
    """Turns an expected error of a service into the member of a payload's union."""

    def handle(self, exception: RequestError, *, field: StrawberryField, info: Info) -> RequestRejected:
        """The faults of a request that cannot be carried out."""
        del field, info
        return RequestRejected(faults=[Fault.of(fault) for fault in exception.faults])


def mask_mistakes() -> MaskErrors:
    """Mask every error but those of the query itself."""
    return MaskErrors(
        should_mask_error=_is_mistake,
        error_message="A mistake of this program. It is in the server's log; please open an issue.",
    )


def _is_mistake(error: GraphQLError) -> bool:
    original = error.original_error
    return original is not None and not isinstance(original, GraphQLError)
