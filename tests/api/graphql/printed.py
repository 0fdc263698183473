"""A settlement as `privity settle --json` prints it, put together from the answers of the GraphQL API alone."""

from typing import Any

from domain.periods import Period
from tests.api.graphql.asking import Asking

_LEVEL = "serviceLevel { name agreement { name } service { name } }"
_MONEY = "{ amount currency }"
_SHARE = "{ decimal exact }"
_PART = f"{{ service {{ name }} party {{ name }} quantity share {_SHARE} excused }}"
_ATTAINMENT = f"""{{ {_LEVEL} period status value numerator denominator unit target margin minimum minimumMissed owedBy {{ name }}
  consumer defined: serviceLevel {{ inheritedFrom {{ name }} }} quarantined }}"""

_QUERY = f"""
query Everything($period: Period!, $asOf: Date!, $after: String) {{
  attainments(period: $period, first: 1000, after: $after) {{
    unsettled totalCount edges {{ node {_ATTAINMENT} }} pageInfo {{ hasNextPage endCursor }} }}
  breaches(period: $period, first: 1000) {{
    totalCount
    edges {{ node {{
      attainment {{ period {_LEVEL} consumer }}
      trace {{
        method quantity unit moneyFollows note
        responsibilities {{
          party {{ name }} reason cause answerable {{ name }} agreement {{ name }}
          services {_PART}
          quantity impactShare {_SHARE} creditShare {_SHARE} credit {_MONEY} necessary sufficient valueWithout
          paths {{ name }}
        }}
        instants(first: 1000) {{ totalCount edges {{ node {{ from to ticket movedTo causes {_PART} }} }} }}
        absorbed {{ service {{ name }} party {{ name }} quantity }}
      }}
      relief {{ kind name cause quantity effects status noticeGiven deadline isLate isVoid clause reason }}
    }} }}
  }}
  statements(period: $period, first: 1000) {{
    edges {{ node {{
      agreement {{ name }} consumer {{ name }} period claimBy gross {_MONEY} net {_MONEY}
      soleRemedy countsTowardDamages earnedBack {_MONEY} ledger {{ kind amount {_MONEY} level service credited }}
      lines {{ {_LEVEL} consumer period clause scheme value points percent base {_MONEY} amount {_MONEY} net {_MONEY} }}
      bonuses {{ {_LEVEL} period clause scheme value points percent base {_MONEY} amount {_MONEY} net {_MONEY} }}
      bonus {_MONEY}
    }} }}
  }}
  creditImpact(period: $period) {{
    __typename
    ... on CreditImpacts {{ impacts {{
      currency payable {_MONEY} recoverable {_MONEY} internal {_MONEY} gap {_MONEY} overRecovery {_MONEY}
      parties {{
        party {{ name }} caused {_MONEY} recoverable {_MONEY} internal {_MONEY} gap {_MONEY} overRecovery {_MONEY}
        reasons {{ code amount {_MONEY} explanation {_LEVEL} }} outsideOwnContract {_MONEY}
      }}
      rates {{ base rate on }}
    }} }}
  }}
  settlementRuns(period: $period, first: 1) {{ edges {{ node {{
    quarantine(first: 1000) {{ edges {{ node {{ file line reason }} }} }}
    sources {{ file kind rows quarantined repeated sha256 }}
  }} }} }}
  terminationRights(asOf: $asOf, first: 1000) {{
    edges {{ node {{
      agreement {{ name }} name clause status accruedOn curingUntil exercisableUntil earliestEnd nextTrigger scope
      services {{ name }} fee {_MONEY}
      grounds {{ agreement {{ name }} period serviceLevel service what struckOut isBreach }}
    }} }}
  }}
  findings(first: 1000) {{
    edges {{ node {{
      code severity kind message agreement {{ name }} serviceLevel {{ name }} service {{ name }}
      clauses figures {{ name value }} cure
    }} }}
  }}
}}
"""


def printed(ask: Asking, period: str) -> Any:
    """Every part of a settled period that is calculated by now, from the API's answers."""
    answer = ask(_QUERY, period=period, asOf=Period.parse(period).day_after.isoformat())
    assert answer["attainments"]["unsettled"] == []
    assert not answer["attainments"]["pageInfo"]["hasNextPage"]
    return {
        "attainments": [
            {
                **_level(each),
                **_without(each, "serviceLevel", "defined", "consumer"),
                "inheritedFrom": _name(each["defined"]["inheritedFrom"]),
                "owedBy": _name(each["owedBy"]),
            }
            for each in _nodes(answer["attainments"])
        ],
        "breaches": [_breach(each) for each in _nodes(answer["breaches"])],
        "statements": [_statement(each) for each in _nodes(answer["statements"])],
        "creditImpact": [_impact(each) for each in answer["creditImpact"]["impacts"]],
        "quarantine": _nodes(_nodes(answer["settlementRuns"])[0]["quarantine"]),
        "sources": _nodes(answer["settlementRuns"])[0]["sources"],
        "terminationRights": [_right(each) for each in _nodes(answer["terminationRights"])],
        "findings": [_finding(each) for each in _nodes(answer["findings"])],
    }


def _nodes(connection: Any) -> list[Any]:
    return [edge["node"] for edge in connection["edges"]]


def _without(each: Any, *keys: str) -> dict[str, Any]:
    return {key: value for key, value in each.items() if key not in keys}


