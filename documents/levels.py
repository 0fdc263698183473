"""Whether the parts of a service level fit each other: its metric, target, bands, thresholds and names.

The problem: each part of a level can be right alone and the level still be nonsense: a duration as the target of an
availability, a band below the target of a level that is to be small, a level that nobody can tell from another.

Example: ``target: {atMost: "4"}`` with ``bands: [{below: "4", ...}]`` is told: such a level is missed above.

Limits: what is only unwise (a gap between bands, a target that can never be met) is a finding of the settlement.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from documents.contracts import AgreementSpec, LevelText
from documents.credits import BandsText, BandText, CreditText, PointsBandText, PointsText
from documents.declared import Declared, Written
from documents.errors import DocumentError, choices_text, nearest_name
from documents.inherited import inherited
from documents.kinds import AgreementDocument
from documents.metrics import CompositeText, DurationText, MetricText, WithinText
from documents.positions import Step, value_at
from documents.terms import DatedTargets, TargetText, target_steps
from documents.validating import error_at
from domain.durations import Duration

__all__ = ["level_errors"]

_PERCENT = ("availability", "within", "ratio", "success", "onTime")
_PARTS = ("availability", "within", "success", "onTime")
"""Percentages of a part in its whole. A ratio may be of two things of which neither is part of the other."""


def level_errors(declared: Declared) -> Iterator[DocumentError]:
    """Every level whose parts do not fit each other."""
    for written in declared.agreements:
        spec = inherited(declared, written)
        for index, level in enumerate(spec.service_levels):
            path = ("spec", "serviceLevels", index)
            yield from _bounds(written, path, level)
            for key, credit in (("credit", level.credit), ("bonus", level.bonus)):
                yield from _bands(written, (*path, key), level, credit)
            if isinstance(level.metric, WithinText):
                yield from _tickets(declared, written, spec, (*path, "metric"), level.metric)
        yield from _told_apart(written, spec)
    yield from _circles(declared)


# ------------------------------------------------------------------------------------------------- bounds


def _bounds(
    written: Written[AgreementDocument], path: tuple[Step, ...], level: LevelText
) -> Iterator[DocumentError]:
    """Targets are in the unit of the metric, and all in one direction."""
    first = _direction(level)
    for key in ("target", "minimum", "requested"):
        target: TargetText | DatedTargets | tuple[TargetText, ...] | None = getattr(level, key)
        if target is None or key not in _own_keys(written, path):
            continue
        for index, step in enumerate(target_steps(target)):
            direction = "atLeast" if step.at_least is not None else "atMost"
            place = (*path, key, *_step_path(target, index), direction)
            if direction != first:
                yield error_at(
                    written.source, place, f"{key} has {direction}, and the target of this level {first}",
                    cure=f"Write {first}", nearest=first, key=True,
                )  # fmt: skip
            yield from _unit(written, place, step.bound, level.metric)


def _own_keys(written: Written[AgreementDocument], path: Sequence[Step]) -> frozenset[str]:
    """The keys that the level itself says: what it inherits is told where it is written."""
    value = value_at(written.source.fields, path)
    return frozenset(value) if isinstance(value, dict) else frozenset()


def _step_path(target: object, index: int) -> tuple[Step, ...]:
    if isinstance(target, TargetText):
        return ()
    return ("dated", index) if isinstance(target, DatedTargets) else (index,)


def _direction(level: LevelText) -> str | None:
    if level.target is None:
        return None
    return "atLeast" if target_steps(level.target)[0].at_least is not None else "atMost"


def _unit(
    written: Written[AgreementDocument], place: Sequence[Step], bound: object, metric: MetricText | None
) -> Iterator[DocumentError]:
    """A bound is a duration for the metric duration, else a decimal; a percentage is not negative."""
    if metric is None or isinstance(metric, CompositeText):
        return
    if isinstance(metric, DurationText):
        if not isinstance(bound, Duration):
            yield error_at(
                written.source, place, f"{bound} is a number, and the value of the metric duration is a time",
                cure="Write a duration, like PT4H",
            )  # fmt: skip
        elif bound.months:
            yield error_at(
                written.source, place, f"{bound} has no exact length, because months differ",
                cure="Write it in days or hours, like PT720H",
            )  # fmt: skip
    elif isinstance(bound, Duration):
        yield error_at(
            written.source, place, f"{bound} is a duration, and the value of the metric {metric.kind} is a number",
            cure='Write decimal text, like "99.9"; a time belongs to the metric duration',
        )  # fmt: skip
    elif isinstance(bound, Decimal) and bound < 0 and metric.kind in _PERCENT:
        yield error_at(
            written.source, place, f"{bound} is negative, and a percentage cannot be",
            cure="Write a percentage from 0 to 100",
        )  # fmt: skip
    elif isinstance(bound, Decimal) and bound > 100 and metric.kind in _PARTS:
        yield error_at(
            written.source, place, f"{bound} is over 100, and {metric.kind} is a percentage that never is",
            cure="Write a percentage from 0 to 100, like 99.9",
        )  # fmt: skip


# ------------------------------------------------------------------------------------------------- bands


def _bands(
    written: Written[AgreementDocument], path: tuple[Step, ...], level: LevelText, credit: CreditText | None
) -> Iterator[DocumentError]:
    """Bands lie on the side of the target where the level is missed; those of a bonus on the other."""
    direction = _direction(level)
    if direction is None or not isinstance(credit, BandsText | PointsText):
        return
    if value_at(written.source.fields, path) is None:
        return
    is_bonus = path[-1] == "bonus"
    wanted = "below" if (direction == "atLeast") != is_bonus else "above"
    other = "above" if wanted == "below" else "below"
    bands: tuple[BandText | PointsBandText, ...] = credit.bands
    for index, band in enumerate(bands):
        place = (*path, "bands", index)
        if getattr(band, other) is not None:
            done = "exceeded" if is_bonus else "missed"
            yield error_at(
                written.source, (*place, other), f"a level with {direction} is {done} {wanted} its target",
                cure=f"Write {wanted}", nearest=wanted, key=True,
            )  # fmt: skip
        for key, bound in (
            ("below", band.below),
            ("above", band.above),
            ("from", band.from_),
            ("to", band.to),
        ):
            if bound is not None:
                yield from _unit(written, (*place, key), bound, level.metric)


# ------------------------------------------------------------------------------------------------ tickets


def _tickets(
    declared: Declared,
    written: Written[AgreementDocument],
    spec: AgreementSpec,
    path: tuple[Step, ...],
    metric: WithinText,
) -> Iterator[DocumentError]:
    """Priorities have thresholds; thresholds by window name labels of the calendar."""
    tables = {name: value for name, value in metric.thresholds.items() if isinstance(value, dict)}
    if not tables:
        for index, priority in enumerate(metric.priorities or ()):
            if priority not in metric.thresholds:
                yield error_at(
                    written.source, (*path, "priorities", index), f'the priority "{priority}" has no threshold',
                    cure=f"Add it to thresholds, or write one of: {choices_text(metric.thresholds)}",
                    nearest=nearest_name(priority, metric.thresholds),
                )  # fmt: skip
        return
    calendar = declared.calendars.get(spec.calendar or "")
    labels = {window.label for window in calendar.model.spec.windows} if calendar is not None else set()
    inner = {label for table in tables.values() for label in table}
    if labels and (set(tables) <= labels or inner <= labels):
        return
    if spec.calendar is not None and calendar is None:
        return
    name = min(tables)
    wrong = sorted(label for label in tables[name] if label not in labels)
    cure = (
        f"Write labels of the calendar: {choices_text(labels)}"
        if labels
        else "Add calendar: with labelled windows"
    )
    yield error_at(
        written.source, (*path, "thresholds", name, *wrong[:1]), "thresholds by window need the labels of a calendar",
        cure=cure, nearest=nearest_name(wrong[0], labels) if wrong else None, key=True,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------- names


def _told_apart(written: Written[AgreementDocument], spec: AgreementSpec) -> Iterator[DocumentError]:
    """Within an agreement a level is known by its name and service, a right by its name, a service stands once."""
    seen: dict[tuple[str, str | None], int] = {}
    first: dict[str, int] = {}
    for index, level in enumerate(spec.service_levels):
        # A level without a service of its own is about all of them.
        clash = first.setdefault(level.name, index)
        if level.service is not None:
            known = (seen.get((level.name, service), index) for service in (None, level.service))
            clash = min(known)
        if clash != index:
            yield error_at(
                written.source, ("spec", "serviceLevels", index, "name"),
                f"the service level {level.name} stands twice for the same service, first as serviceLevels[{clash}]",
                cure="Give one of them another name, or each its own service",
            )  # fmt: skip
        seen.setdefault((level.name, level.service), index)
    rights = [right.name for right in spec.termination_rights]
    for index, name in enumerate(rights):
        if name in rights[:index]:
            yield error_at(
                written.source, ("spec", "terminationRights", index, "name"),
                f"the termination right {name} stands twice", cure="Give one of them another name",
            )  # fmt: skip
    if spec.services != "*":
        named: set[str] = set()
        for index, service in enumerate(spec.services):
            if service in named:
                yield error_at(
                    written.source, ("spec", "services", index), f"the service {service} stands twice",
                    cure="Remove one of the two",
                )  # fmt: skip
            named.add(service)


def _circles(declared: Declared) -> Iterator[DocumentError]:
    """A composite level cannot be made of itself, directly or through others."""
    made_of: dict[str, list[str]] = {}
    places: dict[str, tuple[Written[AgreementDocument], int]] = {}
    for written in declared.agreements:
        agreement = written.model.metadata.name
        for index, level in enumerate(written.model.spec.service_levels):
            if isinstance(level.metric, CompositeText):
                key = f"{agreement}/{level.name}"
                named = [name if "/" in name else f"{agreement}/{name}" for name in level.metric.of]
                made_of.setdefault(key, []).extend(named)
                places.setdefault(key, (written, index))
    for key in sorted(made_of):
        reached: set[str] = set()
        waiting = list(made_of[key])
        while waiting:
            name = waiting.pop()
            if name not in reached:
                reached.add(name)
                waiting.extend(made_of.get(name, ()))
        if key in reached:
            written, index = places[key]
            yield error_at(
                written.source, ("spec", "serviceLevels", index, "metric", "of"), f"{key} is made of itself",
                cure="Remove it, or the level that is made of it, from the list",
            )  # fmt: skip
