"""A set of documents with one more, without reading those that are in it already.

The problem: every act is a document, and a set of documents is kept as a whole. What is new of it is one text; the
hashes of the others stand in the store, and what they mean in the portfolio in memory.

Example: ``extended(contracts, content, "recorded/signatures/x.yaml", text)`` is the set with the signature in it.

Limits: a document of another kind, such as a proposed agreement, is read together with all others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from api.errors import DocumentsError
from api.services.loading import documents_of, version_of
from documents.adding import with_document
from documents.digests import digest_of
from documents.loading import load_texts
from store.repositories.documents import SetContent

if TYPE_CHECKING:
    from ola.portfolio import Portfolio

__all__ = ["Extended", "extended"]


@dataclass(frozen=True, slots=True)
class Extended:
    """A set with one more document: as it is kept, and as it is used."""

    content: SetContent
    portfolio: Portfolio


def extended(portfolio: Portfolio, content: SetContent, file: str, text: str) -> Extended:
    """A set with one more document, or with a draft in its new wording.

    Raises DocumentsError with what is wrong with it; then nothing has changed.
    """
    texts = {**content.texts, file: text}
    added = None if file in content.texts else with_document(portfolio, file, text)
    if added is None:
        loaded = load_texts(texts, content.holidays)
        if loaded.portfolio is None:
            raise DocumentsError(loaded.errors, loaded.documents)
        whole = SetContent(texts, loaded.holidays, loaded.portfolio.digest, documents_of(loaded))
        return Extended(whole, loaded.portfolio)
    if added.portfolio is None or added.source is None:
        raise DocumentsError(added.errors, len(content.documents) + 1)
    documents = sorted(
        (*content.documents, version_of(added.source)), key=lambda each: (each.kind, each.name, each.version)
    )
    digest = digest_of((each.sha256 for each in documents), content.holidays)
    found = replace(added.portfolio, digest=digest)
    return Extended(SetContent(texts, content.holidays, digest, tuple(documents)), found)
