"""Names that one document says of another: each has to be declared, and to fit.

The problem: a level on a service that nobody declared would never be measured, and nobody would notice. Every name is
looked up, and a wrong one is told with the nearest that exists.

Example: ``consumer: meridan-bank`` gives: "meridan-bank" is not a declared party. Did you mean "meridian-bank"?

Limits: names are looked up in the text itself, so that a document with other mistakes has its wrong names told too.
Where a file could not be read at all no name is told as undeclared, because that file may declare it.
"""

from collections.abc import Container, Iterable, Iterator, Sequence

from documents.declared import Declared
from documents.errors import DocumentError, choices_text, nearest_name
from documents.inherited import inherited
from documents.positions import Fields, Items, SourceDocument, Step, Value, matches, value_at
from documents.validating import error_at

__all__ = ["among", "reference_errors", "texts_at"]

Path = tuple[Step, ...]

# Where a document of each kind names a document of another kind: path, kind, and what else may stand there.
_NAMES: dict[str, tuple[tuple[str, str, frozenset[str]], ...]] = {
    "Party": (("spec.parent", "Party", frozenset()),),
    "Service": (("spec.provider", "Party", frozenset()),),
    "Agreement": (
        ("spec.provider", "Party", frozenset()),
        ("spec.consumer", "Party", frozenset("*")),
        ("spec.services.*", "Service", frozenset()),
        ("spec.calendar", "Calendar", frozenset()),
        ("spec.partOf", "Agreement", frozenset()),
        ("spec.charges.*.customer", "Party", frozenset()),
    ),
    "Relief": (("spec.agreement", "Agreement", frozenset()),),
    "Claim": (("spec.agreement", "Agreement", frozenset()),),
    "Notice": (("spec.agreement", "Agreement", frozenset()),),
    "Decision": (("spec.relief", "Relief", frozenset()),),
    "Signature": (("spec.agreement", "Agreement", frozenset()), ("spec.party", "Party", frozenset())),
    "Transition": (("spec.agreement", "Agreement", frozenset()),),
    "Feed": (
        ("spec.service", "Service", frozenset()),
        ("spec.service.values.*", "Service", frozenset()),
        ("spec.values.holder.*", "Party", frozenset({"unmapped"})),
    ),
}

_GATE = ("spec", "dependsOn")
_MEMBERS = ("all", "any", "of", "service")
"""Where a gate names what it needs."""


def reference_errors(declared: Declared) -> Iterator[DocumentError]:
    """Every name of another document that is not declared, or does not fit."""
    if not declared.is_complete:
        return
    for kind in sorted(declared.sources):
        patterns = [
            (path.split("."), named, others, declared.names(named) | others)
            for path, named, others in _NAMES.get(kind, ())
        ]
        services = declared.names("Service")
        for source in declared.sources[kind]:
            for pattern, named, others, known in patterns:
                if known.issuperset(_texts(source.fields, pattern)):
                    continue
                for path, value in matches(source.fields, pattern):
                    if isinstance(value, str) and value not in others:
                        yield from _declared(declared, source, path, named, value)
            if kind == "Service":
                if not _are_known(value_at(source.fields, _GATE), services):
                    yield from _gate(declared, source, _GATE)
            elif kind == "Agreement":
                yield from _services(declared, source)
                yield from _windows(declared, source)
                yield from _levels(declared, source)
            elif kind in ("Relief", "Notice"):
                yield from _acts(declared, source)
    yield from _parent_cycles(declared)


def _declared(
    declared: Declared, source: SourceDocument, path: Sequence[Step], kind: str, name: str
) -> Iterator[DocumentError]:
    known = declared.names(kind)
    if name in known:
        return
    # A name with capitals is told where it is declared; what refers to it by small letters is right already.
    if any(one.casefold() == name for one in known):
        return
    cure = f"Write one of: {choices_text(known)}; or declare it in a document with kind: {kind}"
    if not known:
        cure = f"Declare it in a document with kind: {kind} and metadata: {{name: {name}}}"
    message = f'"{name}" is not a declared {kind.lower()}'
    yield error_at(source, path, message, cure=cure, nearest=nearest_name(name, known))


