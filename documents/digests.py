"""What documents say, as hashes: of one, and of a whole set.

The problem: the same contracts have to be known again, whatever their files, order and layout; and a set that one
document was added to has to be known without reading the thousands beside it once more.

Example: ``digest_of([document_hash(source) for source in sources], holidays)`` is the digest of a portfolio.

Limits: positions, comments and quotes do not count; the dates that public holidays were taken to be do.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date

from documents.positions import SourceDocument

__all__ = ["digest_of", "document_hash", "former_digest"]


def document_hash(source: SourceDocument) -> str:
    """The SHA-256 of what one document says, in hexadecimal."""
    return _sha256(source.fields)


def digest_of(hashes: Iterable[str], holidays: Mapping[str, frozenset[date]]) -> str:
    """The digest of a set: of the hashes of its documents, and of the holidays resolved for it."""
    return _sha256({"documents": sorted(hashes), "holidays": _days(holidays)})


def former_digest(sources: Iterable[SourceDocument], holidays: Mapping[str, frozenset[date]]) -> str:
    """The digest as it was made at first, of all texts at once: sets that were stored with it are still known by it."""
    documents = sorted(json.dumps(source.fields, sort_keys=True, ensure_ascii=False) for source in sources)
    text = json.dumps(
        {"documents": documents, "holidays": _days(holidays)}, sort_keys=True, ensure_ascii=False
    )
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _days(holidays: Mapping[str, frozenset[date]]) -> dict[str, list[str]]:
    return {name: sorted(day.isoformat() for day in holidays[name]) for name in sorted(holidays)}


# Mappings of documents are dictionaries, of which JSON has no positions anyway.
_WRITTEN = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _sha256(value: object) -> str:
    return hashlib.sha256(_WRITTEN.encode(value).encode("utf-8")).hexdigest()
