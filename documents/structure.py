"""What the documents of a folder may not say together: duplicates, wrong roles, versions out of order, money unknown.

The problem: two active contracts about the same promise would pay twice, and a contract between the wrong parties can
have no side in a trace. Each such fault is told where it stands, with the other place that it clashes with.

Example: two active UCs of cirrus with halden-it on hosting in 2026 give "duplicates the active agreement uc-cirrus".

Limits: a cycle of dependencies is not an error but the finding DEPENDENCY_CYCLE (`documents.cycles`).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

from documents.contracts import AgreementSpec
from documents.declared import Declared, Written
from documents.errors import DocumentError
from documents.inherited import inherited
from documents.kinds import AgreementDocument
from documents.positions import Fields, Items, SourceDocument, Step, Value, locate
from documents.validating import error_at

__all__ = ["repeated_names", "structure_errors"]


def repeated_names(sources: Sequence[SourceDocument]) -> Iterator[DocumentError]:
    """Two documents of a kind with one name; for agreements, with one name and version."""
    first: dict[tuple[str, str, str], SourceDocument] = {}
    for source in sources:
        kind, name = source.text_at("kind"), source.text_at("metadata", "name")
        if kind is None or name is None:
            continue
        version = (source.text_at("metadata", "version") or "1") if kind == "Agreement" else ""
        known = first.setdefault((kind, name, version), source)
        if known is source:
            continue
        what = f"the {kind} {name} in version {version}" if version else f"the {kind} {name}"
        cure = "Give one of them another name, or remove it"
        if version:
            cure = "Give the later one a higher metadata.version and its own effective date, or remove one"
        yield error_at(
            source, ("metadata", "name"), f"{what} is declared twice; first at {_place(known)}", cure=cure
        )


def structure_errors(declared: Declared) -> Iterator[DocumentError]:
    """Every fault that lies between documents or between terms of one agreement."""
    for written in declared.agreements:
        yield from _roles(declared, written)
        yield from _breadth(written)
        whole = inherited(declared, written)
        yield from _money(written, whole.currency)
        yield from _whole_levels(written, whole)
    yield from _versions(declared)
    yield from _duplicates(declared)


def _place(source: SourceDocument, *path: Step) -> str:
    return f"{source.file}:{locate(source.fields, path or ('metadata', 'name')).line}"


# ------------------------------------------------------------------------------------------------- roles

_PROVIDERS = {"SLA": ("provider", "vendor"), "OLA": ("team",), "UC": ("vendor",)}
_CONSUMERS = {"SLA": ("customer",), "OLA": ("provider", "team"), "UC": ("provider", "vendor")}
_MEANING = {
    "SLA": "An SLA is a provider's promise to a customer",
    "OLA": "An OLA is a team's promise to the provider or to another team",
    "UC": "A UC is a vendor's promise to the provider or to another vendor",
}


def _roles(declared: Declared, written: Written[AgreementDocument]) -> Iterator[DocumentError]:
    spec = written.model.spec
    if spec.consumer == spec.provider:
        yield error_at(
            written.source,
            ("spec", "consumer"),
            f"{spec.provider} cannot have an agreement with itself",
            cure="Name the other party",
        )
        return
    for key, name, allowed in (
        ("provider", spec.provider, _PROVIDERS[spec.type]),
        ("consumer", spec.consumer, _CONSUMERS[spec.type]),
    ):
        party = declared.parties.get(name)
        if party is None or party.model.spec.role in allowed:
            continue
        role = party.model.spec.role
        fitting = _fitting_type(declared, spec.provider, spec.consumer)
        cure = f"{_MEANING[spec.type]}: change the party, its role, or the type"
        if fitting is not None:
            cure = f"{_MEANING[spec.type]}; between these two parties write type: {fitting}"
        yield error_at(
            written.source,
            ("spec", key),
            f"{name} is a {role}, and cannot be the {key} of {_article(spec.type)}",
            cure=cure,
        )


def _fitting_type(declared: Declared, provider: str, consumer: str) -> str | None:
    if provider not in declared.parties or consumer not in declared.parties:
        return None
    roles = declared.parties[provider].model.spec.role, declared.parties[consumer].model.spec.role
    return next(
        (kind for kind in _PROVIDERS if roles[0] in _PROVIDERS[kind] and roles[1] in _CONSUMERS[kind]), None
    )


def _article(kind: str) -> str:
    return f"a {kind}" if kind == "UC" else f"an {kind}"


def _breadth(written: Written[AgreementDocument]) -> Iterator[DocumentError]:
    """Structure and "*" where they belong."""
    spec, source = written.model.spec, written.source
    if spec.structure is not None and spec.type != "SLA":
        yield error_at(
            source,
            ("spec", "structure"),
            f"{_article(spec.type)} has no structure",
            key=True,
            cure="Remove structure: only an SLA is cut by service, customer or organisation",
        )
    if spec.consumer == "*" and spec.type != "SLA":
        yield error_at(
            source,
            ("spec", "consumer"),
            f'{_article(spec.type)} cannot have the consumer "*"',
            cure="Name the one party that the promise is made to",
        )
    if spec.consumer == "*" and spec.structure == "customer":
        yield error_at(
            source,
            ("spec", "consumer"),
            'a customer-level SLA cannot have the consumer "*"',
            cure="Name the customer, or write structure: corporate",
        )
    for index, charge in enumerate(spec.charges):
        if charge.customer is not None and spec.consumer not in ("*", charge.customer):
            path = ("spec", "charges", index, "customer")
            yield error_at(
                source,
                path,
                f"{charge.customer} is not the consumer of this agreement",
                cure='Remove customer: a price per customer is for agreements with the consumer "*"',
            )


def _whole_levels(written: Written[AgreementDocument], whole: AgreementSpec) -> Iterator[DocumentError]:
    """A level has to say what it measures, over what, against what, itself or through a less specific SLA."""
    for index, level in enumerate(whole.service_levels):
        absent = [key for key in ("metric", "period", "target") if getattr(level, key) is None]
        if absent:
            yield error_at(
                written.source,
                ("spec", "serviceLevels", index),
                f"the service level {level.name} has no {' and no '.join(absent)}",
                cure=f"Add {', '.join(f'{key}:' for key in absent)}, or a level of this name to the customer-level or "
                "corporate SLA",
            )


# ------------------------------------------------------------------------------------------------- money


def _money(written: Written[AgreementDocument], currency: str | None) -> Iterator[DocumentError]:
    """Amounts need one currency: the agreement's."""
    spec, source = written.model.spec, written.source
    if currency is None:
        has_caps = spec.remedies is not None and bool(spec.remedies.caps)
        uses = [key for key, used in (("charges", bool(spec.charges)), ("remedies", has_caps)) if used]
        critical = next(
            (index for index, level in enumerate(spec.service_levels) if level.credit is not None), None
        )
        if critical is not None or uses:
            path: tuple[Step, ...] = (
                ("spec", uses[0]) if uses else ("spec", "serviceLevels", critical or 0, "credit")
            )
            yield error_at(
                source,
                path,
                "money is named and the agreement has no currency",
                key=True,
                cure="Add currency: with its code of ISO 4217, like GBP, to spec",
            )
    whole = source.fields.get("spec")
    if currency is not None and _currencies_named(whole) <= {currency}:
        return
    for path, named in _currencies(whole, ("spec",)):
        if currency is not None and named != currency and path != ("spec", "currency"):
            yield error_at(
                source,
                path,
                f"{named} is not the currency of this agreement, which is {currency}",
                cure="Write every amount of an agreement in its own currency",
                nearest=currency,
            )


