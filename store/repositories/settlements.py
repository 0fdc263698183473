"""Settlements: runs, and the results that they consist of.

The problem: a month of thousands of agreements is settled again whenever evidence arrives, and most of it stays as it
was. So each agreement's result is kept once, under the hash of everything that could have changed it, and a run only
names the results it consists of.

Example: after a correction for one service, the next run keeps the results of all agreements that do not stand on it.

Limits: results and runs are never changed. Reading any number of runs takes four statements: runs with their money,
attainments, breaches, statements.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import UnaryExpression
from sqlmodel import Session, col, func, insert, select

from domain.attainment import Attainment
from domain.evidence import QuarantinedRow, SourceSummary
from domain.periods import Period, PeriodRule
from ola.portfolio import Portfolio
from settlement.merging import merged
from settlement.results import AgreementResult, Breach, Settlement, Statement
from store.codec import Codec, Json, read_json
from store.mappers import ResultMapper
from store.records import Run, RunStatus
from store.tables import (
    AgreementResultRow,
    AttainmentRow,
    BreachRow,
    RunResultRow,
    RunRow,
    SettledMonthRow,
    StatementActRow,
    StatementRow,
)  # fmt: skip

__all__ = ["FinishedMonth", "RunHead", "Settlements"]

_CODEC = Codec()
_STEPS = select(func.count()).select_from(StatementActRow).scalar_subquery().label("steps")
_ROWS = TypeVar("_ROWS", AttainmentRow, BreachRow, StatementRow)


@dataclass(frozen=True, slots=True)
class RunHead:
    """A stored run with what its settlement needs besides the rows: its set of documents, money and findings."""

    seq: int
    run: Run
    set_id: str
    evidence_hash: str
    last_source: int
    quarantine: str
    sources: str
    findings: str
    rights: str
    credit_impact: Mapping[str, str]
    steps: int = 0
    """How many steps of statements of record had been taken when this was read: whether any is new costs nothing."""


@dataclass(frozen=True, slots=True)
class FinishedMonth:
    """One month of a run that is to be stored: the agreements' results by fingerprint, and the settlement."""

    month: Period
    results: tuple[tuple[str, AgreementResult], ...]
    settlement: Settlement


