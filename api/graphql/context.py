"""What a request brings along: its view of what is stored, and who may be given orders."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

import strawberry
from strawberry.fastapi import BaseContext

from api.graphql.runs.board import Board
from api.graphql.view import View
from api.services.reading import Commands, Reader

__all__ = ["Context", "Info", "view_of"]


@dataclass
class Context(BaseContext):
    """One request's view and the orders it can give; fields take from it what they need and pass values on."""

    reader: Reader
    commands: Commands
    today: Callable[[], date]
    board: Board
    view: View

    @classmethod
    def of(cls, reader: Reader, commands: Commands, today: Callable[[], date], board: Board) -> "Context":
        """The context of a new request; all requests of a process share one board."""
        return cls(reader, commands, today, board, View(reader, today()))

    def renew_view(self) -> None:
        """Forget what was read, because an order has changed what is stored."""
        self.view = View(self.reader, self.today())


Info: TypeAlias = strawberry.Info[Context, None]


def view_of(info: Info) -> View:
    """The view of the request that a field belongs to."""
    return info.context.view
