"""Bad tables and words for `filiform pool`: one sentence that names the row and the column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from tests.cli import own_tables

from filiform.cli._app import program
from filiform.errors import EvidenceError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run, Write

MD = "study,mean1,sd1,n1,mean2,sd2,n2\nA,5,2,10,6,2,10\nB,5,{},10,6,2,10\n"
RR = "ai,n1i,ci,n2i\n1,10,2,10\n{},10,2,10\n"

TABLES = {
    (MD.format("-2"), "MD"): "own.csv, row 3, column sd1: found '-2', admissible is a number of 0",
    (MD.format(""), "MD"): "own.csv, row 3, column sd1: found an empty cell, admissible is a name",
    (MD.format("nan"), "MD"): "row 3, column sd1: found 'nan', admissible is a number of 0 or more",
    (MD.format("inf"), "MD"): "row 3, column sd1: found 'inf', admissible is a number of 0 or more",
    (MD.format("1_0"), "MD"): "row 3, column sd1: found '1_0', admissible is a number of 0 or more",
    (MD.format("two"), "MD"): "row 3, column sd1: found 'two', admissible is a number of 0 or more",
    (MD.format('"2,5"'), "MD"): "row 3, column sd1: found '2,5', admissible is a number of 0",
    (MD.format("9" * 99 + "x"), "MD"): "9'…, admissible is a number of 0 or more",
    (MD.format("2,2"), "MD"): "own.csv, row 3: found 8 cells, admissible are 7 as in the header",
    (MD.format('"2'), "MD"): "own.csv is no CSV table: unexpected end of data; check its quotes",
    (
        RR.format("11"),
        "RR",
    ): "row 3, column ai: found '11', admissible is at most the 10 of column",
    (RR.format("-1"), "RR"): "own.csv, row 3, column ai: found '-1', admissible is a number of 0",
    (RR.format("1").replace("10,2,10\n1", "0,0,10\n0"), "RR"): "row 2, column n1i: found '0'",
    ("ai,bi,ci,di\n0,0,1,9\n", "RR"): "row 2, column bi: found '0', admissible is more people",
    ("yi,vi\n0.1,0\n", None): "row 2, column vi: found '0', admissible is a number above 0",
    ("yi,sei\nx,1\n", None): "row 2, column yi: found 'x', admissible is a number, with a point",
    ("yi\n0.1\n", None): "own.csv has no column for vi: name it with --column vi=…, one of yi",
    ("a,b\n1,2\n", None): "own.csv has no column for yi: name it with --column yi=…, one of a, b",
    ("a,b\n1,2\n", "MD"): "MD needs columns for mean1, sd1, n1, mean2, sd2, n2, or for yi and vi",
    ("", None): "own.csv is empty: a header and a row for each study are needed",
    ("\n\n", None): "own.csv is empty: a header and a row for each study are needed",
    ("yi,vi\n", None): "own.csv has a header and no row: a row for each study is needed",
    ("yi,\n1,2\n", None): "row 1: column 2 is called an empty cell, admissible is a name",
    ("yi,yi\n1,2\n", None): "own.csv, row 1: two columns are called 'yi': give each its own name",
    ("study,yi,vi\n,1,1\n", None): "row 2, column study: found an empty cell, admissible is a name",
    ("ni,ri\n3,1\n", "ZCOR"): "own.csv: study 'row 2': ",
}

GOOD = "study,yi,vi,group,year\nA,0.1,0.2,x,2001\nB,0.3,0.1,y,2003\nC,0.2,0.1,x,2004\n"
WORDS = {
    ("--measure", "MDD"): "unknown measure 'MDD': did you mean 'MD'?",
    ("--tau2", "RMEL"): "unknown tau2 estimator 'RMEL': did you mean 'REML'?",
    ("--tau2", "-1"): "tau2 -1.0 is not admissible: give 0 or a finite number above",
    ("--interval", "hartung_knap"): "did you mean 'hartung_knapp'?",
    ("--level", "95"): "level 95.0 is not strictly between 0 and 1",
    ("--prediction", "HKS"): "unknown prediction interval 'HKS': did you mean 'HK'?",
    ("--method", "petro"): "unknown method 'petro': did you mean 'peto'?",
    ("--method", "peto"): "peto pools 2 × 2 tables: name columns for events1, n1, events2, n2",
    ("--method", "MH", "--subgroup", "group"): "mantel_haenszel has no subgroups or moderators",
    ("--subgroup", "grup"): "unknown column 'grup': did you mean 'group'?",
    ("--subgroup", "group", "--tau2", "0.1"): "subgroups estimate their own tau2",
    ("--subgroup", "group", "--moderator", "year"): "ask two questions: ask them one by one",
    ("--moderator", "yaer"): "unknown column 'yaer': did you mean 'year'?",
    ("--formula", "~ year"): "--formula needs the columns it names: give each as --moderator",
    ("--tau2", "0.1", "--leave-one-out"): "estimate tau² each time, 0.1 was given: give an",
    ("--tau2", "0.1", "--cumulative"): "estimate tau² each time, 0.1 was given: give an",
    ("--order", "year"): "--order says how --cumulative adds the studies: give both, or neither",
    ("--cumulative", "--order", "group"): "row 2, column group: found 'x', admissible is a number",
    ("--study", "stdy"): "unknown column 'stdy': did you mean 'study'?",
    ("--column", "yi"): "--column 'yi' has no '=': write --column mean1=HEADER",
    ("--column", "meen1=yi"): "unknown role of a column 'meen1': did you mean 'mean1'?",
    ("--column", "yi=yy"): "unknown column 'yy'",
    ("--measure", "MD", "--exp"): "MD is pooled as it is read, there is nothing to transform back",
    ("--plot", "a.jpg"): "the plot 'a.jpg' does not end in .svg, .png or .pdf: name it so",
    ("--plot-kind", "forest"): "--plot-kind says what --plot FILE draws: give the file as well",
    ("--plot", "a.svg", "--plot-kind", "forrest"): "unknown kind of plot 'forrest': did you mean",
    ("--plot", "a.svg", "--plot-kind", "labbe"): "a L'Abbé plot shows the risks of two groups",
    ("--plot", "a.svg", "--plot-kind", "bubble"): "a bubble plot shows a meta-regression",
    ("--plot", "a.svg", "--plot-kind", "cumulative"): "give --cumulative to have its plot drawn",
    ("--plot", "a.svg", "--show", "yr"): "unknown column 'yr': did you mean 'year'?",
    ("--plot", "a.svg", "--risk-of-bias", "group"): "study 'A', 'group': unknown judgement",
    ("--plot", "nowhere/a.svg"): "cannot write nowhere/a.svg: No such file or directory",
    ("--moderator", "year", "--plot", "a.svg", "--plot-kind", "forest"): "has no forest plot",
    ("--moderator", "year", "--plot", "a.svg", "--plot-kind", "funnel"): "shows pooled studies",
    ("--tau2", "0.1", "--plot", "a.svg", "--plot-kind", "baujat"): "give --tau2 as a word",
}


def refusal(*arguments: str | Path) -> str:
    """The sentence of the error that a command ends in."""
    done = CliRunner().invoke(program, ["pool", *map(str, arguments)])
    assert isinstance(done.exception, EvidenceError), done.output
    return str(done.exception)


@pytest.mark.parametrize(("text", "measure"), TABLES)
def test_a_faulty_table_gets_one_sentence(write: Write, text: str, measure: str | None) -> None:
    words = () if measure is None else ("--measure", measure)
    found = refusal(write(text, "own.csv"), *words)
    assert TABLES[text, measure] in found
    assert len(found.splitlines()) == 1


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_a_wrong_word_gets_one_sentence(
    write: Write, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    found = refusal(write(GOOD, "own.csv"), *words)
    assert WORDS[words] in found
    assert len(found.splitlines()) == 1
    assert not (tmp_path / "a.svg").exists()


def test_a_factor_has_no_bubble_plot(write: Write, tmp_path: Path) -> None:
    text = GOOD + "D,0.5,0.1,y,2005\n"
    words = ("--moderator", "group", "--plot", tmp_path / "a.svg")
    found = refusal(write(text, "own.csv"), *words)
    assert "a bubble plot needs a moderator of numbers: draw a forest plot with --subgroup" in found


def test_a_ratio_too_large_for_a_number_is_refused(write: Write) -> None:
    found = refusal(write("yi,vi\n5000,1\n5001,1\n", "own.csv"), "--exp")
    assert "is more than a number can hold: is this effect the logarithm of a ratio?" in found


def test_junk_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "junk.csv"
    path.write_bytes(bytes(range(256)) * 100)
    assert "junk.csv is no text in UTF-8 (byte 129): save it as CSV in UTF-8" in refusal(path)
    path.write_bytes(b"a" * 200_000 + b"\n1\n")
    assert "junk.csv is no CSV table: field larger than field limit" in refusal(path)
    path.write_bytes(b"yi,vi\n1,\x002\n")
    assert "row 2, column vi: found '\\x002', admissible is a number above 0" in refusal(path)


def test_a_huge_file_is_refused_by_its_size(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as to:
        to.truncate(40 * 1024 * 1024)
    assert "huge.csv is longer than 16 MB (40 MB): give a table of studies" in refusal(path)


def test_the_program_ends_with_status_2_and_one_line(run: Run, tmp_path: Path) -> None:
    path = own_tables.write(tmp_path / "bcg.csv", own_tables.bcg())
    for arguments, words in {
        (path, "--measure", "RRR"): "unknown measure 'RRR'",
        (tmp_path / "none.csv",): "cannot read",
        (tmp_path,): "cannot read",
    }.items():
        answer = run("pool", *arguments)
        assert (answer.returncode, answer.stdout) == (2, "")
        assert answer.stderr.startswith("filiform: ")
        assert words in answer.stderr
        assert len(answer.stderr.strip().splitlines()) == 1
    nearest = run("pool", path, "--measur", "RR")
    assert nearest.returncode == 2
    assert "Did you mean" in nearest.stderr
    assert "--measure" in nearest.stderr


def test_one_study_has_no_influence(write: Write, tmp_path: Path) -> None:
    path = write("study,yi,vi\nA,0.1,0.05\n", "own.csv")
    words = ["pool", str(path), "--plot", str(tmp_path / "a.svg"), "--plot-kind", "influence"]
    done = CliRunner().invoke(program, words)
    assert isinstance(done.exception, EvidenceError)
    assert "one study has no influence on others: give at least two" in str(done.exception)
