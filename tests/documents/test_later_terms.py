"""What is read and not calculated yet is said, and what only people read is not."""

from documents.later import LATER_TERMS
from tests.documents.samples import agreement, level, loaded


def later(**terms: str) -> list[tuple[str, str | None, str | None]]:
    portfolio = loaded(agreement(**terms)).portfolio
    assert portfolio is not None
    return [(term.path, term.service_level, term.clause) for term in portfolio.agreements[0].later_terms]


def test_everything_that_alters_a_figure_is_calculated() -> None:
    assert LATER_TERMS == ()


def test_a_bonus_under_a_condition_is_no_later_term() -> None:
    bonus = "{scheme: bands, bands: [{above: '99.99', percent: '1'}], when: {misses: 2, within: P3M}}"
    assert later(serviceLevels=f"[{level(clause='A.1', bonus=bonus)}]") == []


def test_terms_that_only_people_read_are_no_later_terms() -> None:
    quiet = {
        "contacts": "[{role: owner, name: Ines}]",
        "review": "{every: P3M}",
        "escalation": "[{level: 1, role: manager, after: PT1H}]",
        "description": "The shop",
        "responsibilities": "{provider: [Reports], consumer: [Access]}",
        "remedies": "{sole: true, oneIncident: all, caps: [{percent: 10, per: month}]}",
        "reliefNotice": "{within: P5D}",
        "relieved": "as_up",
        "term": "{from: 2026-01-01, to: 2027-12-31, notice: P90D, renewal: none}",
        "serviceLevels": f"[{level(requested='{atLeast: 100}')}]",
    }

    assert later(**quiet) == []
