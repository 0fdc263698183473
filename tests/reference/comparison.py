"""Where a printed settlement and the reference differ, in words.

Printed figures are text: a share exactly (`30/31`), money in pennies, a value that has no end in decimal to nine
places. Each is compared with the reference's exact fraction: shares and money exactly, values within half of the
ninth place (or exactly, where they end). A row the other side leaves out reads as zero, for a party without a share
need not be shown. Where the reference names a doubt, what depends on it is left out, and only that.

Example: `disagreements(reference, printed)` is [] where both agree, else sentences such as
"breach ('sla-shop', 'availability', 'shop') ven-1 OWN_FAILURE: impactShareExact is 1/2, should be 2/3".
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

NINTH_PLACE = Fraction(1, 10**9)
LEFT_OUT_WITH_THE_DIVISION = {
    "CONTRIBUTED_ELSEWHERE",
    "SEVERAL_LEVELS_ALIKE",
    "SIDES_SEEN_FROM_A_TEAM",
}
ZERO = Fraction(0)


def _fraction(text: Any) -> Fraction | None:
    return None if text is None else Fraction(text)


def _amount(money: Mapping[str, Any] | None) -> Fraction:
    return ZERO if money is None else Fraction(money["amount"])


def _key(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return row["agreement"], row["serviceLevel"], row["service"]


class _Comparison:
    def __init__(self) -> None:
        self.found: list[str] = []

    def same(self, where: str, what: str, printed: Any, wanted: Any) -> None:
        if printed != wanted:
            self.found.append(f"{where}: {what} is {printed}, should be {wanted}")

    def near(self, where: str, what: str, printed: Any, wanted: Fraction | None) -> None:
        number = _fraction(printed)
        if (
            wanted is None
            or number is None
            or abs(number - wanted) > (NINTH_PLACE / 2 if number != wanted else 0)
        ):
            self.same(where, what, number, wanted)

    def attainments(self, wanted: Mapping[Any, Any], printed: Iterable[Mapping[str, Any]]) -> None:
        rows = {_key(row): row for row in printed}
        self.same("attainments", "the set of levels", sorted(rows), sorted(wanted))
        for key in sorted(wanted.keys() & rows.keys()):
            ours, row, where = wanted[key], rows[key], f"attainment {key}"
            if ours["undecided"]:
                continue
            self.same(where, "status", row["status"], ours["status"])
            self.near(where, "value", row["value"], ours["value"])
            if ours["value"] is not None:
                self.near(where, "numerator", row["numerator"], ours["numerator"])
                self.near(where, "denominator", row["denominator"], ours["denominator"])

    def breaches(
        self, wanted: Mapping[Any, Any], printed: Iterable[Mapping[str, Any]], doubtful: set[Any]
    ) -> None:
        rows = {_key(row): row["trace"] for row in printed}
        self.same(
            "breaches",
            "the set of levels",
            sorted(rows.keys() - doubtful),
            sorted(wanted.keys() - doubtful),
        )
        for key in sorted((wanted.keys() & rows.keys()) - doubtful):
            where = f"breach {key}"
            self.near(where, "quantity", rows[key]["quantity"], wanted[key]["quantity"])
            self.same(where, "unit", rows[key]["unit"], wanted[key]["unit"])
            self.responsibilities(where, wanted[key], rows[key]["responsibilities"])

    def responsibilities(
        self, where: str, wanted: Mapping[str, Any], printed: list[Mapping[str, Any]]
    ) -> None:
        doubts = set(wanted["doubts"])
        relieved = sum((Fraction(row["quantity"]) for row in printed if row["reason"] == "EXCUSED"), ZERO)
        self.near(where, "the quantity relieved", relieved, wanted["relieved"])
        if doubts & LEFT_OUT_WITH_THE_DIVISION:
            return
        rows = {(row["party"], row["reason"]): row for row in printed if row["reason"] != "EXCUSED"}
        ours = wanted["responsibilities"]
        names = sorted({*rows, *ours}, key=str)
        if "WITHIN_A_SIDE" in doubts:
            self.by_side(where, ours, rows)
            return
        for name in names:
            self.row(f"{where} {name[0]} {name[1]}", ours.get(name), rows.get(name), wanted["type"], doubts)

    def by_side(self, where: str, ours: Mapping[Any, Any], rows: Mapping[Any, Any]) -> None:
        """The division between sides alone: sums of the rows of each side."""
        for side in sorted({str(row["side"]) for row in ours.values()}):
            members = [name for name, row in ours.items() if str(row["side"]) == side]
            for field in ("impactShareExact", "creditShareExact"):
                printed = sum((_fraction(rows[n][field]) or ZERO for n in members if n in rows), ZERO)
                self.same(
                    where,
                    f"{field} of the side {side}",
                    printed,
                    sum((ours[n][field] or ZERO for n in members), ZERO),
                )

    def row(
        self,
        where: str,
        ours: Mapping[str, Any] | None,
        row: Mapping[str, Any] | None,
        agreement_type: str,
        doubts: set[str],
    ) -> None:
        for field in ("impactShareExact", "creditShareExact"):
            printed = _fraction(row[field]) if row else None
            self.same(where, field, printed or ZERO, (ours[field] if ours else None) or ZERO)
        self.same(where, "credit", _amount(row["credit"] if row else None), ours["credit"] if ours else ZERO)
        if ours is None or row is None:
            return
        self.near(where, "quantity", row["quantity"], ours["quantity"])
        if ours["necessary"] is None:
            return
        self.same(where, "necessary", row["necessary"], ours["necessary"])
        self.same(where, "sufficient", row["sufficient"], ours["sufficient"])
        self.near(where, "valueWithout", row["valueWithout"], ours["valueWithout"])
        if agreement_type != "OLA" and "ANSWERABLE_DIFFERS_BY_SERVICE" not in doubts:
            self.same(where, "answerable", row["answerable"], ours["answerable"])
        if ours["services"]:
            parts = {part["service"]: part["quantity"] for part in row["services"]}
            for service, quantity in ours["services"].items():
                self.near(where, f"quantity of {service}", parts.get(service, "0"), quantity)

    def statements(
        self, wanted: Mapping[str, Any], printed: Iterable[Mapping[str, Any]], left_out: set[str]
    ) -> None:
        rows = {row["agreement"]: row for row in printed}
        self.same("statements", "the set of agreements", sorted(rows), sorted(wanted))
        for name in sorted((wanted.keys() & rows.keys()) - left_out):
            where, ours, row = f"statement {name}", wanted[name], rows[name]
            lines = {(line["serviceLevel"], line["service"]): line for line in row["lines"]}
            self.same(where, "the set of lines", sorted(lines), sorted(ours["lines"]))
            for key in sorted(lines.keys() & ours["lines"].keys()):
                for field in ("amount", "net"):
                    self.same(f"{where} {key}", field, _amount(lines[key][field]), ours["lines"][key][field])
            for field in ("gross", "net"):
                self.same(where, field, _amount(row[field]), ours[field])

    def impact(self, wanted: Mapping[str, Any], printed: list[Mapping[str, Any]]) -> None:
        whole = printed[0] if printed else {"parties": []}
        for field in ("payable", "recoverable", "internal", "gap", "overRecovery"):
            self.same("credit impact", field, _amount(whole.get(field)), wanted[field])
        rows = {row["party"]: row for row in whole["parties"]}
        for party in sorted({*rows, *wanted["parties"]}, key=str):
            where, row, ours = f"credit impact {party}", rows.get(party, {}), wanted["parties"].get(party, {})
            for field in ("caused", "recoverable", "internal", "gap", "overRecovery"):
                self.same(where, field, _amount(row.get(field)), ours.get(field, ZERO))
            reasons: dict[str, Fraction] = {}
            for reason in row.get("reasons", []):
                reasons[reason["code"]] = reasons.get(reason["code"], ZERO) + _amount(reason["amount"])
            doubts = set(wanted["doubts"])
            self.same(where, "reasons", _merged(reasons, doubts), _merged(ours.get("reasons", {}), doubts))


def _merged(reasons: Mapping[str, Fraction], doubts: set[str]) -> dict[str, Fraction]:
    """The reasons, those together between which a doubt leaves the choice."""
    together = set()
    if "A_LEVEL_FOR_SOME_PRIORITIES" in doubts:
        together = {"CAP", "EXCLUSION", "TARGET", "RATE", "UNGOVERNED"}
    merged: dict[str, Fraction] = {}
    for code, amount in reasons.items():
        name = "/".join(sorted(together)) if code in together else code
        merged[name] = merged.get(name, ZERO) + amount
    return dict(sorted((code, amount) for code, amount in merged.items() if amount))


def disagreements(reference: Mapping[str, Any], printed: Mapping[str, Any]) -> list[str]:
    """Every figure on which a printed settlement (parsed JSON) and the reference's differ, as sentences."""
    comparison = _Comparison()
    comparison.same("settlement", "period", printed["period"], reference["period"])
    comparison.attainments(reference["attainments"], printed["attainments"])
    doubtful = {key for key, row in reference["attainments"].items() if row["undecided"]}
    comparison.breaches(reference["breaches"], printed["breaches"], doubtful)
    comparison.statements(reference["statements"], printed["statements"], {key[0] for key in doubtful})
    undecided = {"ANSWERABLE_DIFFERS_BY_SERVICE", "WITHIN_A_SIDE", "REACHED_THROUGH_NOBODY_BOUND"}
    undecided |= LEFT_OUT_WITH_THE_DIVISION
    if not doubtful and not undecided & set(reference["creditImpact"]["doubts"]):
        comparison.impact(reference["creditImpact"], printed["creditImpact"])
    return comparison.found
