"""Names that one document says of another: each has to be declared, and to fit.

The problem: a level on a service that nobody declared would never be measured, and nobody would notice. Every name is
looked up, and a wrong one is told with the nearest that exists.

Example: ``consumer: meridan-bank`` gives: "meridan-bank" is not a declared party. Did you mean "meridian-bank"?

Limits: a name of a document that could not be read is not told a second time, and where a file could not be read at all
no name is told as undeclared, because that file may declare it.
"""

from collections.abc import Iterable, Iterator, Sequence

from documents.declared import Declared, Written
from documents.errors import DocumentError, choices_text, nearest_name
from documents.kinds import AgreementDocument, CalendarDocument
from documents.metrics import CompositeText
from documents.positions import SourceDocument, Step
from documents.registry import AllGate, AnyGate, AtLeastGate, GateText, ServiceGate
from documents.terms import Term
from documents.validating import error_at

__all__ = ["reference_errors"]

_CALLED = {"Party": "party", "Service": "service", "Calendar": "calendar", "Agreement": "agreement"}


def reference_errors(declared: Declared) -> Iterator[DocumentError]:
    """Every name of another document that is not declared, or does not fit."""
    for name in sorted(declared.parties):
        party = declared.parties[name]
        if party.model.spec.parent is not None:
            yield from _named(declared, party.source, ("spec", "parent"), "Party", party.model.spec.parent)
    yield from _parent_cycles(declared)
    for name in sorted(declared.services):
        service = declared.services[name]
        yield from _named(
            declared, service.source, ("spec", "provider"), "Party", service.model.spec.provider
        )
        if service.model.spec.depends_on is not None:
            yield from _gate(declared, service.source, ("spec", "dependsOn"), service.model.spec.depends_on)
    for agreement in declared.agreements:
        yield from _agreement(declared, agreement)
    yield from _acts(declared)
    for feed in declared.feeds:
        yield from _feed(declared, feed.source, feed.model.spec.service)
        holders = feed.model.spec.values.get("holder", {})
        for raw, holder in holders.items():
            if raw != "*" and holder != "unmapped":
                yield from _named(declared, feed.source, ("spec", "values", "holder", raw), "Party", holder)


def _named(
    declared: Declared, source: SourceDocument, path: Sequence[Step], kind: str, name: str
) -> Iterator[DocumentError]:
    known = declared.names(kind)
    if name in known or not declared.is_complete:
        return
    called = _CALLED[kind]
    cure = f"Write one of: {choices_text(known)}; or declare it in a document with kind: {kind}"
    if not known:
        cure = f"Declare it in a document with kind: {kind}, metadata: {{name: {name}}}"
    yield error_at(
        source, path, f'"{name}" is not a declared {called}', cure=cure, nearest=nearest_name(name, known)
    )


def _among(
    source: SourceDocument, path: Sequence[Step], name: str, known: Iterable[str], called: str
) -> Iterator[DocumentError]:
    names = sorted(set(known))
    if name not in names:
        cure = f"Write one of: {choices_text(names)}" if names else "Leave it out, or add one"
        yield error_at(
            source, path, f'"{name}" is not {called}', cure=cure, nearest=nearest_name(name, names)
        )


def _parent_cycles(declared: Declared) -> Iterator[DocumentError]:
    for name in sorted(declared.parties):
        chain = declared.parent_chain(name)
        last = declared.parties.get(chain[-1])
        parent = last.model.spec.parent if last is not None else None
        # Each party of the cycle would tell it; the one whose name sorts first does.
        if parent == name and name == min(chain):
            round_trip = " -> ".join([*chain, name])
            yield error_at(
                declared.parties[name].source,
                ("spec", "parent"),
                f"parents go in a circle: {round_trip}",
                cure="Remove the parent of one of them",
            )


def _gate(
    declared: Declared, source: SourceDocument, path: tuple[Step, ...], gate: "GateText"
) -> Iterator[DocumentError]:
    match gate:
        case str():
            yield from _named(declared, source, path, "Service", gate)
        case ServiceGate():
            yield from _named(declared, source, (*path, "service"), "Service", gate.service)
        case AllGate() | AnyGate() | AtLeastGate():
            key, members = _members(gate)
            for index, member in enumerate(members):
                yield from _gate(declared, source, (*path, key, index), member)