def _currencies_named(value: Value) -> set[str]:
    """The currencies that `_currencies` finds, without where they stand: almost always there is just one."""
    found: set[str] = set()
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Fields):
            if isinstance(named := each.get("currency"), str):
                found.add(named)
            waiting += [inner for inner in each.values() if isinstance(inner, Fields | Items)]
        elif isinstance(each, Items):
            waiting += [inner for inner in each if isinstance(inner, Fields | Items)]
    return found


def _currencies(value: Value, path: tuple[Step, ...]) -> Iterator[tuple[tuple[Step, ...], str]]:
    if isinstance(value, Fields):
        for key, inner in value.items():
            if key == "currency" and isinstance(inner, str):
                yield (*path, key), inner
            else:
                yield from _currencies(inner, (*path, key))
    elif isinstance(value, Items):
        for index, inner in enumerate(value):
            yield from _currencies(inner, (*path, index))


# ------------------------------------------------------------------------------------ versions, duplicates


def _effective(model: AgreementDocument) -> date:
    return model.spec.effective or model.spec.term.from_


def _versions(declared: Declared) -> Iterator[DocumentError]:
    for written in declared.agreements:
        spec = written.model.spec
        effective = _effective(written.model)
        if effective < spec.term.from_:
            yield error_at(
                written.source,
                ("spec", "effective"),
                f"the version holds from {effective}, before the term starts on {spec.term.from_}",
                cure="Write a day within the term",
            )
        elif effective > spec.term.to:
            yield error_at(
                written.source,
                ("spec", "effective"),
                f"the version holds from {effective}, after the term ends on {spec.term.to}",
                cure="Write a day within the term",
            )
    for name in sorted({one.model.metadata.name for one in declared.agreements}):
        versions = declared.versions(name)
        for earlier, later in pairwise(versions):
            numbers = earlier.model.metadata.version, later.model.metadata.version
            if numbers[0] < numbers[1] and _effective(later.model) < _effective(earlier.model):
                yield error_at(
                    later.source,
                    ("spec", "effective"),
                    f"version {numbers[1]} holds from {_effective(later.model)}, earlier than version {numbers[0]}, "
                    f"which holds from {_effective(earlier.model)} ({_place(earlier.source)})",
                    cure="Give a later version a later effective date",
                )


