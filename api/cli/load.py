"""``privity load``: the contracts of a folder into the store."""

from __future__ import annotations

from api.cli.console import Waiting, note, print_json
from api.cli.options import AsJson, Folder
from api.cli.stored import Actor, Key, Reason, StoreFolder, actor_named, opened_store

__all__ = ["load"]


def load(
    folder: Folder,
    *,
    store: StoreFolder = None,
    actor: Actor = None,
    reason: Reason = "",
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    r"""Load the contract documents of a folder into the store, as the complete set that holds from now on.

    With one error in any document nothing is loaded, and all errors are listed. The same documents again change
    nothing.

    \b
    Examples:
      privity load examples/halden
      privity load examples/halden --store shop --reason "contracts of 2026"
    """
    from api.services.loading import texts_of

    with opened_store(store) as privity:
        before = privity.store.set_id()
        with Waiting():
            loaded = privity.commands.portfolio_load(texts_of(folder), actor_named(actor), reason, key)
    is_new = loaded.id != before
    if as_json:
        print_json(
            {
                "documents": len(loaded.documents),
                "set": loaded.id,
                "digest": loaded.digest,
                "changed": is_new,
            }
        )
    else:
        kinds: dict[str, int] = {}
        for document in loaded.documents:
            kinds[document.kind] = kinds.get(document.kind, 0) + 1
        listed = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
        changed = "" if is_new else " They are the ones that were loaded last: nothing has changed."
        note(f"{len(loaded.documents)} documents loaded: {listed}.{changed}")
