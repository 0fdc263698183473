"""Asking the schema within a test, without a server."""

from datetime import date
from typing import Any

from api.graphql.context import Context
from api.graphql.runs.board import Board
from api.graphql.schema import build_schema
from api.services.reading import Commands, Reader

SCHEMA = build_schema()
TODAY = date(2026, 6, 1)


class Asking:
    """A client of one store; each question is a request of its own."""

    def __init__(self, reader: Reader, commands: Commands) -> None:
        self.reader, self.commands, self.board = reader, commands, Board()

    def result(self, query: str, **variables: Any) -> Any:
        context = Context.of(self.reader, self.commands, lambda: TODAY, self.board)
        return SCHEMA.execute_sync(query, variable_values=variables, context_value=context)

    def __call__(self, query: str, **variables: Any) -> Any:
        result = self.result(query, **variables)
        assert result.errors is None, result.errors
        return result.data
