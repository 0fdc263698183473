"""Contract text in and out: YAML with positions, strict models, and a `Portfolio` from a folder of documents.

The problem: contracts are kept as text and reviewed like code, so every mistake in them has to be told with its file,
line and column, in the contract's own words, and all of them at once.

Example: ``documents.loading.load_folder(Path("examples/halden"))`` gives a portfolio, or the errors of the folder.

Limits: what a document says is checked here; what follows from it is worked out in `domain`, `ola` and `settlement`.
"""
