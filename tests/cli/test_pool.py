"""`filiform pool` prints what Python returns for the same table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from click.testing import CliRunner
from tests.cli import own_tables

from filiform.cli._app import program
from filiform.evidence.effects.effect_size import effect_size
from filiform.evidence.pooling.mantel_haenszel import mantel_haenszel
from filiform.evidence.pooling.peto import peto
from filiform.evidence.pooling.pool import pool
from filiform.evidence.pooling.subgroups import subgroups
from filiform.evidence.regression.meta_regression import meta_regression
from filiform.evidence.robustness.cumulative import cumulative
from filiform.evidence.robustness.leave_one_out import leave_one_out

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run

    from filiform.evidence.effects.result import Effects


@pytest.fixture
def bcg(tmp_path: Path) -> Path:
    return own_tables.write(tmp_path / "bcg.csv", own_tables.bcg())


def printed(*arguments: str | Path) -> str:
    """What the program prints."""
    done = CliRunner().invoke(program, list(map(str, arguments)), catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout


def as_json(*arguments: str | Path) -> Any:
    return json.loads(printed(*arguments, "--json"))


def same(found: Any, expected: object) -> bool:
    return bool(found == json.loads(json.dumps(expected)))


def tables() -> tuple[list[float], ...]:
    data = own_tables.bcg()
    a, b, c, d = (own_tables.numbers(data, name) for name in ("tpos", "tneg", "cpos", "cneg"))
    first = [x + y for x, y in zip(a, b, strict=True)]
    second = [x + y for x, y in zip(c, d, strict=True)]
    return a, first, c, second


def names() -> list[str]:
    return [str(name) for name in own_tables.bcg()["author"]]


def risk_ratios() -> Effects:
    a, n1, c, n2 = tables()
    return effect_size("RR", events1=a, n1=n1, events2=c, n2=n2, labels=names())


def test_the_terminal_pools_as_python_does(bcg: Path, run: Run) -> None:
    effects = risk_ratios()
    expected = pool(effects.yi, effects.vi, labels=names())
    answer = run("pool", bcg, "--measure", "RR", "--json")
    assert same(json.loads(answer.stdout), expected.to_dict())
    shown = printed("pool", bcg, "--measure", "RR")
    assert shown.startswith("bcg.csv: log risk ratio, from columns tpos, tneg, cpos, cneg\n")
    assert expected.summary() in shown


def test_every_choice_of_pooling_reaches_the_engine(bcg: Path) -> None:
    effects = risk_ratios()
    expected = pool(
        effects.yi,
        effects.vi,
        tau2="PM",
        interval="t",
        level=0.9,
        prediction="HTS",
        labels=names(),
    )
    words = ("--tau2", "PM", "--interval", "t", "--level", "0.9", "--prediction", "HTS")
    assert same(as_json("pool", bcg, "--measure", "rr", *words), expected.to_dict())


def test_tau2_may_be_a_number(bcg: Path) -> None:
    found = as_json("pool", bcg, "--tau2", "0.25")
    assert (found["tau2"], found["tau2_method"]) == (0.25, "given")


def test_effects_may_be_given_with_variances_or_standard_errors(tmp_path: Path) -> None:
    data = own_tables.bcg()
    y, v = (own_tables.numbers(data, name) for name in ("yi", "vi"))
    expected = pool(y, np.sqrt(v) ** 2, labels=[f"row {i}" for i in range(2, 15)])
    given: own_tables.Table = {"Estimate": list(y), "SE": [repr(x) for x in np.sqrt(v).tolist()]}
    path = own_tables.write(tmp_path / "given.csv", given)
    assert same(as_json("pool", path), expected.to_dict())
    assert "effects of columns Estimate and SE" in printed("pool", path)


def test_columns_may_be_named_on_the_command_line(tmp_path: Path) -> None:
    a, n1, c, n2 = tables()
    table: own_tables.Table = {"bcg": [*a], "bcg_all": [*n1], "none": [*c], "none_all": [*n2]}
    path = own_tables.write(tmp_path / "own.csv", table)
    roles = ("events1=bcg", "n1=bcg_all", "events2=none", "n2=none_all")
    words = [word for role in roles for word in ("--column", role)]
    found = as_json("pool", path, "--measure", "RR", *words)
    effects = risk_ratios()
    assert found["estimates"] == effects.yi.tolist()


def test_means_are_compared_from_six_columns(tmp_path: Path) -> None:
    # Normand 1999, stroke units, days in hospital: metafor's dat.normand1999, studies 1 and 2.
    text = "study,m1,sd1,n1,m2,sd2,n2\nEdinburgh,55,47,155,75,64,156\nOrpington,27,7,31,29,4,32\n"
    path = tmp_path / "stay.csv"
    path.write_text(text, encoding="utf-8")
    effects = effect_size(
        "MD",
        mean1=[55, 27],
        sd1=[47, 7],
        n1=[155, 31],
        mean2=[75, 29],
        sd2=[64, 4],
        n2=[156, 32],
        labels=["Edinburgh", "Orpington"],
    )
    expected = pool(effects.yi, effects.vi, labels=effects.labels)
    assert same(as_json("pool", path, "--measure", "MD"), expected.to_dict())


@pytest.mark.parametrize("separator", [";", "\t"])
def test_semicolons_and_tabs_separate_cells_too(tmp_path: Path, separator: str) -> None:
    path = own_tables.write(tmp_path / "bcg.csv", own_tables.bcg(), separator=separator)
    assert as_json("pool", path)["k"] == 13


def test_a_spreadsheets_mark_and_empty_rows_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xef\xbb\xbfyi,vi\r\n0.1,0.2\r\n,\r\n0.3,0.2\r\n")
    assert as_json("pool", path)["labels"] == ["row 2", "row 4"]


def test_subgroups_are_those_of_python(bcg: Path) -> None:
    effects = risk_ratios()
    groups = own_tables.bcg()["alloc"]
    expected = subgroups(effects.yi, effects.vi, groups, labels=names())
    found = as_json("pool", bcg, "--measure", "RR", "--subgroup", "alloc")
    assert same(found, expected.to_dict())


def test_moderators_are_numbers_or_levels(bcg: Path) -> None:
    effects, data = risk_ratios(), own_tables.bcg()
    moderators: dict[str, list[object]] = {
        "ablat": [*own_tables.numbers(data, "ablat")],
        "alloc": data["alloc"],
    }
    expected = meta_regression(
        effects.yi, effects.vi, moderators, formula="~ ablat + alloc", labels=names()
    )
    words = ("--moderator", "ablat", "--moderator", "alloc", "--formula", "~ ablat + alloc")
    assert same(as_json("pool", bcg, "--measure", "RR", *words), expected.to_dict())


@pytest.mark.parametrize("word", ["MH", "mantel-haenszel"])
def test_mantel_haenszel_pools_the_tables(bcg: Path, word: str) -> None:
    expected = mantel_haenszel(*tables(), measure="OR", labels=names())
    found = as_json("pool", bcg, "--measure", "OR", "--method", word)
    assert same(found, expected.to_dict())


def test_peto_pools_the_tables(bcg: Path) -> None:
    expected = peto(*tables(), labels=names())
    found = as_json("pool", bcg, "--measure", "PETO", "--method", "peto")
    assert same(found, expected.to_dict())


def test_leave_one_out_and_cumulative_stand_beside_the_pooled_effect(bcg: Path) -> None:
    effects, year = risk_ratios(), own_tables.numbers(own_tables.bcg(), "year")
    words = ("--leave-one-out", "--cumulative", "--order", "year")
    found = as_json("pool", bcg, "--measure", "RR", *words)
    out = leave_one_out(effects.yi, effects.vi, labels=names())
    grown = cumulative(effects.yi, effects.vi, order=year, labels=names())
    assert same(found["pooled"], pool(effects.yi, effects.vi, labels=names()).to_dict())
    assert found["leave_one_out"]["estimate"] == out.fits.estimate.tolist()
    assert found["cumulative"]["ci_low"] == grown.fits.ci_low.tolist()
    assert found["cumulative"]["order"] == list(grown.order)
    shown = printed("pool", bcg, "--measure", "RR", *words)
    assert out.summary() in shown
    assert grown.summary() in shown


def test_exp_shows_ratios_beside_their_logarithms(bcg: Path) -> None:
    fit = pool(risk_ratios().yi, risk_ratios().vi)
    expected = fit.back_transformed("RR")
    (row,) = as_json("pool", bcg, "--measure", "RR", "--exp")["back_transformed"]
    assert row["name"] == "mean effect"
    for name in ("estimate", "ci_low", "ci_high", "pi_low", "pi_high"):
        assert row[name] == getattr(expected, name)
    # The pooled risk ratio, 0.49, and its prediction interval.
    assert "mean effect  0.4894  0.3301 to 0.7257  0.1359 to 1.763" in printed(
        "pool", bcg, "--measure", "RR", "--exp"
    )


@pytest.mark.parametrize("words", [("--subgroup", "alloc"), ("--moderator", "ablat")])
def test_exp_works_for_every_row_of_a_result(bcg: Path, words: tuple[str, str]) -> None:
    rows = as_json("pool", bcg, *words, "--exp")["back_transformed"]
    expected = {"alloc": ["random", "alternate", "systematic", "all studies"]}
    assert [row["name"] for row in rows] == expected.get(words[1], ["intercept", "ablat"])
    assert all(row["ci_low"] <= row["estimate"] <= row["ci_high"] for row in rows)


def test_infinity_is_a_word_in_json(bcg: Path) -> None:
    assert as_json("pool", bcg, "--interval", "normal")["df"] == "Infinity"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ((), "Forest plot of 13 studies, Risk ratio"),
        (("--subgroup", "alloc"), "Subgroups: random"),
        (("--method", "MH"), "Forest plot of 13 studies"),
        (("--moderator", "ablat"), "Bubble plot of 13 studies: effect against ablat"),
        (("--leave-one-out",), "Leave-one-out forest plot"),
        (("--cumulative",), "Cumulative forest plot"),
        (("--plot-kind", "funnel"), "Funnel plot of 13 studies"),
        (("--plot-kind", "contour-funnel"), "Shaded by the p-value"),
        (("--plot-kind", "radial"), "Radial plot of 13 studies"),
        (("--plot-kind", "baujat"), "Baujat plot of 13 studies"),
        (("--plot-kind", "influence"), "Studentised residual of 13 studies"),
        (("--plot-kind", "influence", "--tau2", "0.1"), "Studentised residual of 13 studies"),
        (("--plot-kind", "labbe"), "L'Abbé plot of 13 studies"),
        (("--plot-kind", "funnel", "--subgroup", "alloc"), "Funnel plot of 13 studies"),
    ],
)
def test_each_plot_is_written(
    bcg: Path, tmp_path: Path, words: tuple[str, ...], shown: str
) -> None:
    target = tmp_path / "plot.svg"
    answer = printed("pool", bcg, "--measure", "RR", *words, "--plot", target)
    assert answer.endswith(f"The plot is in {target}.\n")
    assert shown in target.read_text(encoding="utf-8")


def test_a_forest_plot_takes_columns_judgements_directions_and_a_unit(tmp_path: Path) -> None:
    table = own_tables.bcg()
    table["bias"] = [*["low"] * 6, *["high"] * 7]
    path, target = own_tables.write(tmp_path / "bcg.csv", table), tmp_path / "forest.svg"
    words = ("--show", "year", "--risk-of-bias", "bias", "--favours", "BCG", "none")
    printed("pool", path, "--measure", "RR", *words, "--unit", "of cases", "--plot", target)
    text = target.read_text(encoding="utf-8")
    for part in (">year<", ">1948<", "Risk of bias: A bias", "←  BCG", "none  →", "(of cases)"):
        assert part in text


def test_help_is_there_without_numpy(run: Run) -> None:
    for command in ("pool", "network"):
        assert "CSV" in run(command, "--help").stdout
