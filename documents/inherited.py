"""What a more specific SLA leaves out, taken from the less specific ones that cover the same customer and services.

The problem: in a multi-level SLA the corporate level says what holds for everybody, the customer level what holds for
one customer, and the service level what holds for one service. Each says only what is different, so a document of the
more specific level is complete only together with the others.

Example: a customer-level SLA with the level ``{name: availability, target: {atLeast: "99.95"}}`` takes its metric and
period from the corporate SLA of the same provider that has a level of that name.

Limits: whose text is taken is the caller's to say (`Sources`): in which version a less specific SLA is in force on a
day is worked out in `documents.inheriting`. Without sources the newest version of each is taken, which is enough to
tell whether a document is complete. That a level is then judged only under the most specific agreement is worked out in
`ola.inheritance`. Prices are taken for the services that are covered, and those of the whole agreement; rights to
terminate stay with the SLA that grants them.

References: ruling 36; rulings 152 and 190 of this project.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from documents.contracts import AgreementSpec, LevelText
from documents.declared import Declared, Written
from documents.kinds import AgreementDocument

__all__ = ["Sources", "SourcesOf", "breadth", "inherited", "less_specific", "resolved"]

_BREADTH = {"service": 0, "customer": 1, "corporate": 2}

# An agreement's own identity and life are never inherited; everything that shapes its figures is.
_TERMS = (
    "calendar", "currency", "maintenance", "exclusions", "relief_test", "remedies", "apportionment", "relief_notice",
    "bedding_in", "relieved", "measure_per", "sources", "rounding",
)  # fmt: skip

_NEEDED = ("metric", "period", "target")
"""What a level cannot be without."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The less specific SLAs that one takes its terms from, the most specific first.

    ``terms`` complete what it says itself. ``levels`` are those whose levels it has besides: they are in force.
    ``others`` are asked only where a level would else be without what a level needs.
    """

    terms: tuple[Written[AgreementDocument], ...]
    levels: tuple[Written[AgreementDocument], ...]
    others: tuple[Written[AgreementDocument], ...] = ()


SourcesOf = Callable[[Written[AgreementDocument]], Sources]
"""Says what each SLA takes its terms from."""


def breadth(spec: AgreementSpec) -> int:
    """How general an SLA is: 0 for a service, 1 for a customer, 2 for the whole organisation."""
    return _BREADTH[spec.structure or "service"]


def less_specific(
    declared: Declared, written: Written[AgreementDocument]
) -> tuple[Written[AgreementDocument], ...]:
    """All versions of the SLAs that a more specific one can inherit from, the most specific first, then the newest.

    What is only proposed changes nothing of what is in force; one draft may inherit from another.
    """
    spec = written.model.spec
    if spec.type != "SLA":
        return ()
    covered = set(declared.services_of(written.model))
    found = [
        other
        for other in declared.general_slas(spec.provider, spec.consumer)
        if breadth(other.model.spec) > breadth(spec)
        and not covered.isdisjoint(declared.services_of(other.model))
        and other.model.spec.term.from_ <= spec.term.to
        and spec.term.from_ <= other.model.spec.term.to
        and (declared.takes_effect(other) or not declared.takes_effect(written))
    ]
    return tuple(
        sorted(
            found,
            key=lambda one: (breadth(one.model.spec), -one.model.metadata.version, one.model.metadata.name),
        )
    )


def _newest(declared: Declared) -> SourcesOf:
    def sources(written: Written[AgreementDocument]) -> Sources:
        every = less_specific(declared, written)
        return Sources(every, every)

    return sources


def inherited(
    declared: Declared, written: Written[AgreementDocument], sources_of: SourcesOf | None = None
) -> AgreementSpec:
    """An agreement's terms, completed by those of the less specific SLAs."""
    sources = (sources_of or _newest(declared))(written)
    spec = written.model.spec
    if not (sources.terms or sources.others):
        return spec
    taken = {
        name: getattr(base.model.spec, name)
        for base in reversed(sources.terms)
        for name in _TERMS
        if name in base.model.spec.model_fields_set and name not in spec.model_fields_set
    }
    if "charges" not in spec.model_fields_set:
        covered = {None, *declared.services_of(written.model)}
        priced = next((base.model.spec.charges for base in sources.terms if base.model.spec.charges), ())
        taken["charges"] = tuple(charge for charge in priced if charge.service in covered)
    levels = tuple(_completed(level, sources) for level in spec.service_levels)
    return spec.model_copy(update={**taken, "service_levels": levels})


def _completed(level: LevelText, sources: Sources) -> LevelText:
    """A level with what the levels of the same name in less specific SLAs say and it does not."""
    for other in _of_the_same_name(level, sources.terms):
        level = _with(level, other, other.model_fields_set - level.model_fields_set - {"service"})
    for other in _of_the_same_name(level, sources.others):
        level = _with(level, other, {name for name in _NEEDED if getattr(level, name) is None})
    return level


def _with(level: LevelText, other: LevelText, absent: set[str]) -> LevelText:
    return level.model_copy(update={name: getattr(other, name) for name in sorted(absent)})


def _of_the_same_name(level: LevelText, bases: Sequence[Written[AgreementDocument]]) -> list[LevelText]:
    return [
        other
        for base in bases
        for other in base.model.spec.service_levels
        if other.name == level.name and (level.service is None or other.service in (None, level.service))
    ]


def resolved(
    declared: Declared, written: Written[AgreementDocument], sources_of: SourcesOf | None = None
) -> tuple[AgreementSpec, tuple[str | None, ...]]:
    """An agreement's terms with the levels that it leaves out, and for each level the SLA that defines it.

    The second is parallel to the levels: the name of the SLA that a level's metric was taken from, None for its own.
    """
    sources_of = sources_of or _newest(declared)
    spec, sources = inherited(declared, written, sources_of), sources_of(written)
    asked = (*sources.terms, *sources.others)
    origins = [_origin(level, asked) for level in written.model.spec.service_levels]
    covered = declared.services_of(written.model)
    levels = list(spec.service_levels)
    said = {
        (level.name, service)
        for level in levels
        for service in ((level.service,) if level.service is not None else covered)
    }
    for base in sources.levels:
        completed = inherited(declared, base, sources_of).service_levels
        theirs = declared.services_of(base.model)
        for level in completed:
            over = (level.service,) if level.service is not None else theirs
            services = [one for one in covered if one in over and (level.name, one) not in said]
            said |= {(level.name, one) for one in services}
            if len(services) == len(covered):
                levels.append(level.model_copy(update={"service": None}))
                origins.append(base.model.metadata.name)
            else:
                levels += [level.model_copy(update={"service": one}) for one in services]
                origins += [base.model.metadata.name] * len(services)
    return spec.model_copy(update={"service_levels": tuple(levels)}), tuple(origins)


def _origin(level: LevelText, bases: Sequence[Written[AgreementDocument]]) -> str | None:
    """The SLA that a written level's metric comes from; None where it says its metric itself."""
    if level.metric is not None:
        return None
    for base in bases:
        for other in base.model.spec.service_levels:
            is_elsewhere = level.service is not None and other.service not in (None, level.service)
            if other.name == level.name and not is_elsewhere and other.metric is not None:
                return base.model.metadata.name
    return None
