"""What agreements came to, handed from the process that settled them to another, in a form that costs little.

The problem: a month of five thousand agreements is half a million values. Written out as objects, each with its type
and its names, they take longer to hand over than to work out, and two processes are no faster than one.

The way: what a result consists of is known from the types of its fields, so that only values are written, each in its
place (as `store.codec` does for the store). A contract, a level or a period is named by a number: the other process
has the same contracts, and is told everything else that comes again and again (a ledger's entries, a finding) once.

Example: an attainment is written as the numbers of its level and period, its status and its figures, each fraction as
two whole numbers; whoever reads it has the level of its own contracts in it.

Limits: one `ResultsOut` writes for one `ResultsIn`, which reads everything in the same order. Both must have made their
portfolio from the same documents. What is read is trusted (`pickle`).

References: the `pickle` module of Python's library.
"""

from __future__ import annotations

import pickle
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache, lru_cache
from operator import attrgetter
from types import MappingProxyType, NoneType, UnionType
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin, get_type_hints

from domain.agreements import Agreement, ServiceLevel, Threshold
from domain.attainment import LevelOn
from domain.findings import Finding
from domain.ledger import Entry
from domain.money import Money
from domain.periods import Period
from settlement.results import AgreementResult

if TYPE_CHECKING:
    from ola.portfolio import Portfolio

__all__ = ["ResultsIn", "ResultsOut"]

_Form = Callable[[Any], Any]
"""A value as what is written for it, or back."""

_TOLD_ONCE = frozenset({Period, Threshold, Finding, Entry})
"""What is met again and again as the very same value."""

_AS_THEY_ARE = (int, str, bool, date, Decimal, NoneType)


class _Forms(ABC):
    """How values of each type are handed over, worked out once for each; a level (`LevelOn`) has a form of its own."""

    def __init__(self, of_levels: _Form) -> None:
        self._forms: dict[Any, _Form | None] = {LevelOn: of_levels}

    def _form(self, kind: Any) -> _Form | None:  # noqa: ANN401 - a type, a union or a generic alias
        """The form of a type's values; None: as they are."""
        if kind not in self._forms:
            self._forms[kind] = self._compiled(kind)
        return self._forms[kind]

    @abstractmethod
    def _compiled(self, kind: Any) -> _Form | None:  # noqa: ANN401 - as above
        """The same, worked out."""


class ResultsOut(_Forms):
    """Writes results, for one who has the same portfolio."""

    def __init__(self, portfolio: Portfolio) -> None:
        self._known: dict[int, int] = {}
        self._levels: dict[int, int] = {}
        self._kept: list[object] = []
        for number, agreement in enumerate(portfolio.agreements):
            self._known[id(agreement)] = number
        self._kept += portfolio.agreements
        super().__init__(self._level)
        self._whole = self._form(tuple[AgreementResult, ...])

    def written(self, results: Sequence[AgreementResult]) -> bytes:
        """The bytes of some results."""
        form = self._whole
        return pickle.dumps(results if form is None else form(results), pickle.HIGHEST_PROTOCOL)

    def _number(self, value: object) -> tuple[int, bool]:
        """The number of a value, and whether it has one only now; it is kept, so that nothing else gets its place."""
        number = self._known.get(id(value))
        if number is not None:
            return number, False
        number = self._known[id(value)] = len(self._kept)
        self._kept.append(value)
        return number, True

    def _level(self, of: LevelOn) -> tuple[Any, ...]:
        """An agreement, one of its levels by its place, and the service; what the other does not have in full."""
        agreement, is_new = self._number(of.agreement)
        said = (agreement, of.agreement) if is_new else agreement
        place = self._levels.get(id(of.level))
        if place is None:
            levels = (*of.agreement.levels, *of.agreement.duties)
            place = next((at for at, level in enumerate(levels) if level is of.level), None)
            if place is None:
                return (said, of.level, of.service)
            self._levels[id(of.level)] = place
        return (said, place, of.service)

    def _compiled(self, kind: Any) -> _Form | None:  # noqa: ANN401 - as above
        shape, of = _shape(kind)
        if shape == "optional":
            inner = self._form(of[0])
            return inner and (lambda value: None if value is None else inner(value))
        if shape == "many":
            each = self._form(of[0])
            return each and (lambda values: tuple(map(each, values)) if values else ())
        if shape == "some":
            return self._in_places(tuple, [self._form(one) for one in of])
        if shape == "mapping":
            return dict
        if kind is Money:
            return _money_said
        if kind is Fraction:
            return Fraction.as_integer_ratio
        if shape == "enum":
            return attrgetter("value")
        if shape == "as it is":
            return None
        whole = self._in_places(attrgetter(*of[1]), [self._form(hint) for hint in of[2]])
        return self._told(whole) if kind in _TOLD_ONCE else whole

    @staticmethod
    def _in_places(parts: Callable[[Any], tuple[Any, ...]], forms: Sequence[_Form | None]) -> _Form:
        """The parts of a value, those that are not written as they are each in its form."""
        changed = [(place, form) for place, form in enumerate(forms) if form is not None]

        def written(value: Any) -> list[Any]:  # noqa: ANN401 - of the type it was compiled for
            found = list(parts(value))
            for place, form in changed:
                if found[place] is not None:
                    found[place] = form(found[place])
            return found

        return written

    def _told(self, whole: _Form) -> _Form:
        def written(value: object) -> Any:  # noqa: ANN401 - a number, with what it stands for the first time
            number, is_new = self._number(value)
            return (number, whole(value)) if is_new else number

        return written


