"""``privity dossier``: everything about an agreement or a vendor, cited to clause and evidence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import Waiting, note, print_json, screen
from api.cli.options import AsJson, AsOf, OptionalFolder, read_date
from api.cli.stored import StoreFolder, opened_store

if TYPE_CHECKING:
    from api.services.dossier import Gathered

__all__ = ["dossier"]


def dossier(
    subject: Annotated[
        str,
        typer.Argument(metavar="NAME", help="An agreement, or a party such as a vendor.", show_default=False),
    ],
    folder: OptionalFolder = None,
    *,
    first: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="MONTH", help="The first month; by default the last twelve.", show_default=False
        ),
    ] = None,
    review: Annotated[
        bool, typer.Option("--review", help="The months since the last review: the pack for the next one.")
    ] = False,
    pdf: Annotated[
        Path | None, typer.Option("--pdf", metavar="FILE", help="Write it as a PDF.", show_default=False)
    ] = None,
    as_of: AsOf = None,
    store: StoreFolder = None,
    as_json: AsJson = False,
) -> None:
    r"""Gather rights, breaches with traces, statements, claims, relief, acts, what falls due, and the audit trail.

    Every line cites its clause and the rows of evidence it rests on, with file and line. Without FOLDER it asks the
    store, which has the audit trail too. Made again as of the same date it is the same file.

    \b
    Examples:
      privity dossier uc-cirrus examples/halden --pdf cirrus.pdf
      privity dossier cirrus examples/halden --as-of 2026-07-01 --json
      privity dossier sla-online-banking --store .privity --review --pdf review.pdf
    """
    found = _found(subject, folder, first, as_of, store, is_review=review)
    if pdf is not None:
        _write(found, pdf)
    if as_json:
        from api.shapes.dossier import dossier_shape

        print_json(dossier_shape(found))
    elif pdf is None:
        _print(found)


def _found(
    subject: str,
    folder: Path | None,
    first: str | None,
    as_of: str | None,
    store: Path | None,
    *,
    is_review: bool,
) -> Gathered:
    from api.services.agenda import settling_of_folder
    from api.services.dossier import gathered, months_of_dossier
    from api.services.settling import asked_period

    begin = None if first is None else asked_period(folder, first)
    if folder is not None:
        with Waiting() as waiting:
            settling = settling_of_folder(folder, read_date(as_of), waiting)
            months = months_of_dossier(settling, subject, begin, is_review=is_review)
            return gathered(settling, subject, months, ())
    with opened_store(store) as privity:
        settling = privity.reader.rights(read_date(as_of)).settling
        months = months_of_dossier(settling, subject, begin, is_review=is_review)
        return gathered(settling, subject, months, privity.reader.audit(1_000_000).entries)


def _write(found: Gathered, file: Path) -> None:
    from api.errors import Fault, RequestError
    from api.printing.dossier import dossier_pdf

    try:
        file.write_bytes(dossier_pdf(found))
    except OSError as error:
        raise RequestError(
            Fault(
                "FOLDER", f"{file} cannot be written: {error.strerror}", "Name another file", file=str(file)
            )
        ) from error
    note(f"Written to {file}.")


def _print(found: Gathered) -> None:
    from api.cli.rights_view import print_grounds, print_rights
    from api.cli.wording import money_text

    dossier = found.dossier
    with screen() as console:
        months = f"{dossier.months[0].name} to {dossier.months[-1].name}"
        console.print(f"Dossier of {dossier.subject} as of {dossier.as_of.isoformat()}, {months}")
        console.print()
        print_rights(console, [each.status for each in dossier.rights])
        for each in dossier.rights:
            print_grounds(console, each.status)
        for title, breaches in (("Breaches", dossier.breaches), ("Caused elsewhere", dossier.caused)):
            console.print(f"{title}: {len(breaches)}")
            for breach in breaches:
                of = breach.attainment.of
                cited = ", ".join(f"E{number}" for number in found.cites(breach.attainment).numbers)
                clause = f" ({of.level.clause})" if of.level.clause else ""
                where = f"{of.agreement.name} · {of.level.name} · {of.service}{clause}"
                console.print(
                    f"  {breach.attainment.period.name}  {where}: {cited or 'no rows'}", highlight=False
                )
        console.print()
        for statement in dossier.statements:
            told = f"{statement.agreement} {statement.period.name}: {money_text(statement.net)}"
            console.print(f"  {told}", highlight=False)
        console.print()
        console.print(
            f"{len(dossier.reliefs)} reliefs, {len(dossier.notices)} notices, {len(dossier.due)} dates that fall due, "
            f"{len(found.evidence)} rows of evidence, {len(found.audit)} entries of the audit trail. "
            "--json or --pdf FILE has all of it."
        )
