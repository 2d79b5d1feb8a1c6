"""`filiform pool`: a meta-analysis of a person's own table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from filiform.cli._pool_plots import Drawing, Shown, draw, kind_of_plot
from filiform.cli._pool_read import read_studies, reads_as
from filiform.cli._progress import Progress
from filiform.cli._roles import columns_of
from filiform.cli._sheet import read_sheet
from filiform.cli._to_json import to_json
from filiform.errors import EvidenceError, unknown
from filiform.evidence.effects.transform import back_transform
from filiform.evidence.plots import save
from filiform.evidence.pooling.mantel_haenszel import mantel_haenszel
from filiform.evidence.pooling.peto import peto
from filiform.evidence.pooling.pool import pool
from filiform.evidence.pooling.pooled import Pooled
from filiform.evidence.pooling.subgroups import Subgroups, subgroups
from filiform.evidence.regression.meta_regression import meta_regression
from filiform.evidence.regression.result import MetaRegression
from filiform.evidence.robustness.cumulative import cumulative
from filiform.evidence.robustness.leave_one_out import leave_one_out
from filiform.evidence.wording import between, shown, table

if TYPE_CHECKING:
    from pathlib import Path

    from filiform.cli._pool_read import Studies
    from filiform.cli._sheet import Sheet
    from filiform.evidence.pooling.common_effect import CommonEffect
    from filiform.evidence.robustness.leave_one_out import Series

    Result = Pooled | Subgroups | MetaRegression | CommonEffect

_METHODS: Final = ("inverse_variance", "mantel_haenszel", "peto")
_SHORT: Final = {"iv": "inverse_variance", "mh": "mantel_haenszel"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The words of the command line, None or () where one was left out."""

    data: Path
    measure: str | None
    columns: tuple[str, ...]
    study: str | None
    method: str
    tau2: str
    interval: str
    level: float
    prediction: str
    zero_cells: str | None
    subgroup: str | None
    moderators: tuple[str, ...]
    formula: str | None
    leave_one_out: bool
    cumulative: bool
    order: str | None
    exp: bool
    drawing: Drawing


def answer(wanted: Wanted, *, as_json: bool) -> str:
    """Return what to print; write the plot where one is asked for.

    Raises:
        EvidenceError: for a table, a word or numbers that cannot be used.
    """
    kind = kind_of_plot(wanted.drawing, _default_plot(wanted))
    sheet = read_sheet(wanted.data)
    columns = columns_of(sheet, wanted.columns)
    studies = read_studies(
        columns, measure=wanted.measure, study=wanted.study, zero_cells=wanted.zero_cells
    )
    if wanted.exp and reads_as(studies.measure) is None:
        raise EvidenceError(
            f"{studies.measure} is pooled as it is read, there is nothing to transform back: "
            "leave --exp out"
        )
    with Progress(3) as progress:
        result = _pooled(wanted, sheet, studies)
        progress.step()
        series = _series(wanted, sheet, studies)
        progress.step()
        if kind is not None and wanted.drawing.path is not None:
            axes = draw(kind, Shown(wanted.drawing, result, series, studies, sheet))
            save(axes, wanted.drawing.path)
        progress.step()
    if as_json:
        return to_json(_as_dict(wanted, result, series, studies))
    return _text(wanted, result, series, studies)


def _default_plot(wanted: Wanted) -> str:
    if wanted.moderators:
        return "bubble"
    if wanted.cumulative:
        return "cumulative"
    return "leave_one_out" if wanted.leave_one_out else "forest"


def _pooled(wanted: Wanted, sheet: Sheet, studies: Studies) -> Result:
    method = _method(wanted.method)
    if wanted.subgroup and wanted.moderators:
        raise EvidenceError("--subgroup and --moderator ask two questions: ask them one by one")
    if method != _METHODS[0]:
        return _tables(wanted, studies, method)
    y, v, tau2 = studies.estimates, studies.variances, number_or_word(wanted.tau2)
    if wanted.subgroup:
        groups = sheet.texts(wanted.subgroup)
        if not isinstance(tau2, str):
            raise EvidenceError("subgroups estimate their own tau2: give an estimator, as REML")
        return subgroups(
            y,
            v,
            groups,
            tau2=tau2,
            interval=wanted.interval,
            level=wanted.level,
            labels=studies.labels,
            prediction=wanted.prediction,
        )
    if wanted.moderators:
        return meta_regression(
            y,
            v,
            {name: _moderator(sheet, name) for name in wanted.moderators},
            formula=wanted.formula,
            tau2=tau2,
            interval=wanted.interval,
            level=wanted.level,
            labels=studies.labels,
        )
    if wanted.formula:
        raise EvidenceError("--formula needs the columns it names: give each as --moderator COLUMN")
    return pool(
        y,
        v,
        tau2=tau2,
        interval=wanted.interval,
        level=wanted.level,
        labels=studies.labels,
        prediction=wanted.prediction,
    )


def _method(word: str) -> str:
    name = word.casefold().replace("-", "_")
    name = _SHORT.get(name, name)
    if name not in _METHODS:
        raise EvidenceError(unknown("method", word, (*_METHODS, "MH")))
    return name