def among(
    source: SourceDocument, path: Sequence[Step], name: str, known: Iterable[str], called: str
) -> Iterator[DocumentError]:
    """The error of a name that is none of those that can stand there; nothing where it is one."""
    names = sorted(set(known))
    if name not in names:
        cure = f"Write one of: {choices_text(names)}" if names else "Leave it out, or add one"
        message = f'"{name}" is not {called}'
        yield error_at(source, path, message, cure=cure, nearest=nearest_name(name, names))


def texts_at(source: SourceDocument, pattern: str) -> Iterator[tuple[Path, str]]:
    """The texts that stand where a pattern says."""
    if not _texts(source.fields, pattern.split(".")):
        return
    for path, value in matches(source.fields, pattern.split(".")):
        if isinstance(value, str):
            yield path, value


def _names_of(source: SourceDocument, pattern: str) -> list[str]:
    return _texts(source.fields, pattern.split("."))


def _texts(fields: Fields, pattern: Sequence[str]) -> list[str]:
    """The texts that stand where a pattern says, as `matches` finds them, without their paths.

    Almost every name is right, and only of one that is not anybody asks where it stands.
    """
    if "*" not in pattern:
        value = value_at(fields, pattern)
        return [value] if isinstance(value, str) else []
    found: list[Value] = [fields]
    for key in pattern:
        if key == "*":
            found = [
                inner
                for value in found
                for inner in (
                    value if isinstance(value, Items) else value.values() if isinstance(value, Fields) else ()
                )
            ]
        else:
            found = [value[key] for value in found if isinstance(value, Fields) and key in value]
    return [value for value in found if isinstance(value, str)]


def _are_known(gate: Value, services: Container[str]) -> bool:
    """Whether all services that a gate names, as `_gate` finds them, are known."""
    waiting = [gate]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            if value not in services:
                return False
        elif isinstance(value, Items):
            waiting += value
        elif isinstance(value, Fields):
            waiting += [value[key] for key in _MEMBERS if key in value]
    return True


def _parent_cycles(declared: Declared) -> Iterator[DocumentError]:
    for name in sorted(declared.parties):
        chain = declared.parent_chain(name)
        last = declared.parties.get(chain[-1])
        parent = last.model.spec.parent if last is not None else None
        # Each party of the cycle would tell it; the one whose name sorts first does.
        if parent == name and name == min(chain):
            circle = " -> ".join([*chain, name])
            yield error_at(
                declared.parties[name].source,
                ("spec", "parent"),
                f"parents go in a circle: {circle}",
                cure="Remove the parent of one of them",
            )


def _gate(declared: Declared, source: SourceDocument, path: Path) -> Iterator[DocumentError]:
    """The services that a gate names, whatever its depth."""
    value: Value = value_at(source.fields, path)
    if isinstance(value, str):
        yield from _declared(declared, source, path, "Service", value)
    elif isinstance(value, Items):
        for index in range(len(value)):
            yield from _gate(declared, source, (*path, index))
    elif isinstance(value, Fields):
        for key in _MEMBERS:
            if key in value:
                yield from _gate(declared, source, (*path, key))


# --------------------------------------------------------------------------------------------- agreements

_COVERED = (
    "spec.charges.*.service",
    "spec.serviceLevels.*.service",
    "spec.responsibilities.consumer.*.service",
)
_WINDOWS = ("spec.serviceLevels.*.window", "spec.responsibilities.consumer.*.window")


def _services(declared: Declared, source: SourceDocument) -> Iterator[DocumentError]:
    """A level, a charge or a duty is about a service that the agreement covers."""
    services = value_at(source.fields, ("spec", "services"))
    covered = _names_of(source, "spec.services.*")
    if services == "*":
        covered = list(declared.services_run_by(source.text_at("spec", "provider") or ""))
    for pattern in _COVERED:
        for path, name in texts_at(source, pattern):
            if name not in declared.names("Service"):
                yield from _declared(declared, source, path, "Service", name)
            elif services == "*" or isinstance(services, Items):
                yield from among(source, path, name, covered, "a service of this agreement")


