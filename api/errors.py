"""What can be wrong with what somebody asked for, so that a person and a program are both told what to do.

    PrivityError (domain.errors)
    └── RequestError                 what was asked for cannot be done; `faults` says why
        ├── FolderError              no such folder, a file instead of one, or one that may not be read
        ├── DocumentsError           documents that cannot be read as contracts, all of them at once
        ├── PeriodError              a text that names no period
        └── UnknownNameError         an agreement, level or service that the settlement does not have

Example: ``FolderError.missing(Path("exmaples"))`` has one fault, "there is no folder exmaples", and its cure.

Limits: a fault of the contracts that still lets them be settled is a finding, and a row that cannot be read
is quarantined; neither is an error. A mistake of this program is none of these either: it is left to surface.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from documents.errors import DocumentError, choices_text, nearest_name
from domain.errors import PrivityError

__all__ = ["DocumentsError", "Fault", "FolderError", "PeriodError", "RequestError", "UnknownNameError"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: what, where (as far as it has a place), and what would cure it.

    ``code`` names the kind for a program: FOLDER, DOCUMENT, PERIOD, DATE, NAME, USAGE or INTERNAL. ``line``
    and ``column`` count from 1.
    """

    code: str
    message: str
    cure: str = ""
    file: str | None = None
    line: int | None = None
    column: int | None = None
    path: str | None = None
    value: str | None = None
    nearest: str | None = None

    @classmethod
    def of_document(cls, error: DocumentError) -> Fault:
        """The fault that an error of a document is; a place that it does not have is None."""
        return cls(
            "DOCUMENT",
            error.message,
            error.cure,
            error.file or None,
            error.line or None,
            error.column or None,
            error.path or None,
            error.value,
            error.nearest,
        )

    def text(self) -> str:
        """The fault in one line: place, what is wrong, the nearest valid name, and the cure."""
        parts = (
            () if self.code == "FOLDER" else (self.file, self.line, self.column)
        )  # The message names the folder.
        place = ":".join(str(part) for part in parts if part is not None)
        words = [" ".join(part for part in (place, self.path) if part)]
        words = [f"{words[0]}:"] if words[0] else []
        words.append(_sentence(self.message))
        if self.nearest is not None:
            words.append(f'Did you mean "{self.nearest}"?')
        if self.cure:
            words.append(_sentence(self.cure))
        return " ".join(words)


class RequestError(PrivityError):
    """What was asked for cannot be done, for the reasons in `faults`.

    ``is_misuse`` tells a wrong question (a folder that is not there) from wrong documents.
    """

    is_misuse = True

    def __init__(self, *faults: Fault) -> None:
        super().__init__("\n".join(fault.text() for fault in faults))
        self.faults = faults


class FolderError(RequestError):
    """The folder is not there, is no folder, may not be read, or holds no contract."""

    @classmethod
    def missing(cls, folder: Path) -> FolderError:
        """There is no such folder; the nearest name beside it is offered."""
        nearest = None
        if folder.parent.is_dir():
            beside = {path.name: path for path in folder.parent.iterdir() if path.is_dir()}
            name = nearest_name(folder.name, beside)
            nearest = None if name is None else str(beside[name])
        return cls(
            Fault(
                "FOLDER",
                f"there is no folder {folder}",
                "Give the folder that holds your contract documents (*.yaml) and evidence/",
                file=str(folder),
                nearest=nearest,
            )
        )

    @classmethod
    def no_evidence(cls, path: Path) -> FolderError:
        """There is neither such a file nor such a folder to take evidence from; the nearest name is offered."""
        nearest = None
        if path.parent.is_dir():
            name = nearest_name(path.name, [each.name for each in path.parent.iterdir()])
            nearest = None if name is None else str(path.parent / name)
        return cls(
            Fault(
                "FOLDER",
                f"there is no file or folder {path}",
                "Give files of evidence, or folders of a portfolio, of which evidence/ is taken in",
                file=str(path),
                nearest=nearest,
            )
        )

    @classmethod
    def no_folder(cls, path: Path) -> FolderError:
        """It is a file."""
        return cls(
            Fault(
                "FOLDER",
                f"{path} is a file, not a folder",
                f"Give the folder it lies in: {path.parent}",
                file=str(path),
            )
        )

    @classmethod
    def unreadable(cls, folder: Path, reason: str) -> FolderError:
        """The operating system refuses."""
        return cls(
            Fault("FOLDER", f"{folder} cannot be read: {reason}", "Mend its permissions", file=str(folder))
        )


class DocumentsError(RequestError):
    """The documents of a folder cannot be read as contracts; the faults are those of every file.

    ``documents`` counts the documents that were found, right or wrong.
    """

    is_misuse = False

    def __init__(self, errors: Iterable[DocumentError], documents: int = 0) -> None:
        super().__init__(*(Fault.of_document(error) for error in errors))
        self.documents = documents


class PeriodError(RequestError):
    """A text that names no period; ``months`` are those the evidence speaks of, where that is known."""

    def __init__(self, text: str, reason: str, months: str = "") -> None:
        cure = "Write a month like 2026-03, a quarter like 2026-Q1 or a year like 2026"
        if months:
            cure += f". There is evidence for {months}"
        super().__init__(Fault("PERIOD", reason, cure, value=text))


class UnknownNameError(RequestError):
    """A name that nothing in the settlement has."""

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        names = sorted(set(known))
        cure = f"There {'is' if len(names) == 1 else 'are'} {choices_text(names)}" if names else ""
        super().__init__(
            Fault("NAME", f'no {what} is named "{name}"', cure, value=name, nearest=nearest_name(name, names))
        )


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."