def _tables(wanted: Wanted, studies: Studies, method: str) -> CommonEffect:
    """Pool the 2 × 2 tables themselves."""
    if wanted.subgroup or wanted.moderators:
        raise EvidenceError(
            f"{method} has no subgroups or moderators: leave --method out, or pool each part"
        )
    roles = ("events1", "n1", "events2", "n2")
    if studies.effects is None or set(studies.inputs) != set(roles):
        raise EvidenceError(
            f"{method} pools 2 × 2 tables: name columns for {', '.join(roles)} and give --measure "
            "OR, RR or RD (PETO for peto)"
        )
    a, n1, c, n2 = (studies.inputs[role] for role in roles)
    if method == "peto":
        return peto(a, n1, c, n2, level=wanted.level, labels=studies.labels)
    measure = studies.measure or ""
    return mantel_haenszel(a, n1, c, n2, measure=measure, level=wanted.level, labels=studies.labels)


def _moderator(sheet: Sheet, name: str) -> list[float] | list[str]:
    """Return numbers where all cells are numbers, else texts: the levels of a factor."""
    cells = sheet.texts(name)
    try:
        return sheet.numbers(name)
    except EvidenceError:
        return cells


def number_or_word(tau2: str) -> str | float:
    """Return a between-study variance where one was given, else the word of an estimator."""
    try:
        return float(tau2)
    except ValueError:
        return tau2


def _series(wanted: Wanted, sheet: Sheet, studies: Studies) -> dict[str, Series]:
    found: dict[str, Series] = {}
    if wanted.order and not wanted.cumulative:
        raise EvidenceError("--order says how --cumulative adds the studies: give both, or neither")
    if (wanted.leave_one_out or wanted.cumulative) and not isinstance(
        number_or_word(wanted.tau2), str
    ):
        raise EvidenceError(
            f"--leave-one-out and --cumulative estimate tau² each time, {wanted.tau2} was given: "
            "give an estimator such as REML, or leave them out"
        )
    options = {"tau2": wanted.tau2, "interval": wanted.interval}
    if wanted.leave_one_out:
        found["leave_one_out"] = leave_one_out(
            studies.estimates,
            studies.variances,
            level=wanted.level,
            labels=studies.labels,
            **options,
        )
    if wanted.cumulative:
        found["cumulative"] = cumulative(
            studies.estimates,
            studies.variances,
            order=sheet.numbers(wanted.order) if wanted.order else None,
            level=wanted.level,
            labels=studies.labels,
            **options,
        )
    return found


def _as_dict(
    wanted: Wanted, result: Result, series: dict[str, Series], studies: Studies
) -> dict[str, object]:
    found = result.to_dict()
    if wanted.exp:
        rows = _transformed(result, studies)
        found = {**found, "back_transformed": [row.to_dict() for row in rows]}
    if not series:
        return found
    return {"pooled": found, **{name: one.to_dict() for name, one in series.items()}}


def _text(wanted: Wanted, result: Result, series: dict[str, Series], studies: Studies) -> str:
    parts = [f"{wanted.data.name}: {studies.origin}", result.summary()]
    if wanted.exp:
        rows = [
            [row.name, shown(row.estimate), *row.intervals()]
            for row in _transformed(result, studies)
        ]
        header = ["", studies.measure or "exp", "interval", "new study"]
        parts.append(f"as it is read\n\n{table(header, rows)}")
    parts += [one.summary() for one in series.values()]
    if wanted.drawing.path is not None:
        parts.append(f"The plot is in {wanted.drawing.path}.")
    return "\n\n".join(parts)


@dataclass(frozen=True, slots=True)
class Read:
    """An estimate and its intervals on the scale that people read."""

    name: str
    estimate: float
    ci_low: float
    ci_high: float
    pi_low: float | None
    pi_high: float | None

    def intervals(self) -> tuple[str, str]:
        """Return the two intervals in words."""
        return between(self.ci_low, self.ci_high), between(self.pi_low, self.pi_high)

    def to_dict(self) -> dict[str, object]:
        """Return all fields."""
        return {name: getattr(self, name) for name in self.__slots__}


def _transformed(result: Result, studies: Studies) -> list[Read]:
    kind = reads_as(studies.measure) or "identity"
    if isinstance(result, Subgroups):
        named = zip((*result.names, "all studies"), (*result.groups, result.overall), strict=True)
        return [_read(kind, name, fit) for name, fit in named]
    if isinstance(result, MetaRegression):
        return [
            Read(
                one.name,
                back_transform(kind, one.estimate),
                back_transform(kind, one.ci_low),
                back_transform(kind, one.ci_high),
                None,
                None,
            )
            for one in result.coefficients
        ]
    return [_read(kind, "mean effect", result)]


def _read(kind: str, name: str, fit: Pooled | CommonEffect) -> Read:
    limits = (fit.pi_low, fit.pi_high) if isinstance(fit, Pooled) else (None, None)
    pi_low, pi_high = (None if x is None else back_transform(kind, x) for x in limits)
    middle, low, high = (back_transform(kind, x) for x in (fit.estimate, fit.ci_low, fit.ci_high))
    return Read(name, middle, low, high, pi_low, pi_high)
