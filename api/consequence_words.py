"""What ending an agreement would bring with it, in sentences: for the terminal and for paper alike.

Example: ("Were uc-cirrus to end on 2026-07-31", ["banking loses its support (without hosting)", ...]).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.cli.wording import money_text

if TYPE_CHECKING:
    from settlement.consequence import Consequence

__all__ = ["consequence_words"]


def consequence_words(consequence: Consequence) -> tuple[str, list[str]]:
    """What would end, and a sentence for each thing that would follow."""
    ends = consequence.ends.isoformat()
    what, agreements = ", ".join(consequence.services), ", ".join(consequence.agreements)
    title = (
        f"Were {what} to leave {agreements} after {ends}"
        if consequence.is_partial
        else f"Were {agreements} to end on {ends}"
    )
    lines: list[str] = []
    for support in consequence.supports:
        without = ", ".join(support.without)
        if support.is_lost:
            lines.append(f"{support.service} loses its support (without {without})")
        else:
            lines.append(
                f"{support.service} goes on without {without}: of {support.before} failures that it survives "
                f"{support.after} are left"
            )
    lines += [
        f"{each.agreement} ({each.consumer}) is without support for {', '.join(each.services)} until "
        f"{each.until.isoformat()}: {each.months} months, exposure up to {money_text(each.exposure)}"
        for each in consequence.uncovered
    ]
    lines += [
        f"{money_text(each.amount)} of {each.agreement} for {each.period} fall: {each.why}"
        for each in consequence.falling_credits
    ]
    if consequence.falling_rights:
        rights = ", ".join(f"{agreement} · {name}" for agreement, name in consequence.falling_rights)
        lines.append(f"other rights fall with it: {rights}")
    lines += [f"{each.agreement}: {each.how}" for each in consequence.references]
    if consequence.fee is not None:
        lines.append(f"the fee is {money_text(consequence.fee)}")
    return title, lines or ["nothing else would change"]