def _members(gate: AllGate | AnyGate | AtLeastGate) -> tuple[str, tuple["GateText", ...]]:
    match gate:
        case AllGate():
            return "all", gate.all
        case AnyGate():
            return "any", gate.any
        case _:
            return "of", gate.of


# --------------------------------------------------------------------------------------------- agreements


def _agreement(declared: Declared, written: Written[AgreementDocument]) -> Iterator[DocumentError]:
    spec, source = written.model.spec, written.source
    yield from _named(declared, source, ("spec", "provider"), "Party", spec.provider)
    if spec.consumer != "*":
        yield from _named(declared, source, ("spec", "consumer"), "Party", spec.consumer)
    if spec.services != "*":
        for index, service in enumerate(spec.services):
            yield from _named(declared, source, ("spec", "services", index), "Service", service)
    if spec.calendar is not None:
        yield from _named(declared, source, ("spec", "calendar"), "Calendar", spec.calendar)
    if spec.part_of is not None:
        yield from _named(declared, source, ("spec", "partOf"), "Agreement", spec.part_of)
    covered = declared.services_of(written.model)
    for index, charge in enumerate(spec.charges):
        if charge.service is not None:
            yield from _covered(
                declared, written, ("spec", "charges", index, "service"), charge.service, covered
            )
        if charge.customer is not None:
            yield from _named(
                declared, source, ("spec", "charges", index, "customer"), "Party", charge.customer
            )
    yield from _levels(declared, written, covered)
    yield from _level_names(declared, written)


def _covered(
    declared: Declared,
    written: Written[AgreementDocument],
    path: Sequence[Step],
    service: str,
    covered: Sequence[str],
) -> Iterator[DocumentError]:
    if service not in declared.names("Service"):
        yield from _named(declared, written.source, path, "Service", service)
    elif service not in covered and declared.is_complete:
        yield from _among(written.source, path, service, covered, "a service of this agreement")


def _levels(
    declared: Declared, written: Written[AgreementDocument], covered: Sequence[str]
) -> Iterator[DocumentError]:
    spec = written.model.spec
    calendar = declared.calendars.get(spec.calendar or "")
    for index, level in enumerate(spec.service_levels):
        path = ("spec", "serviceLevels", index)
        if level.service is not None:
            yield from _covered(declared, written, (*path, "service"), level.service, covered)
        if level.window is not None:
            yield from _window(written, (*path, "window"), level.window, calendar)
    duties = spec.responsibilities.consumer if spec.responsibilities is not None else ()
    for index, duty in enumerate(duties):
        if isinstance(duty, str):
            continue
        place_of_duty = ("spec", "responsibilities", "consumer", index)
        if duty.service is not None:
            yield from _covered(declared, written, (*place_of_duty, "service"), duty.service, covered)
        if duty.window is not None:
            yield from _window(written, (*place_of_duty, "window"), duty.window, calendar)
        for place, name in enumerate(duty.relieves):
            levels = [level.name for level in spec.service_levels]
            yield from _among(
                written.source,
                (*place_of_duty, "relieves", place),
                name,
                levels,
                "a service level of this agreement",
            )


def _window(
    written: Written[AgreementDocument],
    path: Sequence[Step],
    label: str,
    calendar: Written[CalendarDocument] | None,
) -> Iterator[DocumentError]:
    if calendar is None:
        if written.model.spec.calendar is None:
            yield error_at(
                written.source,
                path,
                f'the window "{label}" needs a calendar, and this agreement has none',
                cure="Add calendar: with the name of a calendar that has this label",
            )
        return
    labels = {window.label for window in calendar.model.spec.windows}
    yield from _among(
        written.source, path, label, labels, f"a label of the calendar {calendar.model.metadata.name}"
    )