def _windows(declared: Declared, source: SourceDocument) -> Iterator[DocumentError]:
    """A window is a label of the agreement's calendar, or of the one that it inherits."""
    named = [(path, label) for pattern in _WINDOWS for path, label in texts_at(source, pattern)]
    if named:
        name = source.text_at("spec", "calendar") or _inherited_calendar(declared, source)
        for path, label in named:
            if name is None:
                yield error_at(
                    source,
                    path,
                    f'the window "{label}" needs a calendar, and this agreement has none',
                    cure="Add calendar: with the name of a calendar that has this label",
                )
            for calendar in declared.sources_named("Calendar", name or "")[:1]:
                labels = _names_of(calendar, "spec.windows.*.label")
                yield from among(source, path, label, labels, f"a label of the calendar {name}")


def _inherited_calendar(declared: Declared, source: SourceDocument) -> str | None:
    written = declared.written_as(source)
    return None if written is None else inherited(declared, written).calendar


def _levels(declared: Declared, source: SourceDocument) -> Iterator[DocumentError]:
    """Names of service levels, wherever a term of the agreement says them."""
    for path, name in texts_at(source, "spec.serviceLevels.*.metric.of.*"):
        yield from _level(declared, source, path, name)
    for path, name in texts_at(source, "spec.serviceLevels.*.shared.with.*"):
        if "/" in name:
            yield from _level(declared, source, path, name)
        else:
            yield from _declared(declared, source, path, "Agreement", name)
    levels = _names_of(source, "spec.serviceLevels.*.name")
    for path, name in texts_at(source, "spec.responsibilities.consumer.*.relieves.*"):
        yield from among(source, path, name, levels, "a service level of this agreement")
    conditions = (
        "spec.serviceLevels.*.credit.when",
        "spec.serviceLevels.*.bonus.when",
        "spec.terminationRights.*.when",
    )
    for pattern in conditions:
        for path, _ in matches(source.fields, pattern.split(".")):
            yield from _condition(declared, source, path)


def _condition(declared: Declared, source: SourceDocument, path: Path) -> Iterator[DocumentError]:
    value = value_at(source.fields, path)
    if isinstance(value, Items):
        for index in range(len(value)):
            yield from _condition(declared, source, (*path, index))
    elif isinstance(value, Fields):
        for key in ("any", "all"):
            if key in value:
                yield from _condition(declared, source, (*path, key))
        if isinstance(name := value.get("of"), str):
            yield from _level(declared, source, (*path, "of"), name)


def _level(
    declared: Declared, source: SourceDocument, path: Sequence[Step], reference: str
) -> Iterator[DocumentError]:
    """A level of this agreement, or of another as agreement/serviceLevel."""
    agreement, _, name = reference.rpartition("/")
    if agreement and agreement not in declared.names("Agreement"):
        yield from _declared(declared, source, path, "Agreement", agreement)
        return
    own = source.text_at("metadata", "name") or ""
    found = list(declared.sources_named("Agreement", agreement or own))
    if (agreement or own) == own:
        # A right of an umbrella spans its parts, so that it names their levels as its own.
        found += declared.parts_under(own)
    levels = {level for one in found for level in _names_of(one, "spec.serviceLevels.*.name")}
    called = f"a service level of {agreement}" if agreement else "a service level of this agreement"
    if name not in levels:
        shown = [f"{agreement}/{level}" for level in levels] if agreement else levels
        yield from among(source, path, reference, shown, called)


def _acts(declared: Declared, source: SourceDocument) -> Iterator[DocumentError]:
    """The levels that a relief names, and the right that a notice is about."""
    agreement = source.text_at("spec", "agreement") or ""
    found = declared.sources_named("Agreement", agreement)
    if not found:
        return
    for pattern, known, called in (
        ("spec.serviceLevels.*", "spec.serviceLevels.*.name", "a service level"),
        ("spec.right", "spec.terminationRights.*.name", "a termination right"),
    ):
        names = [name for one in found for name in _names_of(one, known)]
        for path, name in texts_at(source, pattern):
            yield from among(source, path, name, names, f"{called} of {agreement}")
