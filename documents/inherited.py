"""What a more specific SLA leaves out, taken from the less specific ones that cover the same customer and services.

The problem: in a multi-level SLA the corporate level says what holds for everybody, the customer level what holds for
one customer, and the service level what holds for one service. Each says only what is different, so a document of the
more specific level is complete only together with the others.

Example: a customer-level SLA with the level ``{name: availability, target: {atLeast: "99.95"}}`` takes its metric and
period from the corporate SLA of the same provider that has a level of that name.

Limits: terms are filled in when documents are loaded, from the newest version that shares days of the term. That a
level is then judged only under the most specific agreement is worked out in `ola.inheritance`. Prices are taken for
the services that are covered, and those of the whole agreement; rights to terminate stay with the SLA that grants them.

References: ruling 36.
"""

from collections.abc import Sequence

from documents.contracts import AgreementSpec, LevelText
from documents.declared import Declared, Written
from documents.kinds import AgreementDocument

__all__ = ["inherited", "less_specific", "resolved"]

_BREADTH = {"service": 0, "customer": 1, "corporate": 2}

# An agreement's own identity and life are never inherited; everything that shapes its figures is.
_TERMS = (
    "calendar", "currency", "maintenance", "exclusions", "relief_test", "remedies", "apportionment", "relief_notice",
    "bedding_in", "relieved", "measure_per", "sources", "rounding",
)  # fmt: skip


def breadth(spec: AgreementSpec) -> int:
    """How general an SLA is: 0 for a service, 1 for a customer, 2 for the whole organisation."""
    return _BREADTH[spec.structure or "service"]


def less_specific(
    declared: Declared, written: Written[AgreementDocument]
) -> tuple[Written[AgreementDocument], ...]:
    """The SLAs that a more specific one inherits from, the most specific first.

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
    return tuple(sorted(found, key=lambda one: (breadth(one.model.spec), -one.model.metadata.version)))


def inherited(declared: Declared, written: Written[AgreementDocument]) -> AgreementSpec:
    """An agreement's terms, completed by those of the less specific SLAs."""
    bases = less_specific(declared, written)
    spec = written.model.spec
    if not bases:
        return spec
    taken = {
        name: getattr(base.model.spec, name)
        for base in reversed(bases)
        for name in _TERMS
        if name in base.model.spec.model_fields_set and name not in spec.model_fields_set
    }
    if "charges" not in spec.model_fields_set:
        covered = {None, *declared.services_of(written.model)}
        priced = next((base.model.spec.charges for base in bases if base.model.spec.charges), ())
        taken["charges"] = tuple(charge for charge in priced if charge.service in covered)
    levels = tuple(_completed(level, bases) for level in spec.service_levels)
    return spec.model_copy(update={**taken, "service_levels": levels})


def _completed(level: LevelText, bases: Sequence[Written[AgreementDocument]]) -> LevelText:
    """A level with what the levels of the same name in less specific SLAs say and it does not."""
    for base in bases:
        for other in base.model.spec.service_levels:
            if other.name != level.name:
                continue
            if level.service is not None and other.service not in (None, level.service):
                continue
            absent = other.model_fields_set - level.model_fields_set - {"service"}
            if absent:
                level = level.model_copy(update={name: getattr(other, name) for name in absent})
    return level


def resolved(
    declared: Declared, written: Written[AgreementDocument]
) -> tuple[AgreementSpec, tuple[str | None, ...]]:
    """An agreement's terms with the levels that it leaves out, and for each level the SLA that defines it.

    The second is parallel to the levels: the name of the SLA that a level's metric was taken from, None for its own.
    """
    spec = inherited(declared, written)
    bases = less_specific(declared, written)
    origins = [_origin(level, bases) for level in written.model.spec.service_levels]
    if not bases:
        return spec, tuple(origins)
    covered = declared.services_of(written.model)
    levels = list(spec.service_levels)
    said = {
        (level.name, service)
        for level in levels
        for service in ((level.service,) if level.service is not None else covered)
    }
    for base in bases:
        completed = inherited(declared, base).service_levels
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
