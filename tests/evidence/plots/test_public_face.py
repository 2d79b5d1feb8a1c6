"""What every plot has in common: its package, its file, its words, its imports."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from matplotlib.figure import Figure

from filiform import evidence as ev
from filiform.errors import EvidenceError
from filiform.evidence import plots
from filiform.evidence.robustness import baujat

if TYPE_CHECKING:
    from pathlib import Path

    from tests.evidence.plots.conftest import Bcg


def test_the_package_shows_these_names() -> None:
    assert plots.__all__ == [
        "baujat",
        "bubble",
        "cumulative",
        "describe",
        "forest",
        "funnel",
        "influence",
        "labbe",
        "leave_one_out",
        "net_heat",
        "network_forest",
        "network_funnel",
        "network_graph",
        "radial",
        "rankogram",
        "save",
    ]


def test_the_plots_are_found_at_the_engine_and_only_when_asked_for() -> None:
    assert ev.plots is plots
    code = (
        "import sys; from filiform import evidence as ev;"
        "print('filiform.evidence.plots' in sys.modules, ev.plots.forest.__name__)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "False forest\n"
    with pytest.raises(AttributeError, match="has no attribute 'plot'"):
        _ = ev.plot  # type: ignore[attr-defined]


def test_importing_the_plots_does_not_import_matplotlib() -> None:
    code = (
        "import sys; from filiform.evidence import plots;"
        "print(sorted({'matplotlib', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"


def test_no_plot_touches_pyplot() -> None:
    code = (
        "import sys; from filiform.evidence import plots, pool;"
        "plots.forest(pool([0.1, 0.2], [0.1, 0.1]));"
        "print('matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize("ending", [".svg", ".png", ".pdf"])
def test_equal_plots_give_equal_bytes(bcg: Bcg, tmp_path: Path, ending: str) -> None:
    first, second = (tmp_path / f"{name}{ending}" for name in ("a", "b"))
    plots.save(plots.forest(bcg.fit, measure="RR"), first)
    plots.save(plots.forest(bcg.fit, measure="RR"), second)
    assert first.read_bytes() == second.read_bytes()


def test_an_svg_has_no_date_and_says_what_it_shows(bcg: Bcg, tmp_path: Path) -> None:
    axes = plots.funnel(bcg.fit, measure="RR")
    text = plots.save(axes, tmp_path / "funnel.svg").read_text(encoding="utf-8")
    assert "<dc:date>" not in text
    assert re.search(r'<svg role="img" aria-label="Funnel plot of 13 studies', text)
    assert f"<dc:description>{plots.describe(axes)}</dc:description>" in text


def test_quotes_in_a_label_do_not_break_the_svg(tmp_path: Path) -> None:
    found = baujat.baujat([0.1, 0.2, 0.9], [0.05] * 3, labels=['A"<&', "B", 'C"<&'])
    path = plots.save(plots.baujat(found), tmp_path / "a.svg")
    label = ET.parse(path).getroot().get("aria-label")  # noqa: S314 - our own file
    assert label is not None
    assert 'C"<&' in label


def test_the_description_is_in_a_png_too(bcg: Bcg, tmp_path: Path) -> None:
    axes = plots.radial(bcg.fit)
    data = plots.save(axes, tmp_path / "radial.png").read_bytes()
    assert data.startswith(b"\x89PNG")
    assert b"Description\x00Radial plot of 13 studies" in data


def test_the_description_is_not_drawn(bcg: Bcg, tmp_path: Path) -> None:
    axes = plots.radial(bcg.fit)
    text = plots.save(axes, tmp_path / "radial.svg").read_text(encoding="utf-8")
    assert plots.describe(axes) not in re.sub(
        r"<metadata>.*</metadata>|<svg [^>]*>", "", text, flags=re.DOTALL
    )


def test_axes_without_a_plot_have_no_description() -> None:
    with pytest.raises(EvidenceError, match="these axes show no plot of ours: give axes"):
        plots.describe(Figure().add_subplot())


def test_another_kind_of_file_is_refused(bcg: Bcg, tmp_path: Path) -> None:
    axes = plots.radial(bcg.fit)
    with pytest.raises(EvidenceError, match="unknown kind of plot file 'sgv': did you mean 'svg'"):
        plots.save(axes, tmp_path / "a.sgv")
    with pytest.raises(EvidenceError, match=r"cannot write .*: No such file or directory; choose"):
        plots.save(axes, tmp_path / "nowhere" / "a.svg")
