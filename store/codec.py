"""Frozen values as JSON and back, exactly.

The problem: a trace has dozens of exact fractions, optional parts and enums. Written down by hand, one field is
forgotten and a figure changes on its way through the store; so the form follows from the types of the fields.

Example: ``Codec().encode(Fraction(30, 31))`` is ``"30/31"``, and ``Codec().decode(Fraction, "30/31")`` the fraction.

Limits: frozen dataclasses of text, booleans, integers, fractions, money, days, enums, tuples, text-to-text mappings and
each other. A `LevelOn` is written by its names, and read through ``level_of``: an agreement is not stored anew with
every figure. No float passes.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from operator import attrgetter
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Literal, Protocol, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from domain.attainment import LevelOn
from domain.money import Money

__all__ = ["Codec", "Json", "LevelOf", "canonical_json", "read_json"]

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]
"""What JSON holds, without its floats."""


class LevelOf(Protocol):
    """Finds a level by agreement, version, level, service, and customer where it is measured for one."""

    def __call__(
        self,
        agreement: str,
        version: int,
        level: str,
        service: str,
        customer: str | None = None,
        on: date | None = None,
    ) -> LevelOn:
        """The level, in the form that it has on a day (None: that it first has)."""
        ...


def _level_named(of: LevelOn) -> list[Json]:
    """What `LevelOf` finds a level by; of a version's first form the day is left out, and so is no customer."""
    named: list[Json] = [of.agreement.name, of.agreement.version, of.level.name, of.service]
    if of.agreement.is_changed_from_outside:
        return [*named, of.customer, of.agreement.effective.isoformat()]
    return named if of.customer is None else [*named, of.customer]


Found = TypeVar("Found")
_Decode = Callable[[Any], Any]
_Encode = Callable[[Any], Json]


def _as_it_is(value: Json) -> Json:
    return value


def _refuse(value: object) -> Json:
    raise TypeError(f"{value!r} of {type(value).__name__} has no form in the store")


