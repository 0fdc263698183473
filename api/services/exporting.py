"""The documents of a store as a folder.

The problem: what was recorded through orders lies in the store, and contracts are reviewed as text. A folder that is
written from the store has both, and says the same when it is loaded again.

Example: after ``privity agreement sign`` the folder has ``recorded/signatures/sla-web-v2-signed-by-house.yaml``.

Limits: nothing that lies in the folder is written over: it must be new or empty.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from api.errors import Fault, RequestError
from api.services.storing import no_documents
from settlement.days import known_until

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from api.services.storing import Store

__all__ = ["exported"]


def exported(store: Store, folder: Path, as_of: date | None) -> tuple[str, ...]:
    """Write the documents that held at the end of a day (None: now); the files, by name.

    Raises RequestError where nothing was loaded, or the folder is not empty, or cannot be written.
    """
    set_id = store.set_id(None if as_of is None else known_until(as_of) - 1)
    if set_id is None:
        raise no_documents()
    with store.reading() as work:
        texts = work.documents.content(set_id).texts
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise RequestError(
                Fault(
                    "FOLDER",
                    f"{folder} is not empty",
                    "Name a folder that is not there yet",
                    file=str(folder),
                )
            )
        for file in sorted(texts):
            place = folder.joinpath(*_inside(file))
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(texts[file], encoding="utf-8")
    except OSError as error:
        raise RequestError(
            Fault("FOLDER", f"{folder} cannot be written: {error.strerror}", "Name another", file=str(folder))
        ) from error
    return tuple(sorted(texts))


def _inside(file: str) -> tuple[str, ...]:
    """The parts of a document's name as a path within the folder; a name that leads elsewhere stays within it."""
    parts = [part for part in PurePosixPath(file).parts if part not in ("/", "..", ".")]
    return tuple(part.replace("\\", "-").replace(":", "-") for part in parts) or ("documents.yaml",)