class Settlements:
    """The settlements of a store, within one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # ------------------------------------------------------------------------------------------- writing

    def known(self, fingerprints: Iterable[str], mapper: ResultMapper) -> Mapping[str, AgreementResult]:
        """The results that are kept under some fingerprints."""
        found: dict[str, AgreementResult] = {}
        for some in _chunks(sorted(set(fingerprints))):
            rows = self._session.exec(
                select(AgreementResultRow).where(col(AgreementResultRow.fingerprint).in_(some))
            ).all()
            ids = [row.id for row in rows if row.id is not None]
            attainments = _grouped(self._of_results(AttainmentRow, ids), mapper.attainment)
            breaches = _grouped(self._of_results(BreachRow, ids), mapper.breach)
            statements = _grouped(self._of_results(StatementRow, ids), mapper.statement)
            for row in rows:
                number = row.id or 0
                found[row.fingerprint] = AgreementResult(
                    row.agreement,
                    tuple(attainments.get(number, ())),
                    tuple(breaches.get(number, ())),
                    tuple(statements.get(number, ())),
                    mapper.findings(row.findings),
                    mapper.weighed(row.weighed),
                )
        return found

    def add(self, head: RunHead, months: Sequence[FinishedMonth], mapper: ResultMapper) -> Run:
        """Keep a run; ``head.seq`` and the run's id are given here. Gives the run as it is kept."""
        run = head.run
        earlier = self._session.exec(
            select(func.count()).select_from(RunRow).where(RunRow.period_name == run.period.name)
        ).one()
        run = replace(run, id=f"{run.period.name}.{earlier + 1}")
        row = RunRow(
            id=run.id,
            period_name=run.period.name,
            period=_CODEC.text(run.period),
            as_of=run.as_of.isoformat(),
            started_at=run.started_at,
            finished_at=run.finished_at or run.started_at,
            actor=run.actor,
            reason=run.reason,
            key=run.key,
            set_id=head.set_id,
            documents=run.documents,
            evidence_hash=head.evidence_hash,
            last_source=head.last_source,
            input_hash=run.input_hash or "",
            output_hash=run.output_hash or "",
            engine=run.engine,
            settled=run.settled,
            kept=run.kept,
            quarantine=head.quarantine,
            sources=head.sources,
            findings=head.findings,
            rights=head.rights,
        )
        self._session.add(row)
        self._session.flush()
        for month in months:
            self._add_month(row.seq or 0, month, mapper)
        return run

    def _add_month(self, run_seq: int, month: FinishedMonth, mapper: ResultMapper) -> None:
        impact = mapper.credit_impact_text(month.settlement.credit_impact)
        self._session.add(SettledMonthRow(run_seq=run_seq, month=month.month.name, credit_impact=impact))
        numbers = self._numbers(fingerprint for fingerprint, _ in month.results)
        new = {fingerprint: result for fingerprint, result in month.results if fingerprint not in numbers}
        heads = [
            {
                "fingerprint": fingerprint,
                "agreement": result.agreement,
                "month": month.month.name,
                "findings": mapper.findings_text(result.findings),
                "weighed": mapper.codec.text(result.weighed) if result.weighed else None,
            }
            for fingerprint, result in new.items()
        ]
        if heads:
            added = insert(AgreementResultRow).returning(
                col(AgreementResultRow.id), sort_by_parameter_order=True
            )
            given = self._session.execute(added, heads).scalars().all()
            numbers |= {each: number or 0 for each, number in zip(new, given, strict=True)}
        attainments: list[dict[str, Json]] = []
        breaches: list[dict[str, Json]] = []
        statements: list[dict[str, Json]] = []
        for fingerprint, result in new.items():
            number = numbers[fingerprint]
            for at, attainment in enumerate(result.attainments):
                attainments.append(mapper.attainment_row(number, at, attainment))
            for at, breach in enumerate(result.breaches):
                breaches.append(mapper.breach_row(number, at, breach))
            for at, statement in enumerate(result.statements):
                statements.append(mapper.statement_row(number, at, statement))
        for table, rows in ((AttainmentRow, attainments), (BreachRow, breaches), (StatementRow, statements)):
            if rows:
                self._session.execute(insert(table), rows)
        links = [
            {"run_seq": run_seq, "month": month.month.name, "result_id": numbers[fingerprint]}
            for fingerprint, _ in month.results
        ]
        if links:
            self._session.execute(insert(RunResultRow), links)

    def _numbers(self, fingerprints: Iterable[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for some in _chunks(sorted(set(fingerprints))):
            rows = self._session.exec(
                select(AgreementResultRow.fingerprint, AgreementResultRow.id).where(
                    col(AgreementResultRow.fingerprint).in_(some)
                )
            ).all()
            found.update({fingerprint: number for fingerprint, number in rows if number is not None})
        return found

    def _of_results(self, table: type[_ROWS], ids: Sequence[int]) -> Sequence[_ROWS]:
        return self._session.exec(
            select(table).where(col(table.result_id).in_(ids)).order_by(col(table.position))
        ).all()

    # ------------------------------------------------------------------------------------------- reading

    def heads(
        self, periods: Iterable[str] | None = None, latest_as_of: date | None = None
    ) -> tuple[RunHead, ...]:
        """The run that holds for each of some periods (None: all): the last one; one statement.

        With ``latest_as_of``: of those as known not later than that day, the ones of the latest as-of date, the last.
        """
        order: list[UnaryExpression[Any]] = [col(RunRow.seq).desc()]
        ranked_from = select(RunRow.seq)
        if latest_as_of is not None:
            order.insert(0, col(RunRow.as_of).desc())
            ranked_from = ranked_from.where(col(RunRow.as_of) <= latest_as_of.isoformat())
        if periods is not None:
            ranked_from = ranked_from.where(col(RunRow.period_name).in_(sorted(set(periods))))
        place = func.row_number().over(partition_by=col(RunRow.period_name), order_by=order).label("place")
        ranked = ranked_from.add_columns(place).subquery()
        asked = (
            select(RunRow, SettledMonthRow, _STEPS)
            .join(SettledMonthRow)
            .join(ranked, ranked.c.seq == RunRow.seq)
            .where(ranked.c.place == 1)
        )
        return self._heads(self._session.exec(asked).all())

    def head(self, run_id: str) -> RunHead | None:
        """One run."""
        asked = select(RunRow, SettledMonthRow, _STEPS).join(SettledMonthRow).where(RunRow.id == run_id)
        return next(iter(self._heads(self._session.exec(asked).all())), None)

    def runs(self, period: str | None = None) -> tuple[Run, ...]:
        """The runs (of one period), newest first."""
        asked = select(RunRow).order_by(col(RunRow.seq).desc())
        if period is not None:
            asked = asked.where(RunRow.period_name == period)
        return tuple(_run(row) for row in self._session.exec(asked))

    def settlements(
        self, heads: Sequence[RunHead], portfolios: Mapping[str, Portfolio]
    ) -> Mapping[int, Settlement]:
        """The settlements of some runs, by their number, in three statements; ``portfolios`` by set of documents."""
        if not heads:
            return {}
        mappers = {set_id: ResultMapper.of(portfolios[set_id]) for set_id in {head.set_id for head in heads}}
        by_run = {head.seq: mappers[head.set_id] for head in heads}
        attainments = self._of_runs(AttainmentRow, by_run)
        breaches = self._of_runs(BreachRow, by_run)
        statements = self._of_runs(StatementRow, by_run)
        found = {}
        for head in heads:
            mapper = by_run[head.seq]
            months = [
                _month(
                    head,
                    month,
                    [mapper.attainment(row) for row in attainments.get((head.seq, month.name), ())],
                    [mapper.breach(row) for row in breaches.get((head.seq, month.name), ())],
                    [mapper.statement(row) for row in statements.get((head.seq, month.name), ())],
                    mapper,
                )
                for month in PeriodRule.month().ending_in(head.run.period)
                if month.name in head.credit_impact
            ]
            whole = months[0] if head.run.period == months[0].period else merged(head.run.period, months)
            found[head.seq] = replace(
                whole, findings=mapper.findings(head.findings), rights=mapper.rights(head.rights)
            )
        return found

    def _of_runs(self, table: type[_ROWS], runs: Iterable[int]) -> Mapping[tuple[int, str], Sequence[_ROWS]]:
        asked = (
            select(RunResultRow.run_seq, RunResultRow.month, table)
            .join(table, col(table.result_id) == col(RunResultRow.result_id))
            .where(col(RunResultRow.run_seq).in_(sorted(runs)))
            .order_by(col(table.result_id), col(table.position))
        )
        found: dict[tuple[int, str], list[_ROWS]] = {}
        for run_seq, month, row in self._session.exec(asked):
            found.setdefault((run_seq, month), []).append(row)
        return found

    def _heads(self, rows: Sequence[tuple[RunRow, SettledMonthRow, int]]) -> tuple[RunHead, ...]:
        months: dict[int, dict[str, str]] = {}
        by_seq: dict[int, RunRow] = {}
        steps = 0
        for row, month, steps in rows:  # noqa: B007 - each row says the same number of steps
            by_seq[row.seq or 0] = row
            months.setdefault(row.seq or 0, {})[month.month] = month.credit_impact
        return tuple(
            RunHead(
                seq,
                _run(by_seq[seq]),
                by_seq[seq].set_id,
                by_seq[seq].evidence_hash,
                by_seq[seq].last_source,
                by_seq[seq].quarantine,
                by_seq[seq].sources,
                by_seq[seq].findings,
                by_seq[seq].rights or "[]",
                months[seq],
                steps,
            )
            for seq in sorted(by_seq)
        )


def _month(
    head: RunHead,
    month: Period,
    attainments: list[Attainment],
    breaches: list[Breach],
    statements: list[Statement],
    mapper: ResultMapper,
) -> Settlement:
    """A month from its parts, in the order in which a settlement has them."""
    attainments.sort(key=lambda each: (*each.of.order(), each.period.last))
    breaches.sort(key=lambda each: each.attainment.of.agreement.name)
    statements.sort(key=lambda each: each.agreement)
    return Settlement(
        month,
        head.run.as_of,
        tuple(attainments),
        tuple(breaches),
        tuple(statements),
        mapper.credit_impact(head.credit_impact[month.name]),
        (),
        _CODEC.decode_many(QuarantinedRow, read_json(head.quarantine)),
        _CODEC.decode_many(SourceSummary, read_json(head.sources)),
    )


def _run(row: RunRow) -> Run:
    return Run(
        id=row.id,
        period=_CODEC.read(Period, row.period),
        as_of=date.fromisoformat(row.as_of),
        status=RunStatus.DONE,
        started_at=row.started_at,
        finished_at=row.finished_at,
        actor=row.actor,
        reason=row.reason,
        key=row.key,
        documents=row.documents,
        input_hash=row.input_hash,
        output_hash=row.output_hash,
        engine=row.engine,
        settled=row.settled,
        kept=row.kept,
        stage="done",
        done=row.settled + row.kept,
        total=row.settled + row.kept,
    )


def _grouped(rows: Iterable[Any], value: Any) -> dict[int, list[Any]]:  # noqa: ANN401 - rows of one table and their values
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.result_id, []).append(value(row))
    return found


def _chunks(names: Sequence[str], size: int = 500) -> Iterable[Sequence[str]]:
    for start in range(0, len(names), size):
        yield names[start : start + size]