def _in_force(declared: Declared, written: Written[AgreementDocument]) -> tuple[date, date]:
    """The days on which this version is the one that holds; the first is after the last where there are none."""
    model = written.model
    first, last = max(_effective(model), model.spec.term.from_), model.spec.term.to
    for other in declared.versions(model.metadata.name):
        if other.model.metadata.version > model.metadata.version:
            last = min(last, _effective(other.model) - timedelta(days=1))
    return first, last


def _duplicates(declared: Declared) -> Iterator[DocumentError]:
    groups: dict[tuple[str, str | None, str, str], list[Written[AgreementDocument]]] = defaultdict(list)
    for written in declared.agreements:
        spec = written.model.spec
        if spec.state == "terminated" or not declared.takes_effect(written):
            continue
        structure = (spec.structure or "service") if spec.type == "SLA" else None
        for service in declared.services_of(written.model):
            groups[spec.type, structure, spec.provider, service].append(written)
    told: set[tuple[int, int]] = set()
    for key in sorted(groups, key=str):
        members = groups[key]
        for index, later in enumerate(members):
            for earlier in members[:index]:
                pair = id(earlier), id(later)
                if pair not in told and _clash(declared, earlier, later):
                    told.add(pair)
                    yield error_at(
                        later.source,
                        ("metadata", "name"),
                        f"duplicates the active agreement {earlier.model.metadata.name} ({_place(earlier.source)}): "
                        f"both promise {key[3]} by {key[2]} to {later.model.spec.consumer} at the same time",
                        cure="Remove one, end its term before the other starts, or make it a new version of the other",
                    )


def _clash(declared: Declared, one: Written[AgreementDocument], other: Written[AgreementDocument]) -> bool:
    if one.model.metadata.name == other.model.metadata.name:
        return False
    consumers = {one.model.spec.consumer, other.model.spec.consumer}
    if len(consumers) > 1 and "*" not in consumers:
        return False
    first, last = _in_force(declared, one)
    other_first, other_last = _in_force(declared, other)
    return max(first, other_first) <= min(last, other_last)
