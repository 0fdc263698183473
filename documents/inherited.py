"""What a more specific SLA leaves out, taken from the less specific ones that cover the same customer and services.

The problem: in a multi-level SLA the corporate level says what holds for everybody, the customer level what holds for
one customer, and the service level what holds for one service. Each says only what is different, so a document of the
more specific level is complete only together with the others.

Example: a customer-level SLA with the level ``{name: availability, target: {atLeast: "99.95"}}`` takes its metric and
period from the corporate SLA of the same provider that has a level of that name.

Limits: terms are filled in when documents are loaded, for the versions in force on the same days. That a level is then
judged only under the most specific agreement is not worked out here (`later_inheritance` says where it matters).

References: ruling 36.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from documents.contracts import AgreementSpec, LevelText
from documents.declared import Declared, Written
from documents.kinds import AgreementDocument
from domain.agreements import LaterTerm

__all__ = ["inherited", "later_inheritance", "less_specific"]

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
    """The SLAs that a more specific one inherits from, the most specific first."""
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


def later_inheritance(declared: Declared) -> Mapping[int, tuple[LaterTerm, ...]]:
    """For each general SLA (by `id`), that its levels stand beside those of more specific SLAs on the same services."""
    later: dict[int, list[LaterTerm]] = defaultdict(list)
    for specific in declared.agreements:
        for general in less_specific(declared, specific):
            affects = (
                f"its levels are judged beside those of the more specific {specific.model.metadata.name}, not only "
                "where that one leaves them out"
            )
            later[id(general)].append(LaterTerm(general.model.metadata.name, "spec.structure", affects))
    return {key: tuple(terms) for key, terms in later.items()}