def _name(each: Any) -> str | None:
    return None if each is None else each["name"]


def _right(each: Any) -> dict[str, Any]:
    return {
        **_without(each, "accruedOn"),
        "agreement": _name(each["agreement"]),
        "accrued": each["accruedOn"],
        "scope": each["scope"].lower(),
        "services": [_name(service) for service in each["services"]],
        "grounds": [
            {**_without(ground, "isBreach"), "agreement": _name(ground["agreement"])}
            for ground in each["grounds"]
        ],
        # The API has the breaches themselves, where their periods were settled; printed is what they are called.
        "breaches": [
            {**_without(ground, "what", "struckOut", "isBreach"), "agreement": _name(ground["agreement"])}
            for ground in each["grounds"]
            if ground["isBreach"] and ground["struckOut"] is None
        ],
    }


def _level(each: Any) -> dict[str, Any]:
    level = each["serviceLevel"]
    found = {
        "agreement": level["agreement"]["name"],
        "serviceLevel": level["name"],
        "service": level["service"]["name"],
    }
    # Only what is measured for each customer by itself names its customer.
    return found | ({"consumer": each["consumer"]} if each.get("consumer") else {})


def _share(each: Any, part: str) -> str | None:
    return None if each is None else each[part]


def _part(each: Any, *, with_excuse: bool) -> dict[str, Any]:
    found = {
        "service": each["service"]["name"],
        "party": _name(each["party"]),
        "quantity": each["quantity"],
        "share": _share(each["share"], "decimal"),
    }
    return {**found, "excused": each["excused"]} if with_excuse else found


def _row(each: Any) -> dict[str, Any]:
    return {
        "party": _name(each["party"]),
        "reason": each["reason"],
        "cause": each["cause"],
        "answerable": _name(each["answerable"]),
        "agreement": _name(each["agreement"]),
        "services": [_part(part, with_excuse=False) for part in each["services"]],
        "quantity": each["quantity"],
        "impactShare": _share(each["impactShare"], "decimal"),
        "impactShareExact": _share(each["impactShare"], "exact"),
        "creditShare": _share(each["creditShare"], "decimal"),
        "creditShareExact": _share(each["creditShare"], "exact"),
        "credit": each["credit"],
        "necessary": each["necessary"],
        "sufficient": each["sufficient"],
        "valueWithout": each["valueWithout"],
        "paths": [[service["name"] for service in path] for path in each["paths"]],
    }


def _breach(each: Any) -> dict[str, Any]:
    trace = each["trace"]
    assert trace["instants"]["totalCount"] == len(trace["instants"]["edges"])
    return {
        **_level(each["attainment"]),
        "period": each["attainment"]["period"],
        "trace": {
            "method": trace["method"],
            "quantity": trace["quantity"],
            "unit": trace["unit"],
            "responsibilities": [_row(row) for row in trace["responsibilities"]],
            "instants": [
                {**instant, "causes": [_part(part, with_excuse=True) for part in instant["causes"]]}
                for instant in _nodes(trace["instants"])
            ],
            "absorbed": [
                {
                    "service": part["service"]["name"],
                    "party": part["party"]["name"],
                    "quantity": part["quantity"],
                }
                for part in trace["absorbed"]
            ],
            "moneyFollows": trace["moneyFollows"],
            "note": trace["note"],
        },
        "relief": each["relief"],
    }


def _statement(each: Any) -> dict[str, Any]:
    return {
        "agreement": each["agreement"]["name"],
        "consumer": _name(each["consumer"]) or "*",
        "period": each["period"],
        "lines": [{**_level(line), **_without(line, "serviceLevel", "consumer")} for line in each["lines"]],
        "gross": each["gross"],
        "net": each["net"],
        "bonuses": [{**_level(line), **_without(line, "serviceLevel")} for line in each["bonuses"]],
        "bonus": each["bonus"],
        "claimBy": each["claimBy"],
        "soleRemedy": each["soleRemedy"],
        "countTowardDamages": each["countsTowardDamages"],
        "earnBack": {
            "entries": [
                {
                    "kind": entry["kind"],
                    "amount": entry["amount"],
                    "serviceLevel": entry["level"],
                    "service": entry["service"],
                    "credited": entry["credited"],
                }
                for entry in each["ledger"]
            ],
            "balance": each["earnedBack"],
        },
    }


def _impact(each: Any) -> dict[str, Any]:
    rates = [
        {"from": rate["base"], "to": each["currency"], "rate": rate["rate"], "on": rate["on"]}
        for rate in each["rates"]
    ]
    return {**each, "parties": [_party(party) for party in each["parties"]], "rates": rates}


def _party(each: Any) -> dict[str, Any]:
    return {**each, "party": _name(each["party"]), "reasons": [_reason(reason) for reason in each["reasons"]]}


def _reason(each: Any) -> dict[str, Any]:
    nothing = {"agreement": None, "serviceLevel": None, "service": None}
    return {
        "code": each["code"],
        "amount": each["amount"],
        **(_level(each) if each["serviceLevel"] is not None else nothing),
        "explanation": each["explanation"],
    }


def _finding(each: Any) -> dict[str, Any]:
    return {
        **each,
        "agreement": _name(each["agreement"]),
        "serviceLevel": _name(each["serviceLevel"]),
        "service": _name(each["service"]),
        "figures": {figure["name"]: figure["value"] for figure in each["figures"]},
    }
