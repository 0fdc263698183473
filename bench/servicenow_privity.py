"""The product's side of `servicenow.py`: a folder of contracts and evidence, settled for all its months.

As known when all is over, so that each incident counts in one month, as the pandas script counts it.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from api.services.folders import read_contracts, read_evidence
from domain.periods import Period
from settlement.settle import Settling

FIRST, LAST, OVER = "2016-02", "2017-02", date(2017, 3, 1)


def main() -> None:
    """Settle, and print the attainments and what else was found."""
    contracts = read_contracts(Path(sys.argv[1]))
    evidence, _ = read_evidence(Path(sys.argv[1]), contracts, None)
    settling = Settling.of(contracts.portfolio, evidence, OVER)
    attainments: dict[str, list[int]] = {}
    breaches, traced, payable = 0, 0, 0
    month = Period.parse(FIRST)
    while month.name <= LAST:
        settlement = settling.settle(month)
        for each in settlement.attainments:
            if each.denominator:
                key = f"{each.of.agreement.name} {each.of.level.name} {month.name}"
                attainments[key] = [int(each.numerator or 0), int(each.denominator)]
        breaches += len(settlement.breaches)
        traced += sum(len(breach.trace.instants) for breach in settlement.breaches)
        payable += sum(int(impact.payable.amount) for impact in settlement.credit_impact)
        month = month.next()
    more = {"breaches": breaches, "late incidents traced": traced, "dollars payable": payable}
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    json.dump({"attainments": attainments, "more": more, "megabytes": megabytes}, sys.stdout)


if __name__ == "__main__":
    main()
