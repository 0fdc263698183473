"""Scorecards in the shape of `5-graphql`: names, periods and money as everywhere, shares with their exact fraction."""

from typing import TYPE_CHECKING

from api.shapes.parts import Shape, money_shape
from api.shapes.settlement import attainment_shape
from domain.money import decimal_text

if TYPE_CHECKING:
    from api.services.scoring import Scored
    from settlement.scorecards import LevelScore

__all__ = ["scorecard_shape"]


def scorecard_shape(scored: "Scored") -> Shape:
    """A party's scorecard."""
    card = scored.card
    return {
        "party": card.party,
        "from": scored.months[0].name,
        "to": scored.months[-1].name,
        "unsettled": [month.name for month in scored.unsettled],
        "promises": [_level(each) for each in card.promises],
        "duties": [_level(each) for each in card.duties],
        "breaches": [
            {
                "agreement": each.breach.attainment.of.agreement.name,
                "serviceLevel": each.breach.attainment.of.level.name,
                "service": each.breach.attainment.of.service,
                "period": each.breach.attainment.period.name,
                "share": decimal_text(each.share),
                "shareExact": str(each.share),
            }
            for each in card.answered
        ],
        "money": [
            {
                "currency": each.currency,
                "owed": money_shape(each.owed),
                "due": money_shape(each.due),
                "forgone": money_shape(each.forgone),
                "caused": money_shape(each.caused),
                "recoverable": money_shape(each.recoverable),
                "internal": money_shape(each.internal),
                "gap": money_shape(each.gap),
                "overRecovery": money_shape(each.over_recovery),
            }
            for each in card.money
        ],
    }


def _level(score: "LevelScore") -> Shape:
    return {
        "agreement": score.of.agreement.name,
        "serviceLevel": score.of.level.name,
        "service": score.of.service,
        "judged": score.judged,
        "met": score.met,
        "missed": score.missed,
        "noData": score.no_data,
        "missedIn": [period.name for period in score.missed_in],
        "worst": None if score.worst is None else attainment_shape(score.worst),
    }
