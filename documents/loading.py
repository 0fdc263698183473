"""A folder of contract documents as one portfolio, or everything that is wrong with it.

The problem: contracts lie in many files, refer to each other across them, and are wrong in several places at once. All
files are read, all documents checked, all names looked up, and only a folder without errors becomes a portfolio.

Example: ``load_folder(Path("examples/halden")).portfolio.agreements`` are the agreements of the bundled example.

Limits: reads `*.yaml` and `*.yml` at any depth except in folders named ``evidence`` and in hidden ones; links to
folders are not followed. What is read is text only: no document can run anything.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from documents.act_conversion import act_of, decision_of
from documents.conversion import (
    agreement_of,
    calendar_of,
    claim_of,
    parties_of,
    rates_of,
    relief_of,
    services_of,
)
from documents.cycles import cycle_findings
from documents.declared import Declared, Written
from documents.digests import digest_of, document_hash
from documents.errors import DocumentError
from documents.holidays_of import holiday_errors, holidays_of
from documents.inherited import less_specific
from documents.inheriting import InheritedForms
from documents.kinds import FeedDocument, SignatureDocument, TransitionDocument
from documents.levels import level_errors
from documents.positions import SourceDocument
from documents.reading import LARGEST_FILE, AlikeReader, ReadFile, alike_reader, read_bytes, read_text
from documents.references import reference_errors
from documents.structure import repeated_names, structure_errors
from documents.termination_conversion import notice_of
from documents.terms import Term
from documents.validating import validated
from domain.calendars import ALWAYS
from domain.termination.terms import Act
from ola.portfolio import AsWritten, Portfolio

__all__ = ["Loaded", "load_folder", "load_read", "load_texts"]

_SUFFIXES = (".yaml", ".yml")
_EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a folder of documents gave.

    ``portfolio`` is None where there is any error. ``documents`` counts the documents that were found, ``files`` names
    the files that were read, both whether right or wrong. ``sources`` are the documents as they were written, and
    ``holidays`` the dates that each calendar's public holidays were taken to be.
    """

    portfolio: Portfolio | None
    feeds: tuple[FeedDocument, ...]
    errors: tuple[DocumentError, ...]
    documents: int
    files: tuple[str, ...]
    sources: tuple[SourceDocument, ...] = ()
    holidays: Mapping[str, frozenset[date]] = field(default_factory=dict)


def load_folder(folder: Path, *, is_digested: bool = True) -> Loaded:
    """Read every document file of a folder; files are named by their path within it.

    Where nobody will ask whether these are the same documents as others, ``is_digested`` may be False: the portfolio's
    digest is then left empty.
    """
    if not folder.is_dir():
        what = "is a file, not a folder" if folder.exists() else "does not exist"
        return _nothing(
            folder.name or str(folder), f"the folder {what}", "Name a folder with contract documents (*.yaml)"
        )
    read: dict[str, ReadFile] = {}
    closed: list[OSError] = []
    paths = _document_files(folder, closed)
    alike = alike_reader(sum(_size(path) for path in paths))
    for path in paths:
        name = path.relative_to(folder).as_posix()
        read[name] = _read_file(path, name, alike)
    for refusal in closed:
        name = Path(refusal.filename).relative_to(folder).as_posix()
        read[name] = _unreadable(
            name, f"the folder cannot be opened: {refusal.strerror}", "Check that it may be read"
        )
    if not read:
        return _nothing(
            folder.name or str(folder),
            "the folder has no contract documents",
            "Put *.yaml files with contract documents into it; evidence goes into its evidence folder",
        )
    return _loaded(read, is_digested=is_digested)


def load_texts(texts: Mapping[str, str], holidays: Mapping[str, frozenset[date]] | None = None) -> Loaded:
    """The same for documents that come as texts, by the name that errors shall give each of them.

    ``holidays`` are the dates of each calendar's holidays as they were resolved before (None: resolve them now), so
    that documents read again give the same portfolio whatever a newer list of holidays says.
    """
    if not texts:
        return _nothing("", "there are no contract documents", "Send at least one document")
    alike = alike_reader(sum(map(len, texts.values())))
    return _loaded({name: read_text(name, texts[name], alike) for name in sorted(texts)}, holidays)


def load_read(
    read: Mapping[str, ReadFile], known_holidays: Mapping[str, frozenset[date]] | None = None
) -> Loaded:
    """The same for files that were read already; calendars that ``known_holidays`` leaves out are resolved now."""
    return _loaded(read, known_holidays)


def _nothing(file: str, message: str, cure: str) -> Loaded:
    return Loaded(None, (), (DocumentError(file, 0, 0, "", message, cure=cure),), 0, ())


def _document_files(folder: Path, closed: list[OSError]) -> Sequence[Path]:
    """The document files in the order of their paths; what could not be looked into goes to ``closed``."""
    found: list[Path] = []
    for place, folders, files in os.walk(folder, onerror=closed.append, followlinks=False):
        folders[:] = sorted(name for name in folders if name != _EVIDENCE and not name.startswith("."))
        found.extend(
            Path(place, name)
            for name in files
            if name.lower().endswith(_SUFFIXES) and not name.startswith(".")
        )
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())


