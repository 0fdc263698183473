"""Contract documents into the store.

The problem: a set of documents with one error in it must change nothing, and one that is loaded twice must not become
two.

Example: ``portfolio_load(store, {"a.yaml": "kind: Party ..."}, "ada", "new year", None)``.

Limits: a set is complete: what it leaves out no longer holds from now on. Past settlements keep the set they read. What
was recorded through an order (a signature, a waiver, a proposal) is no part of a folder: it stays beside every set that
has the agreement it is about, unless the set has the same document itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from api.errors import DocumentsError
from api.services.feeds import feed_mappings
from api.services.folders import require_folder
from api.services.storing import Contracts, order_answer
from documents.digests import document_hash
from documents.loading import Loaded, load_folder, load_texts
from documents.reading import read_text
from store.codec import Codec, Json
from store.mappers import hash_of
from store.records import DocumentSet, DocumentVersion
from store.repositories.documents import SetContent

if TYPE_CHECKING:
    from pathlib import Path

    from api.services.storing import Store
    from documents.positions import SourceDocument

__all__ = ["RECORDED", "documents_of", "portfolio_load", "texts_of", "version_of"]

ACTION = "portfolioLoad"
RECORDED = "recorded/"
"""The folder, within a set of documents, of those that record what was done through an order."""

_CODEC = Codec()


def portfolio_load(
    store: Store, texts: Mapping[str, str], actor: str, reason: str, key: str | None
) -> DocumentSet:
    """Load a complete set of documents. Raises DocumentsError with the errors of all; then nothing has changed."""
    order: dict[str, Json] = {"texts": dict(texts)}
    with store.reading() as work:
        if answered := order_answer(work, key, ACTION, order):
            return _CODEC.decode(DocumentSet, answered)
    loaded = load_texts(texts)
    if loaded.portfolio is None:
        raise DocumentsError(loaded.errors, loaded.documents)
    recorded = _recorded(store, loaded)
    if recorded:
        texts = {**recorded, **texts}
        loaded = load_texts(texts)
    if loaded.portfolio is None:
        raise DocumentsError(loaded.errors, loaded.documents)
    content = SetContent(dict(texts), loaded.holidays, loaded.portfolio.digest, documents_of(loaded))
    with store.writing() as work:
        if answered := order_answer(work, key, ACTION, order):
            return _CODEC.decode(DocumentSet, answered)
        now = store.clock()
        before = work.documents.current_id()
        added = work.documents.add(content, now)
        work.audit.write(
            now,
            actor,
            ACTION,
            "portfolio",
            reason,
            key,
            before=None if before is None else {"documents": before},
            after={"documents": added.id, "digest": added.digest},
        )
        work.audit.keep(key, ACTION, hash_of(order), _CODEC.encode(added))
    store.remember(Contracts(added.id, loaded.portfolio, feed_mappings(loaded.feeds)))
    store.refresh()
    return added


def texts_of(folder: Path) -> dict[str, str]:
    """The texts of a folder's documents, by path.

    Raises FolderError where the folder cannot be used, and DocumentsError with all errors of all documents.
    """
    require_folder(folder)
    loaded = load_folder(folder, is_digested=False)
    if loaded.portfolio is None:
        raise DocumentsError(loaded.errors, loaded.documents)
    return {file: (folder / file).read_bytes().decode("utf-8-sig") for file in loaded.files}


def _recorded(store: Store, loaded: Loaded) -> dict[str, str]:
    """The texts of what was recorded through orders so far and still has the agreement, or the relief, it is about."""
    with store.reading() as work:
        set_id = work.documents.current_id()
        content = None if set_id is None else work.documents.content(set_id)
    if content is None or not any(file.startswith(RECORDED) for file in content.texts):
        return {}
    given = {(each.kind, each.name, each.version) for each in documents_of(loaded)}
    kept: dict[str, str] = {}
    sources = {
        file: source
        for file, text in sorted(content.texts.items())
        if file.startswith(RECORDED)
        for source in read_text(file, text).documents
    }
    agreements = {name for kind, name, _ in given if kind == "Agreement"}
    proposals = {file: each for file, each in sources.items() if each.text_at("kind") == "Agreement"}
    for file, source in (*proposals.items(), *(pair for pair in sources.items() if pair[0] not in proposals)):
        version = version_of(source)
        known = (version.kind, version.name, version.version)
        is_proposal = file in proposals
        about = source.text_at("spec", "agreement")
        relief = source.text_at("spec", "relief")
        holds = (
            (version.version == 1 or version.name in agreements)
            if is_proposal
            else about in agreements or relief in {name for kind, name, _ in given if kind == "Relief"}
        )
        if known not in given and holds:
            kept[file] = content.texts[file]
            given.add(known)
            agreements |= {version.name} if is_proposal else set()
    return kept


def documents_of(loaded: Loaded) -> tuple[DocumentVersion, ...]:
    """The documents of a set, by kind, name and version, each with the hash of what it says."""
    return tuple(
        sorted(
            (version_of(source) for source in loaded.sources),
            key=lambda each: (each.kind, each.name, each.version),
        )
    )


def version_of(source: SourceDocument) -> DocumentVersion:
    """A document by kind, name and version, with the hash of what it says."""
    return DocumentVersion(
        source.text_at("kind") or "",
        source.text_at("metadata", "name") or "",
        int(source.text_at("metadata", "version") or 1),
        source.file,
        document_hash(source),
    )
