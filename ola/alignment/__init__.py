"""What is wrong in the contracts before anything fails: the promises of a chain compared with each other (3.8).

The problem: most disputes are written into the contracts. Each party keeps its own promise, and ours to the customer is
broken all the same, because they were never laid side by side.

Each subject has a file: `support` and `unsupported` (is the target carried by what it stands on), `time_budgets` and
`tickets` (do the stages fit into the time promised, on the same clock), `coverage`, `periods`, `exclusions` and `terms`
(do two contracts speak of the same hours, time, causes and years), `ungoverned` and `control` (who is bound at all).
`agreement_findings` is all of them for one agreement.

Limits: what has failed is the trace's; what a term of one agreement means by itself is checked with the documents.
"""

from ola.alignment.one_agreement import agreement_findings
from ola.alignment.underpinning import Underpinning

__all__ = ["Underpinning", "agreement_findings"]