def _size(path: Path) -> int:
    """How many bytes a file has; 0 where nobody can tell, which reading it will explain."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _read_file(path: Path, name: str, alike: AlikeReader | None) -> ReadFile:
    try:
        size = path.stat().st_size
        if not path.is_file():
            return _unreadable(name, "this is not a file", "Remove it, or give it another name")
        if size > LARGEST_FILE:
            message = f"the file has {size:,} bytes, more than the {LARGEST_FILE:,} that are read"
            return _unreadable(
                name, message, "Split it into several files, or move evidence into the evidence folder"
            )
        content = path.read_bytes()
    except OSError as error:
        return _unreadable(
            name, f"the file cannot be opened: {error.strerror}", "Check that it exists and may be read"
        )
    return read_bytes(name, content, alike)


def _unreadable(name: str, message: str, cure: str) -> ReadFile:
    return ReadFile(errors=[DocumentError(name, 0, 0, "", message, cure=cure)], is_whole=False)


# ------------------------------------------------------------------------------------------------ the whole


def _loaded(
    read: Mapping[str, ReadFile],
    known_holidays: Mapping[str, frozenset[date]] | None = None,
    *,
    is_digested: bool = True,
) -> Loaded:
    sources = [document for file in read.values() for document in file.documents]
    errors = [error for file in read.values() for error in file.errors]
    is_complete = all(file.is_whole for file in read.values())
    written: list[Written[Term]] = []
    for source in sources:
        model, wrong = validated(source)
        errors.extend(wrong)
        if model is not None:
            written.append(Written(model, source))
    errors.extend(repeated_names(sources))
    declared = Declared.of(written, sources, is_complete=is_complete)
    for check in (reference_errors, structure_errors, level_errors, holiday_errors):
        errors.extend(check(declared))
    files = tuple(read)
    if not sources and not errors:
        errors.append(
            DocumentError(
                files[0],
                0,
                0,
                "",
                "the files have no contract documents",
                cure="Start a document with apiVersion: privity/v1 and kind: Party",
            )
        )
    feeds = tuple(one.model for one in declared.feeds)
    if errors:
        return Loaded(None, feeds, _in_order(errors), len(sources), files, tuple(sources))
    holidays = holidays_of(declared) if known_holidays is None else _holidays(declared, known_holidays)
    digest = digest_of(map(document_hash, sources), holidays) if is_digested else ""
    portfolio = _portfolio(declared, holidays, digest)
    return Loaded(portfolio, feeds, (), len(sources), files, tuple(sources), holidays)


def _holidays(declared: Declared, known: Mapping[str, frozenset[date]]) -> Mapping[str, frozenset[date]]:
    """The known dates, and those of calendars of which none are known."""
    if all(name in known for name in declared.calendars):
        return known
    found = holidays_of(declared)
    return {name: known.get(name, found[name]) for name in found}


def _in_order(errors: Iterable[DocumentError]) -> tuple[DocumentError, ...]:
    """The errors as a person meets them; of several at one place the one that was found first, the plainest."""
    first: dict[tuple[str, int, int, str], DocumentError] = {}
    for error in errors:
        first.setdefault((error.file, error.line, error.column, error.path), error)
    return tuple(first[place] for place in sorted(first))


def _portfolio(declared: Declared, holidays: Mapping[str, frozenset[date]], digest: str) -> Portfolio:
    calendars = {
        name: calendar_of(declared.calendars[name].model, holidays[name])
        for name in sorted(declared.calendars)
    }
    agreements = sorted(
        (agreement_of(one, declared, calendars) for one in declared.agreements),
        key=lambda agreement: (agreement.name, agreement.version),
    )
    # The last version stands last: acts are told by the clocks that it goes by.
    zones = {agreement.name: agreement.calendar.zone for agreement in agreements}

    def zone_of(agreement: str) -> ZoneInfo:
        return zones.get(agreement, ALWAYS.zone)

    services = services_of(declared)
    claims = sorted(
        (claim_of(one.model, zone_of(one.model.spec.agreement)) for one in declared.claims),
        key=lambda claim: (claim.agreement, claim.period, claim.claimed_at, claim.name),
    )
    reliefs = sorted(
        (relief_of(one.model, zone_of(one.model.spec.agreement)) for one in declared.reliefs),
        key=lambda relief: (relief.agreement, relief.name),
    )
    notices = sorted(
        (notice_of(one.model, zone_of(one.model.spec.agreement)) for one in declared.notices),
        key=lambda notice: (notice.on, notice.agreement, notice.right or "", notice.act, notice.name),
    )
    has_acts = bool(declared.signatures or declared.transitions or declared.decisions) or any(
        notice.act is Act.EXERCISE for notice in notices
    )
    forms = InheritedForms.of(declared, calendars, can_change=has_acts)
    portfolio = Portfolio(
        parties=parties_of(declared),
        services=services,
        agreements=tuple(agreements) if forms is None else forms(agreements),
        claims=tuple(claims),
        reliefs=tuple(reliefs),
        findings=cycle_findings(services),
        notices=tuple(notices),
        rates=rates_of(declared),
        digest=digest,
    )
    acts = tuple(act_of(one.model, zone_of(one.model.spec.agreement)) for one in _acts(declared))
    relieved = {relief.name: relief.agreement for relief in reliefs}
    decisions = tuple(
        decision_of(one.model, zone_of(relieved[one.model.spec.relief])) for one in declared.decisions
    )
    is_whole = has_acts or not any(less_specific(declared, each) for each in declared.agreements)
    written = AsWritten(
        tuple(agreements), portfolio.reliefs, portfolio.findings, acts, decisions, forms, is_whole
    )
    if acts or decisions:
        portfolio = portfolio.after(written)
    return replace(portfolio, as_written=written)


def _acts(declared: Declared) -> tuple[Written[SignatureDocument] | Written[TransitionDocument], ...]:
    return (*declared.signatures, *declared.transitions)