def canonical_json(value: Json) -> str:
    """One text for one value: keys sorted, no blanks."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def read_json(text: str) -> Any:  # noqa: ANN401 - parsed JSON comes as anything
    """The value of a text; a float in it is refused."""
    return json.loads(text, parse_float=_refuse_float)


def _refuse_float(text: str) -> float:
    raise ValueError(f"{text} is a float: exact numbers are stored as text")


def _no_levels(
    agreement: str,
    version: int,
    level: str,
    service: str,
    customer: str | None = None,
    on: date | None = None,
) -> LevelOn:
    del customer, on
    raise LookupError(
        f"{agreement} version {version}, {level} on {service}: there is no portfolio to find it in"
    )


class Codec:
    """Encodes any of the values above; decodes them by their types, compiled once for each type.

    With ``names_types`` each dataclass also says its name, for hashes: a gate of which all members must hold has the
    same fields as one of which any may. What is so encoded is not decoded again.
    """

    def __init__(self, level_of: LevelOf = _no_levels, *, names_types: bool = False) -> None:
        self._level_of = level_of
        self._names_types = names_types
        self._decoders: dict[Any, _Decode] = {}
        self._encoders: dict[type, _Encode] = {}

    def text(self, value: object) -> str:
        """The canonical JSON text of a value."""
        return canonical_json(self.encode(value))

    def read(self, kind: type[Found], text: str) -> Found:
        """The value of a text."""
        return self.decode(kind, read_json(text))

    def encode(self, value: object) -> Json:
        """The JSON form of a value. Raises TypeError for what is none of the kinds above."""
        encoder = self._encoders.get(type(value))
        if encoder is None:
            encoder = self._encoders[type(value)] = self._encoder(type(value))
        return encoder(value)

    def _encoder(self, kind: type) -> _Encode:
        """How values of one type are encoded, found once for each."""
        if issubclass(kind, NoneType | bool):
            return _as_it_is
        if issubclass(kind, Enum):
            return attrgetter("value")
        if issubclass(kind, int | str):
            return _as_it_is
        if issubclass(kind, Fraction | Decimal):
            return str
        if issubclass(kind, date):
            return lambda value: value.isoformat()
        encode = self.encode
        if issubclass(kind, tuple | list):
            return lambda value: [encode(item) for item in value]
        if issubclass(kind, frozenset | set):
            # A set has no order of its own, and its members may be of any kind: they are ordered by their text.
            return lambda value: sorted((encode(item) for item in value), key=canonical_json)
        if issubclass(kind, Mapping):
            return lambda value: {str(key): encode(value[key]) for key in value}
        if issubclass(kind, Money):
            return lambda value: [str(value.amount), value.currency]
        if issubclass(kind, LevelOn):
            return _level_named
        if is_dataclass(kind):
            return self._fields_encoder(kind)
        return _refuse

    def _fields_encoder(self, kind: type) -> _Encode:
        names = [each.name for each in fields(kind)]
        encode, called = self.encode, {"": kind.__name__} if self._names_types else {}

        def encoded(value: object) -> Json:
            return called | {name: encode(getattr(value, name)) for name in names}

        return encoded

    def decode(self, kind: type[Found], raw: Json) -> Found:
        """The value of a type that a JSON form stands for."""
        return cast("Found", self._decoder(kind)(raw))

    def decode_many(self, kind: type[Found], raw: Json) -> tuple[Found, ...]:
        """The values of a list."""
        decoder = self._decoder(kind)
        return tuple(decoder(item) for item in cast("list[Json]", raw))

    def _decoder(self, kind: Any) -> _Decode:  # noqa: ANN401 - a type, a union or a generic alias
        if kind not in self._decoders:
            # A type that holds itself (an explanation's steps) meets this while it is being compiled.
            self._decoders[kind] = lambda raw: self._decoder(kind)(raw)  # noqa: PLW0108 - what it is, is known later
            try:
                self._decoders[kind] = self._compiled(kind)
            except BaseException:
                del self._decoders[kind]
                raise
        return self._decoders[kind]

    def _compiled(self, kind: Any) -> _Decode:  # noqa: ANN401 - as above
        origin = get_origin(kind)
        if origin in (Union, UnionType):
            return self._optional(kind)
        if origin is tuple:
            return self._tuple(get_args(kind))
        if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
            return lambda raw: MappingProxyType(dict(raw))
        if origin is Literal or kind in (int, str, bool):
            return lambda raw: raw
        if kind is LevelOn:
            return lambda raw: self._level_of(*raw[:5], *map(date.fromisoformat, raw[5:]))
        if kind is Money:
            return lambda raw: Money(Decimal(raw[0]), raw[1])
        if kind is Fraction:
            return Fraction
        if kind is date:
            return date.fromisoformat
        if isinstance(kind, type) and issubclass(kind, Enum):
            return _by_value(kind)
        if is_dataclass(kind):
            return self._dataclass(kind)
        raise TypeError(f"{kind} has no form in the store")

    def _optional(self, kind: Any) -> _Decode:  # noqa: ANN401 - a union
        present = [each for each in get_args(kind) if each is not NoneType]
        if len(present) != 1:
            raise TypeError(f"{kind} could be read in several ways")
        inner = self._decoder(present[0])
        return lambda raw: None if raw is None else inner(raw)

    def _tuple(self, kinds: tuple[Any, ...]) -> _Decode:
        if len(kinds) == 2 and kinds[1] is Ellipsis:
            inner = self._decoder(kinds[0])
            return lambda raw: tuple(inner(item) for item in raw)
        each = [self._decoder(kind) for kind in kinds]
        return lambda raw: tuple(decode(item) for decode, item in zip(each, raw, strict=True))

    def _dataclass(self, kind: Any) -> _Decode:  # noqa: ANN401 - a dataclass
        hints = get_type_hints(kind)
        parts = [(each.name, self._decoder(hints[each.name])) for each in fields(kind)]

        def decode(raw: Any) -> Any:  # noqa: ANN401 - the form of whatever dataclass this is
            # A part that was added since the value was written has its default, or the constructor asks for it.
            return kind(**{name: decoder(raw[name]) for name, decoder in parts if name in raw})

        return decode


def _by_value(kind: type[Enum]) -> _Decode:
    members = {member.value: member for member in kind}
    return lambda raw: members[raw]
