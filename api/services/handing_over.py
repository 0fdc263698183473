"""Values of a settling handed from one process to another that holds the same contracts.

The problem: a result names its agreement and its level, and these are whole contracts. Written out, a month of five
thousand agreements would be all their contracts over and over; and dataclasses write themselves slowly.

Example: a statement's line is written with "agreement 17" in the place of the contract; whoever reads it puts its own
seventeenth agreement there, the very object that its other values have.

Limits: for values of any kind, of which there are few; results, of which there are many, go by
`api.services.handing_results`. For processes of one program that this program started itself: what is read is trusted
(`pickle`). Both must have made their portfolio from the same documents, in the same order.

References: `pickle.Pickler.reducer_override` of Python's library.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from domain.agreements import Agreement, ServiceLevel

if TYPE_CHECKING:
    from typing import BinaryIO

    from ola.portfolio import Portfolio

__all__ = ["Handing"]

_Plan = tuple[Callable[[Any], tuple[Any, ...]], tuple[Callable[[Any, Any], None], ...]]
_PLANS: dict[type, _Plan | None] = {}


def _plan(kind: type) -> _Plan | None:
    """How the fields of a dataclass with slots are read and set; None for any other type."""
    if kind not in _PLANS:
        names = (
            [each.name for each in fields(kind)] if is_dataclass(kind) and "__slots__" in vars(kind) else []
        )
        if len(names) < 2:
            _PLANS[kind] = None
        else:
            setters = tuple(getattr(kind, name).__set__ for name in names)
            _PLANS[kind] = (attrgetter(*names), setters)
    return _PLANS[kind]


def _restored(kind: type, values: Sequence[Any]) -> Any:  # noqa: ANN401 - a value of whatever kind was written
    """A dataclass with the fields that it was written with; it was checked when it was made."""
    found: Any = object.__new__(kind)
    plan = _plan(kind)
    if plan is not None:
        for put, value in zip(plan[1], values, strict=True):
            put(found, value)
    return found


def _placed(number: int, level: int | None) -> Agreement | ServiceLevel:
    """An agreement, or one of its levels, by its place; whoever reads puts its own in the place of this."""
    raise pickle.UnpicklingError(f"Nobody says which contract number {number} is ({level}).")


def _shown(entries: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    """A mapping that cannot be changed, whose own type has no name to be written by."""
    return MappingProxyType(entries)


class _Writing(pickle.Pickler):
    """Writes contracts by their number, and dataclasses by their fields."""

    def __init__(self, into: BinaryIO, numbers: dict[int, tuple[int, int | None]]) -> None:
        super().__init__(into, pickle.HIGHEST_PROTOCOL)
        self._numbers = numbers

    def reducer_override(self, value: object) -> Any:  # noqa: ANN401 - what pickle asks for
        """How a value is made again."""
        kind = type(value)
        if kind is Agreement or kind is ServiceLevel:
            place = self._numbers.get(id(value))
            if place is not None:
                return (_placed, place)
        if kind is MappingProxyType:
            return (_shown, (dict(value),))  # type: ignore[call-overload]
        plan = _plan(kind)
        return NotImplemented if plan is None else (_restored, (kind, plan[0](value)))


class _Reading(pickle.Unpickler):
    def __init__(self, source: BinaryIO, agreements: Sequence[Agreement]) -> None:
        super().__init__(source)
        self._agreements = agreements

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401 - what pickle asks for
        """What a name stands for; a place is looked up among the contracts of whoever reads."""
        return (
            self._found
            if (module, name) == (__name__, _placed.__name__)
            else super().find_class(module, name)
        )

    def _found(self, number: int, level: int | None) -> Agreement | ServiceLevel:
        agreement = self._agreements[number]
        return agreement if level is None else (*agreement.levels, *agreement.duties)[level]


class Handing:
    """Writes and reads values for those who hold the same portfolio; without one, contracts are written out."""

    def __init__(self, portfolio: Portfolio | None = None) -> None:
        self._agreements: tuple[Agreement, ...] = () if portfolio is None else tuple(portfolio.agreements)
        self._numbers: dict[int, tuple[int, int | None]] = {}
        for number, agreement in enumerate(self._agreements):
            self._numbers[id(agreement)] = (number, None)
            for place, level in enumerate((*agreement.levels, *agreement.duties)):
                self._numbers[id(level)] = (number, place)

    def write(self, value: object, into: BinaryIO) -> None:
        """Hand a value over."""
        into.write(self.written(value))
        into.flush()

    def written(self, value: object) -> bytes:
        """A value in the bytes in which it is handed over."""
        held = io.BytesIO()
        _Writing(held, self._numbers).dump(value)
        return held.getvalue()

    def read(self, source: BinaryIO) -> Any:  # noqa: ANN401 - whatever was handed over
        """The next value. Raises EOFError where there is none any more."""
        return _Reading(source, self._agreements).load()