class ResultsIn(_Forms):
    """Reads what one `ResultsOut` has written, all of it and in its order."""

    def __init__(self, portfolio: Portfolio) -> None:
        self._known: dict[int, Any] = dict(enumerate(portfolio.agreements))
        self._levels: dict[tuple[int, int, str], LevelOn] = {}
        super().__init__(self._level)
        self._whole = self._form(tuple[AgreementResult, ...])

    def read(self, written: bytes) -> tuple[AgreementResult, ...]:
        """The results again."""
        form, raw = self._whole, pickle.loads(written)  # noqa: S301 - by a process that this program started
        found: tuple[AgreementResult, ...] = raw if form is None else form(raw)
        return found

    def _level(self, raw: tuple[Any, Any, str]) -> LevelOn:
        number, place, service = raw
        if type(number) is tuple:
            number, self._known[number[0]] = number[0], number[1]
        agreement: Agreement = self._known[number]
        if isinstance(place, ServiceLevel):
            return LevelOn(agreement, place, service)
        found = self._levels.get((number, place, service))
        if found is None:
            level = (*agreement.levels, *agreement.duties)[place]
            found = self._levels[number, place, service] = LevelOn(agreement, level, service)
        return found

    def _compiled(self, kind: Any) -> _Form | None:  # noqa: ANN401 - as above
        shape, of = _shape(kind)
        if shape == "optional":
            inner = self._form(of[0])
            return inner and (lambda raw: None if raw is None else inner(raw))
        if shape == "many":
            each = self._form(of[0])
            return each and (lambda raw: tuple(map(each, raw)) if raw else ())
        if shape == "some":
            forms = [self._form(one) for one in of]
            return lambda raw: tuple(
                part if form is None else form(part) for form, part in zip(forms, raw, strict=True)
            )
        if shape == "mapping":
            return MappingProxyType
        if kind is Money:
            return lambda raw: _money(*raw)
        if kind is Fraction:
            return lambda raw: _fraction(*raw)
        if shape == "enum":
            return dict(of).__getitem__
        if shape == "as it is":
            return None
        whole = self._made(of[0], of[1], [self._form(hint) for hint in of[2]])
        return self._told(whole) if kind in _TOLD_ONCE else whole

    @staticmethod
    def _made(kind: type, names: Sequence[str], forms: Sequence[_Form | None]) -> _Form:
        """A dataclass with slots from its fields; it was checked when it was first made."""
        new = object.__new__
        plan = [(getattr(kind, name).__set__, form) for name, form in zip(names, forms, strict=True)]

        def made(raw: Sequence[Any]) -> Any:  # noqa: ANN401 - of the type it was compiled for
            found: Any = new(kind)
            for (put, form), part in zip(plan, raw, strict=True):
                put(found, part if form is None or part is None else form(part))
            return found

        return made

    def _told(self, whole: _Form) -> _Form:
        known = self._known

        def read(raw: Any) -> Any:  # noqa: ANN401 - of the type it was compiled for
            if type(raw) is int:
                return known[raw]
            found = known[raw[0]] = whole(raw[1])
            return found

        return read


def _money_said(money: Money) -> tuple[str, str]:
    return str(money.amount), money.currency


# Most amounts and figures of a month are few: nothing, a price, a whole month, a hundred percent.
@lru_cache(maxsize=65_536)
def _money(amount: str, currency: str) -> Money:
    return Money(Decimal(amount), currency)


@lru_cache(maxsize=65_536)
def _fraction(numerator: int, denominator: int) -> Fraction:
    return Fraction(numerator, denominator)


@cache
def _shape(kind: Any) -> tuple[str, tuple[Any, ...]]:  # noqa: ANN401 - a type, a union or a generic alias
    """What kind of type a type is, and what it consists of. Raises TypeError for one that results do not have."""
    origin, of = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        present = tuple(each for each in of if each is not NoneType)
        if len(present) == 1:
            return "optional", present
    elif origin is tuple:
        return ("many", of[:1]) if of[1:] == (Ellipsis,) else ("some", of)
    elif origin is Literal or kind in _AS_THEY_ARE:
        return "as it is", ()
    elif isinstance(origin, type) and issubclass(origin, Mapping):
        return "mapping", of
    elif isinstance(kind, type) and issubclass(kind, Enum):
        return "enum", tuple((member.value, member) for member in kind)
    elif kind is Fraction or kind is Money or kind is LevelOn:
        return "by itself", ()
    elif is_dataclass(kind):
        names = tuple(each.name for each in fields(kind))
        hints = get_type_hints(kind)
        # Where a field has no value nothing is asked of its form.
        shapes = [_shape(hints[name]) for name in names]
        said = (
            of[0] if shape == "optional" else hints[name]
            for name, (shape, of) in zip(names, shapes, strict=True)
        )
        return "dataclass", (kind, names, tuple(said))
    raise TypeError(f"{kind} has no form in which it is handed over")
