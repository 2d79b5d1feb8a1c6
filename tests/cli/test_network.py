"""`filiform network` prints what Python returns for the same table, and refuses what is wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from click.testing import CliRunner
from tests.cli import own_tables

from filiform.cli._app import program
from filiform.errors import EvidenceError
from filiform.evidence.network.arms import network_arms
from filiform.evidence.network.component import component_network
from filiform.evidence.network.contribution import contributions
from filiform.evidence.network.data import network_contrasts
from filiform.evidence.network.decomposition import q_decomposition
from filiform.evidence.network.fit_network import fit_network
from filiform.evidence.network.league import league_table
from filiform.evidence.network.node_split import node_split
from filiform.evidence.network.ranking import p_scores

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run, Write

    from filiform.evidence.network.data import NetworkData

ARMS = ("--measure", "MD", "--reference", "placebo", "--small-values", "desirable")


@pytest.fixture
def senn(tmp_path: Path) -> Path:
    return own_tables.write(tmp_path / "senn.csv", own_tables.senn())


def printed(*arguments: str | Path) -> str:
    done = CliRunner().invoke(program, ["network", *map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout


def as_json(*arguments: str | Path) -> Any:
    return json.loads(printed(*arguments, "--json"))


def plain(value: object) -> Any:
    return json.loads(json.dumps(value))


def data() -> NetworkData:
    table = own_tables.senn()
    return network_arms(
        "MD",
        table["study"],
        table["treatment"],
        n=own_tables.numbers(table, "ni"),
        means=own_tables.numbers(table, "mi"),
        sds=own_tables.numbers(table, "sdi"),
    )


def test_the_terminal_fits_the_network_that_python_fits(senn: Path, run: Run) -> None:
    net = fit_network(data(), reference="placebo", small_values="desirable")
    answer = run("network", senn, *ARMS, "--json")
    found = json.loads(answer.stdout)
    assert found["network"] == plain(net.to_dict())
    assert found["league"] == plain(league_table(net).to_dict())
    assert found["ranking"] == plain(p_scores(net).to_dict())
    assert found["decomposition"] == plain(q_decomposition(net).to_dict())
    assert list(found) == ["network", "league", "ranking", "decomposition"]
    shown = printed(senn, *ARMS)
    for part in (net, league_table(net), p_scores(net), q_decomposition(net)):
        assert part.summary() in shown


def test_node_splits_contributions_and_choices_reach_the_engine(senn: Path) -> None:
    net = fit_network(data(), tau2="DL", reference="placebo", small_values="desirable", level=0.9)
    words = ("--tau2", "DL", "--level", "0.9", "--node-splits", "--contributions")
    found = as_json(senn, *ARMS, *words, "--model", "common")
    assert found["network"] == plain(net.to_dict())
    assert found["ranking"] == plain(p_scores(net, model="common").to_dict())
    assert found["node_splits"] == plain(node_split(net).to_dict())
    assert found["contributions"] == plain(contributions(net, model="common").to_dict())


def test_one_row_may_be_a_comparison(write: Write) -> None:
    text = "studlab,treat1,treat2,TE,seTE\n1,A,B,-1.0,0.2\n2,A,B,-0.6,0.2\n3,A,C,0.2,0.3\n"
    expected = fit_network(
        network_contrasts(
            [-1.0, -0.6, 0.2], [0.2, 0.2, 0.3], ["A", "A", "A"], ["B", "B", "C"], ["1", "2", "3"]
        )
    )
    assert as_json(write(text, "own.csv"))["network"] == plain(expected.to_dict())
    variances = "study,treatment1,treatment2,yi,vi\n1,A,B,1,0.04\n2,A,B,2,0.09\n"
    found = as_json(write(variances, "own.csv"), "--tau2", "0.5")["network"]
    assert (found["tau2"], found["tau2_method"]) == (0.5, "given")


def test_ratios_are_shown_as_ratios(write: Write) -> None:
    rows = ["1,A,5,50", "1,B,10,50", "2,A,3,40", "2,C,6,40", "3,B,9,60", "3,C,9,60"]
    path = write("study,treatment,events,n\n" + "\n".join(rows) + "\n", "own.csv")
    found = as_json(path, "--measure", "OR", "--exp")
    net = found["network"]
    cell = found["league"]["network"][1][0]
    names = found["league"]["treatments"]
    i, j = (net["treatments"].index(name) for name in (names[0], names[1]))
    assert cell["estimate"] == pytest.approx(np.exp(net["random"]["effects"][i][j]))


def test_combinations_may_add_up(write: Write) -> None:
    rows = ["1,A,none,1.0,0.1", "2,B,none,2.0,0.1", "3,A+B,none,3.5,0.1"]
    path = write("study,treatment1,treatment2,yi,sei\n" + "\n".join(rows) + "\n", "own.csv")
    words = ("--components", "--inactive", "none", "--tau2", "common")
    expected = component_network(
        network_contrasts(
            [1.0, 2.0, 3.5], [0.1] * 3, ["A", "B", "A+B"], ["none"] * 3, ["1", "2", "3"]
        ),
        inactive="none",
        tau2="common",
    )
    assert as_json(path, *words)["components"] == plain(expected.to_dict())
    assert "Additive components" in printed(path, *words)


def test_parts_that_no_trial_joins_are_joined_by_their_components(write: Write) -> None:
    rows = ["1,A,none,1.0,0.1", "2,A+B,B,1.2,0.1", "3,B,C,0.3,0.1"]
    path = write("study,treatment1,treatment2,yi,sei\n" + "\n".join(rows) + "\n", "own.csv")
    words = ("--components", "--inactive", "none", "--tau2", "common")
    assert list(as_json(path, *words)) == ["components"]
    assert "Additive components" in printed(path, *words)
    assert "falls into 2 parts" in refusal(path)
    assert "falls into 2 parts" in refusal(path, *words, "--plot", "a.svg")


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        (None, "Area: number of participants."),
        ("graph", "Network of 10 treatments"),
        ("forest", "Forest plot of a network of 10 treatments"),
        ("rankogram", "Rankogram of 10 treatments"),
        ("net-heat", "Net heat plot of 16 effects and 11 designs"),
    ],
)
def test_each_plot_is_written(senn: Path, tmp_path: Path, kind: str | None, shown: str) -> None:
    target = tmp_path / "plot.svg"
    words = () if kind is None else ("--plot-kind", kind)
    answer = printed(senn, *ARMS, "--plot", target, *words)
    assert answer.endswith(f"The plot is in {target}.\n")
    assert shown in target.read_text(encoding="utf-8")


CONTRASTS = "study,treatment1,treatment2,yi,sei\n1,A,B,1,0.2\n2,A,{},1,{}\n"
ROWS = "study,treatment,events,n\n1,A,1,10\n1,B,{},10\n"
TABLES = {
    (CONTRASTS.format("A", 1), None): "own.csv, row 3, column treatment2: found 'A', admissible is "
    "another treatment than in column treatment1",
    (CONTRASTS.format("C", 0), None): "own.csv, row 3, column sei: found '0', admissible is a num",
    (CONTRASTS.format("", 1), None): "own.csv, row 3, column treatment2: found an empty cell",
    (CONTRASTS.format("C", 1) + "3,D,E,1,1\n", None): "falls into 2 parts (A, B, C; D, E): analyse",
    (
        ROWS.format(11),
        "OR",
    ): "row 3, column events: found '11', admissible is at most the 10 of ",
    (ROWS.format(2), None): "own.csv: one row an arm needs --measure, one of OR, RR, RD",
    (ROWS.format(2), "MD"): "MD of arms needs columns for mean, sd, n; not found: mean, sd; name",
    (ROWS.format(2), "SMDD"): "own.csv: unknown measure 'SMDD': did you mean 'SMD'?",
    (ROWS.format(2) + "2,A,1,9\n", "OR"): "own.csv, row 4: study '2', arm 'A': is the only arm",
    (ROWS.format(2) + "1,A,1,9\n", "OR"): "own.csv, rows 2, 4: study '1', arm 'A': is given more",
    (
        CONTRASTS.format("C", 1) + "3,A,B,1,1\n3,A,C,1,1\n3,B,C,1,1\n",
        None,
    ): "own.csv, rows 4, 5, 6: "
    "study '3' of 3 arms (A, B, C): its effects contradict each other by 0.333",
    (CONTRASTS.format("C", 1) + "3,A,B,1,1\n3,A,C,1,1\n", None): "own.csv, rows 4, 5: study '3': 3 "
    "arms need 3 comparisons, 2 are given: add 'B' against 'C'",
    ("study,x\n1,2\n", None): "own.csv has no column for treatment: name it with --column treat",
    ("treatment,x\n1,2\n", None): "own.csv has no column for study: name it with --column study=",
}
WORDS = {
    ("--reference", "C"): "unknown treatment 'C'",
    ("--tau2", "RMEL"): "unknown tau2 estimator 'RMEL': did you mean 'REML'?",
    ("--model", "randm"): "unknown model 'randm': did you mean 'random'?",
    ("--small-values", "desirible"): "unknown small_values 'desirible': did you mean 'desirable'?",
    ("--inactive", "A"): "--inactive names a treatment for --components: give both, or neither",
    ("--measure", "MD", "--exp"): "MD is analysed as it is read, there is nothing to transform",
    ("--exp",): "--exp needs to know what the effects are: give --measure",
    ("--tolerance", "-1"): "tolerance -1.0 is no distance: give 0 or above",
    ("--plot", "a.jpg"): "the plot 'a.jpg' does not end in .svg, .png or .pdf: name it so",
    ("--plot-kind", "graph"): "--plot-kind says what --plot FILE draws: give the file as well",
    ("--plot", "a.svg", "--plot-kind", "grahp"): "unknown kind of plot 'grahp': did you mean 'gra",
    ("--plot", "a.svg", "--plot-kind", "net-heat"): "no design can be detached from this network",
}


def refusal(*arguments: str | Path) -> str:
    done = CliRunner().invoke(program, ["network", *map(str, arguments)])
    assert isinstance(done.exception, EvidenceError), done.output
    return str(done.exception)


@pytest.mark.parametrize(("text", "measure"), TABLES)
def test_a_faulty_table_gets_one_sentence(write: Write, text: str, measure: str | None) -> None:
    words = () if measure is None else ("--measure", measure)
    found = refusal(write(text, "own.csv"), *words)
    assert TABLES[text, measure] in found
    assert len(found.splitlines()) == 1


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_a_wrong_word_gets_one_sentence(write: Write, words: tuple[str, ...]) -> None:
    text = "study,treatment1,treatment2,yi,sei\n1,A,B,1,0.2\n2,A,B,1,0.3\n"
    found = refusal(write(text, "own.csv"), *words)
    assert WORDS[words] in found
    assert len(found.splitlines()) == 1


def test_rounded_comparisons_of_a_trial_may_contradict_each_other_as_far_as_is_said(
    write: Write,
) -> None:
    rows = "1,A,B,0.51,0.3\n1,A,C,0.74,0.3\n1,B,C,0.24,0.3\n"
    path = write(f"study,treatment1,treatment2,yi,sei\n{rows}", "own.csv")
    assert "contradict each other by" in refusal(path)
    assert printed(path, "--tolerance", "0.02").startswith("own.csv: 1 trial, 3 treatments")