def _level_names(declared: Declared, written: Written[AgreementDocument]) -> Iterator[DocumentError]:
    """Names of service levels, wherever a term of the agreement says them."""
    spec = written.model.spec
    for index, level in enumerate(spec.service_levels):
        path: tuple[Step, ...] = ("spec", "serviceLevels", index)
        if isinstance(level.metric, CompositeText):
            for place, name in enumerate(level.metric.of):
                yield from _level(declared, written, (*path, "metric", "of", place), name)
        for key, credit in (("credit", level.credit), ("bonus", level.bonus)):
            if credit is not None and credit.when is not None:
                yield from _condition(declared, written, (*path, key, "when"), credit.when)
        if level.shared is not None:
            for place, name in enumerate(level.shared.with_):
                yield from _agreement_or_level(declared, written, (*path, "shared", "with", place), name)
    for index, right in enumerate(spec.termination_rights):
        yield from _condition(declared, written, ("spec", "terminationRights", index, "when"), right.when)


def _condition(
    declared: Declared, written: Written[AgreementDocument], path: tuple[Step, ...], condition: Term
) -> Iterator[DocumentError]:
    for key in ("any", "all"):
        for index, part in enumerate(getattr(condition, key, ())):
            yield from _condition(declared, written, (*path, key, index), part)
    name = getattr(condition, "of", None)
    if isinstance(name, str):
        yield from _level(declared, written, (*path, "of"), name)


def _level(
    declared: Declared, written: Written[AgreementDocument], path: Sequence[Step], reference: str
) -> Iterator[DocumentError]:
    agreement, _, name = reference.rpartition("/")
    if agreement and agreement not in declared.names("Agreement"):
        yield from _named(declared, written.source, path, "Agreement", agreement)
        return
    if agreement and not declared.versions(agreement):
        return
    models = [one.model for one in declared.versions(agreement)] if agreement else [written.model]
    levels = {level.name for model in models for level in model.spec.service_levels}
    called = f"a service level of {agreement}" if agreement else "a service level of this agreement"
    if name not in levels:
        shown = [f"{agreement}/{level}" for level in levels] if agreement else levels
        yield from _among(written.source, path, reference, shown, called)


def _agreement_or_level(
    declared: Declared, written: Written[AgreementDocument], path: Sequence[Step], reference: str
) -> Iterator[DocumentError]:
    if "/" in reference:
        yield from _level(declared, written, path, reference)
    else:
        yield from _named(declared, written.source, path, "Agreement", reference)


# --------------------------------------------------------------------------------------------- other kinds


def _acts(declared: Declared) -> Iterator[DocumentError]:
    for claim in declared.claims:
        yield from _named(
            declared, claim.source, ("spec", "agreement"), "Agreement", claim.model.spec.agreement
        )
    for relief in declared.reliefs:
        yield from _named(
            declared, relief.source, ("spec", "agreement"), "Agreement", relief.model.spec.agreement
        )
        versions = declared.versions(relief.model.spec.agreement)
        levels = {level.name for one in versions for level in one.model.spec.service_levels}
        for index, name in enumerate(relief.model.spec.service_levels or ()):
            if versions:
                called = f"a service level of {relief.model.spec.agreement}"
                yield from _among(relief.source, ("spec", "serviceLevels", index), name, levels, called)
    for notice in declared.notices:
        yield from _named(
            declared, notice.source, ("spec", "agreement"), "Agreement", notice.model.spec.agreement
        )
        versions = declared.versions(notice.model.spec.agreement)
        rights = {right.name for one in versions for right in one.model.spec.termination_rights}
        if versions:
            called = f"a termination right of {notice.model.spec.agreement}"
            yield from _among(notice.source, ("spec", "right"), notice.model.spec.right, rights, called)


def _feed(declared: Declared, source: SourceDocument, service: object) -> Iterator[DocumentError]:
    if isinstance(service, str):
        yield from _named(declared, source, ("spec", "service"), "Service", service)
        return
    for raw, name in getattr(service, "values", {}).items():
        yield from _named(declared, source, ("spec", "service", "values", raw), "Service", name)
