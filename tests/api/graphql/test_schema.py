"""The schema that is committed, its words, and what it promises to clients."""

from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    is_introspection_type,
    is_specified_scalar_type,
)

from api.serving.published import graphql_text, openapi_text

OPENAPI = Path(__file__).parents[3] / "openapi"
COMMITTED = (OPENAPI / "schema.graphql").read_text(encoding="utf-8")
SCHEMA: GraphQLSchema = build_schema(COMMITTED)
CURE = "make schema"

QUERIES = {
    "evidenceSources": "",
    "node": "id",
    "parties": "role first after",
    "party": "name",
    "services": "provider first after",
    "service": "name",
    "agreements": "type party state asOf first after",
    "agreement": "name asOf",
    "dependencyGraph": "root direction depth asOf",
    "attainments": "period agreement status asKnownAt first after",
    "breaches": "period from to agreement responsible asKnownAt first after",
    "statements": "period type party first after",
    "claims": "asOf period agreement status dueWithin first after",
    "creditImpact": "period to asKnownAt",
    "statementsToAdjust": "period first after",
    "scorecard": "party from to",
    "terminationRights": "party agreement status asOf first after",
    "findings": "agreement severity kind first after",
    "settlementRuns": "period first after",
    "agreementDifference": "agreement from to effect",
    "dossier": "subject from asOf isReview",
    "calendar": "from to agreement asOf first after",
    "auditTrail": "subject action first after",
    "reliefs": "agreement status asOf first after",
    "simulateOutage": "service from to cause",
    "whatIf": "period documents",
    "baseNumbers": "agreement asOf",
    "concentration": "asOf",
    "dependents": "party service asOf",
    "failureSets": "agreement service by most asOf",
    "singlePointsOfFailure": "agreement service asOf",
}
"""The binding questions of the design whose subject exists by now, with their arguments."""

ORDERS = {
    "agreementPropose", "agreementSign", "agreementTransition", "breachNoticeServe", "evidenceSubmit", "portfolioLoad",
    "reliefClaim", "reliefDecide", "settlementRun", "terminationRightExercise", "terminationRightWaive",
    "statementIssue", "statementDispute", "statementUphold", "statementAdjust", "statementSettle", "creditClaim",
}  # fmt: skip
"""The binding orders of the design that exist by now: noun first."""

FIELDS = {
    "Money": "amount currency",
    "Party": "id name title role parent children services agreements",
    "Service": "id name title provider measured dependsOn supports agreements",
    "Agreement": "id name title version versions type structure provider consumer services state term charges calendar "
    "serviceLevels underpinnedBy underpins statements terminationRights findings",
    "Underpinning": "agreement service path",
    "ServiceShare": "service party quantity share",
    "ServiceLevel": "id name clause agreement service metric window period target minimum critical attainment history",
    "Attainment": "serviceLevel period status value numerator denominator unit margin breach explanation evidence",
    "Breach": "id attainment detectedAt trace credit relief",
    "Trace": "method quantity unit responsibilities instants explanation",
    "Responsibility": "party reason answerable agreement services quantity impactShare creditShare credit necessary "
    "sufficient valueWithout paths",
    "TraceInstant": "from to ticket causes",
    "Statement": "id agreement period version status lines gross net claimBy issuedAt adjustments explanation",
    "CreditLine": "serviceLevel clause scheme value points percent base amount net explanation",
    "Explanation": "rule clause value inputs steps",
    "CreditImpact": "period currency payable recoverable internal gap overRecovery parties",
    "PartyImpact": "party caused recoverable internal gap overRecovery reasons breaches",
    "GapReason": "code amount serviceLevel explanation",
    "Finding": "code severity kind message agreement serviceLevel clauses figures cure",
}
"""The binding names of the design whose subject exists by now."""


def own_types() -> list[GraphQLNamedType]:
    return [
        each
        for each in SCHEMA.type_map.values()
        if not is_introspection_type(each) and not is_specified_scalar_type(each)
    ]


def object_type(name: str) -> GraphQLObjectType:
    found = SCHEMA.type_map[name]
    assert isinstance(found, GraphQLObjectType)
    return found


def test_the_committed_schema_is_the_one_that_the_code_makes() -> None:
    assert graphql_text() == COMMITTED, f"mend it with: {CURE}"


def test_the_committed_openapi_document_is_the_one_that_the_code_makes() -> None:
    assert (OPENAPI / "openapi.json").read_text(encoding="utf-8") == openapi_text(), f"mend it with: {CURE}"


def test_every_type_field_argument_and_value_is_described() -> None:
    silent: list[str] = []
    for each in own_types():
        if not each.description:
            silent.append(each.name)
        if isinstance(each, GraphQLEnumType):
            silent += [f"{each.name}.{name}" for name, value in each.values.items() if not value.description]
        if isinstance(each, GraphQLInputObjectType):
            silent += [f"{each.name}.{name}" for name, field in each.fields.items() if not field.description]
        if isinstance(each, GraphQLObjectType | GraphQLInterfaceType):
            for name, output in each.fields.items():
                silent += [] if output.description else [f"{each.name}.{name}"]
                silent += [
                    f"{each.name}.{name}({key})" for key, arg in output.args.items() if not arg.description
                ]
    assert silent == []


def test_every_query_of_the_design_whose_subject_exists_is_there() -> None:
    assert SCHEMA.query_type is not None
    fields = SCHEMA.query_type.fields
    assert {name: " ".join(field.args) for name, field in fields.items()} == QUERIES


def test_the_orders_are_named_noun_first() -> None:
    assert SCHEMA.mutation_type is not None
    assert set(SCHEMA.mutation_type.fields) >= ORDERS


def test_a_settlement_can_be_watched() -> None:
    assert SCHEMA.subscription_type is not None
    assert sorted(SCHEMA.subscription_type.fields) == ["breachDetected", "settlementProgress"]


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_a_type_of_the_design_has_its_fields(name: str) -> None:
    assert set(FIELDS[name].split()) <= set(object_type(name).fields)


@pytest.mark.parametrize(
    "name", ["Party", "Service", "Agreement", "ServiceLevel", "Breach", "Statement", "SettlementRun"]
)
def test_what_has_an_id_is_a_node(name: str) -> None:
    assert [each.name for each in object_type(name).interfaces] == ["Node"]
    assert str(object_type(name).fields["id"].type) == "ID!"


def test_every_connection_has_what_relay_clients_read() -> None:
    connections = [each for each in own_types() if each.name.endswith("Connection")]
    assert len(connections) >= 14
    for each in connections:
        assert isinstance(each, GraphQLObjectType)
        entry = each.name.removesuffix("Connection")
        assert {"edges", "pageInfo", "totalCount"} <= set(each.fields)
        assert str(each.fields["edges"].type) == f"[{entry}Edge!]!"
        assert str(object_type(f"{entry}Edge").fields["node"].type) == f"{entry}!"


def test_exact_numbers_are_text_and_never_floats() -> None:
    assert "Float" not in SCHEMA.type_map
    assert str(object_type("Money").fields["amount"].type) == "Decimal!"
