"""The commands of the evidence engine: `filiform pool` and `filiform network`."""

from __future__ import annotations

from pathlib import Path

import click

# The engine needs numpy; a command imports it when it runs, so that the others start at once.
_FILE = click.Path(path_type=Path)

data_file = click.argument("data", type=_FILE)
measure = click.option("--measure", help="What the effects are: MD, SMD, RR, OR, RD …")
column = click.option(
    "--column",
    "-c",
    "columns",
    multiple=True,
    metavar="ROLE=HEADER",
    help="Which column is which number, where its header does not say so: events1=tpos.",
)
study = click.option("--study", metavar="COLUMN", help="The column with the studies' names.")
tau2 = click.option(
    "--tau2", default="REML", show_default=True, help="Estimator of tau², or its value."
)
level = click.option(
    "--level", default=0.95, show_default=True, help="Level of all intervals, between 0 and 1."
)
as_read = click.option("--exp", is_flag=True, help="Show ratios instead of their logarithms.")
plot = click.option("--plot", type=_FILE, help="Write a plot (.svg, .png or .pdf).")
favours = click.option(
    "--favours", nargs=2, metavar="BELOW ABOVE", help="Words for effects below and above none."
)
unit = click.option("--unit", help="Unit of the effect, for the axis of the plot.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")


@click.command()
@data_file
@measure
@column
@study
@click.option(
    "--method",
    default="inverse_variance",
    show_default=True,
    help="inverse_variance, mantel_haenszel (MH) or peto.",
)
@tau2
@click.option(
    "--interval",
    default="HK_adhoc",
    show_default=True,
    help="Interval of the mean: HK_adhoc, HK, t, normal, KR.",
)
@level
@click.option(
    "--prediction",
    default="HK",
    show_default=True,
    help="Prediction interval: HK, HK_PR, HTS, V, KR, S, as_interval, none.",
)
@click.option("--zero-cells", help="What to add to: only_zero, if_any, all or none.")
@click.option("--subgroup", metavar="COLUMN", help="Pool each subgroup, and compare them.")
@click.option(
    "--moderator", "moderators", multiple=True, metavar="COLUMN", help="Regress on a column."
)
@click.option("--formula", help='How the moderators act together: "~ dose * blinded".')
@click.option("--leave-one-out", is_flag=True, help="Pool again without each study.")
@click.option("--cumulative", is_flag=True, help="Add the studies one by one.")
@click.option("--order", metavar="COLUMN", help="Add them by this column, such as the year.")
@as_read
@plot
@click.option(
    "--plot-kind",
    help="forest, funnel, contour-funnel, radial, baujat, influence, labbe, bubble, cumulative, "
    "leave-one-out.",
)
@click.option("--show", multiple=True, metavar="COLUMN", help="A column beside the forest plot.")
@click.option(
    "--risk-of-bias", multiple=True, metavar="COLUMN", help="Judgements beside the forest plot."
)
@favours
@unit
@as_json
def pool(
    *,
    data: Path,
    measure: str | None,
    columns: tuple[str, ...],
    study: str | None,
    method: str,
    tau2: str,
    interval: str,
    level: float,
    prediction: str,
    zero_cells: str | None,
    subgroup: str | None,
    moderators: tuple[str, ...],
    formula: str | None,
    leave_one_out: bool,
    cumulative: bool,
    order: str | None,
    exp: bool,
    plot: Path | None,
    plot_kind: str | None,
    show: tuple[str, ...],
    risk_of_bias: tuple[str, ...],
    favours: tuple[str, str] | None,
    unit: str | None,
    as_json: bool,
) -> None:
    """Pool the studies of your own table: DATA is CSV, one row a study.

    The effects are computed from the arms (mean1 sd1 n1 mean2 sd2 n2, or events1 n1 events2 n2,
    or metafor's names for them) with --measure, or read from yi and vi (or sei).
    """
    from filiform.cli import _pool  # noqa: PLC0415 - numpy: see above
    from filiform.cli._pool_plots import Drawing  # noqa: PLC0415 - numpy: see above

    wanted = _pool.Wanted(
        data,
        measure,
        columns,
        study,
        method,
        tau2,
        interval,
        level,
        prediction,
        zero_cells,
        subgroup,
        moderators,
        formula,
        leave_one_out,
        cumulative,
        order,
        exp,
        Drawing(plot, plot_kind, show, risk_of_bias, favours, unit),
    )
    click.echo(_pool.answer(wanted, as_json=as_json))


@click.command()
@data_file
@measure
@column
@study
@click.option("--reference", help="The treatment that others are compared with.")
@tau2
@click.option("--model", default="random", show_default=True, help="random or common.")
@click.option(
    "--small-values",
    default="undesirable",
    show_default=True,
    help="Whether small effects are desirable or undesirable, for the ranking.",
)
@level
@as_read
@click.option("--node-splits", is_flag=True, help="Compare direct with indirect evidence.")
@click.option("--contributions", is_flag=True, help="What each direct comparison contributes.")
@click.option("--components", is_flag=True, help='Take "a+b" for what a and b add up to.')
@click.option("--inactive", help="The treatment without components, with --components.")
@plot
@click.option("--plot-kind", help="graph, forest, rankogram or net-heat.")
@favours
@unit
@click.option(
    "--tolerance",
    type=float,
    default=0.001,
    show_default=True,
    help="How far the comparisons of a trial of several arms may contradict each other.",
)
@as_json
def network(
    *,
    data: Path,
    measure: str | None,
    columns: tuple[str, ...],
    study: str | None,
    reference: str | None,
    tau2: str,
    model: str,
    small_values: str,
    level: float,
    exp: bool,
    node_splits: bool,
    contributions: bool,
    components: bool,
    inactive: str | None,
    plot: Path | None,
    plot_kind: str | None,
    favours: tuple[str, str] | None,
    unit: str | None,
    tolerance: float,
    as_json: bool,
) -> None:
    """Compare many treatments at once: DATA is CSV, one row a comparison or one row an arm.

    A row is a comparison where there are columns treatment1, treatment2, yi and sei (or vi), and
    an arm where there is a column treatment with mean, sd and n, or events and n.
    """
    from filiform.cli import _network  # noqa: PLC0415 - numpy: see above

    wanted = _network.Wanted(
        data,
        measure,
        columns,
        study,
        reference,
        tau2,
        model,
        small_values,
        level,
        exp,
        node_splits,
        contributions,
        components,
        inactive,
        plot,
        plot_kind,
        favours,
        unit,
        tolerance,
    )
    click.echo(_network.answer(wanted, as_json=as_json))
