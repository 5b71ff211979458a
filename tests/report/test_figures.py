from __future__ import annotations

import io
import subprocess
import sys

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from report_cards import bengkulu, hostile, incomparable, indicator, main_indicators, nation

import kencana_targets as kt
from kencana_targets.core.errors import UnknownNameError
from kencana_targets.report.bands import looks
from kencana_targets.report.figures import ranking_chart
from kencana_targets.report.view import View

CARD = bengkulu()


def texts(ax) -> list[str]:
    legend = ax.get_legend()
    entries = [] if legend is None else [text.get_text() for text in legend.get_texts()]
    labels = [text.get_text() for text in (*ax.get_xticklabels(), *ax.get_yticklabels(), *ax.texts)]
    return [*entries, *labels, ax.get_title(loc="left"), ax.get_xlabel(), ax.get_ylabel()]


def drawn(ax) -> np.ndarray:
    """Return the pixels of a figure, as print would show them."""
    buffer = io.BytesIO()
    ax.figure.savefig(buffer, format="raw", dpi=60)
    return np.frombuffer(buffer.getvalue(), dtype=np.uint8).reshape(-1, 4)


def line_at(ax, label):
    return next(line for line in ax.lines if line.get_label() == label)


def test_a_path_tells_official_from_interpolated_targets() -> None:
    ax = CARD.plot_path("stunting_balita", "Rejang Lebong")
    path, actual = line_at(ax, "Path of targets"), line_at(ax, "Actual")
    assert path.get_xdata().tolist() == [2021, 2022, 2023, 2024]
    assert path.get_ydata() == pytest.approx([26.0, 21.1, 16.2, 14.0])
    assert actual.get_ydata().tolist() == [26.0, 20.2]
    official, between = line_at(ax, "Official target"), line_at(ax, "Interpolated target")
    assert official.get_xdata().tolist() == [2023, 2024]
    assert between.get_xdata().tolist() == [2022]
    assert official.get_marker() != between.get_marker()
    assert line_at(ax, "Baseline").get_xdata() == [2021]
    assert {"16.2", "20.2", "Very high", "percent"} <= set(texts(ax))


def test_a_path_in_indonesian_has_no_english_word() -> None:
    ax = CARD.plot_path("stunting_balita", "17.05", language="id")
    said = set(texts(ax))
    assert {"Jalur target", "Realisasi", "Target interpolasi", "Tinggi", "22,1", "persen"} <= said
    assert not said & {"Actual", "Baseline", "Official target", "High", "22.1"}


def test_intervals_are_drawn_where_errors_exist() -> None:
    card = nation(3, 1, [2022, 2023])
    ax = card.plot_path("i0", "11.01")
    assert "95% interval" in texts(ax)
    # 1.96 standard errors of 1.2 points.
    value = card.actuals.value[0]
    low, high = value - 2.352, value + 2.352
    ends = [line.get_ydata() for line in ax.lines if line.get_label() == "95% interval"]
    assert any(np.allclose(end, [low, high], atol=0.001) for end in ends), value
    assert "95% interval" not in texts(CARD.plot_path("stunting_balita", "17"))


def test_ranking_follows_achievement_and_shows_each_target() -> None:
    ax = CARD.plot_ranking("stunting_balita")
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names[0] == "Kabupaten Kaur"
    assert names[-1] == "Kabupaten Kepahiang"
    assert "Bengkulu" not in names  # the province is no peer of its regencies
    places = dict(zip(names, ax.get_yticks(), strict=True))
    assert places["Kabupaten Kaur"] == max(places.values())
    targets = [line for line in ax.lines if line.get_marker() == "|" and len(line.get_xdata()) == 1]
    assert len(targets) == 10
    assert {"Target of the year", "Very high", "High", "Medium"} <= set(texts(ax))


def test_ranking_of_many_leaves_out_the_middle_and_says_so() -> None:
    card = nation(80, 1, [2024])
    ax = ranking_chart(View(card, "en"), "i0", most=20).drawn()
    assert len(ax.get_yticks()) == 20
    said = " ".join(texts(ax))
    missing = int(np.isnan(card.to_frame("pandas")["actual"]).sum())
    assert f"{80 - missing - 20} regions between these are not drawn" in said
    assert f"{missing} regions without an actual are not drawn" in said


def test_heat_table_carries_mark_and_number_beside_colour() -> None:
    card = main_indicators()
    ax = card.plot_heat(language="id")
    cells = [patch for patch in ax.patches if isinstance(patch, Polygon)]
    assert len(cells) == 9
    said = texts(ax)
    assert {"▲ 128,57 ✓", "● 78,15", "▼ 56,08", "96,09", "tanpa kategori"} <= set(said)
    colours = {look.word: look.colour for look in looks(card.rule, "id")}
    faces = [
        "#" + "".join(f"{round(255 * c):02x}" for c in cell.get_facecolor()[:3]) for cell in cells
    ]
    assert faces.count(colours["Kurang"]) == 1
    assert faces.count(colours["Sangat Baik"]) == 6


def test_heat_table_hatches_what_has_no_figure_and_bounds_its_height() -> None:
    card = nation(70, 2, [2024])
    ax = card.plot_heat()
    assert len(ax.get_yticks()) == 60
    assert "10 more regions are not drawn" in texts(ax)
    hatched = [patch for patch in ax.patches if patch.get_hatch()]
    rows = [
        row
        for row in card.to_dicts()
        if row["region"] in card.to_frame("pandas")["region"].unique()[:60]
    ]
    assert len(hatched) == sum(row["achievement"] is None for row in rows)
    assert "no figure" in texts(ax)


def test_change_shows_both_years_and_which_way() -> None:
    card = nation(12, 3, [2023, 2024])
    ax = card.plot_change(2023, 2024)
    moves = [line for line in ax.lines if len(line.get_xdata()) == 2]
    assert len(moves) == 12
    scores = {(r["region"], r["indicator"], r["year"]): r["score"] for r in card.to_dicts()}
    both = [key[:2] for key in scores if {scores[*key[:2], year] for year in (2023, 2024)} & {None}]
    shared = {key[:2] for key in scores} - set(both)
    ends = sorted(tuple(line.get_xdata()) for line in moves)
    expected = sorted(
        tuple(
            np.mean([scores[*one, year] for one in shared if one[0] == code])
            for year in (2023, 2024)
        )
        for code in {one[0] for one in shared}
    )
    assert np.allclose(ends, expected)
    rising = [line for line in moves if line.get_xdata()[1] > line.get_xdata()[0]]
    assert all(line.get_linestyle() == "-" for line in rising)
    assert all(line.get_linestyle() != "-" for line in moves if line not in rising)
    gains = [line.get_xdata()[1] - line.get_xdata()[0] for line in moves]
    assert gains == sorted(gains, reverse=True)
    one = card.plot_change(2023, 2024, indicator="i0", language="id")
    assert {"Indikator 0, 2023 - 2024", "Capaian (%)"} <= set(texts(one))


def test_a_change_compares_only_what_both_years_have() -> None:
    card = incomparable()
    ax = card.plot_change(2022, 2023)
    ends = sorted(tuple(line.get_xdata()) for line in ax.lines if len(line.get_xdata()) == 2)
    # 17.03 averages 40 and 64.5 over what each year has; on the common indicator 40 and 39.
    assert np.allclose(ends, [(40, 39), (60, 60.5), (75, 80), (90, 90)])
    assert "on the indicators scored in both years: 1 - 2 a region" in texts(ax)
    one = card.plot_change(2022, 2023, indicator="i4")
    assert not any("both years" in text for text in texts(one))


def test_a_change_of_many_leaves_out_the_middle_and_says_so() -> None:
    ax = nation(60, 2, [2023, 2024]).plot_change(2023, 2024)
    heights = ax.get_yticks().tolist()
    assert len(heights) == len(set(heights)) == 40
    assert any("regions between these are not drawn" in text for text in texts(ax))


def test_a_line_breaks_where_the_survey_changes_and_the_break_is_named_once() -> None:
    card = bengkulu([2022, 2023])
    ax = card.plot_path("stunting_balita", "17", language="id")
    parts = [line for line in ax.lines if line.get_label() == "Realisasi"]
    assert [line.get_xdata().tolist() for line in parts] == [[2021, 2022], [2023]]
    said = " ".join(texts(ax))
    assert said.count("2023: SKI, sebelumnya SSGI; garis terputus") == 1
    unbroken = bengkulu().plot_path("stunting_balita", "17.05")
    assert "SKI" not in " ".join(texts(unbroken))


def test_figures_show_themselves_in_a_notebook() -> None:
    for ax in (CARD.plot_path("stunting_balita", "17"), CARD.plot_heat()):
        assert ax._repr_png_().startswith(b"\x89PNG")


def test_map_has_a_tile_for_each_province() -> None:
    card = nation(None, 1, [2024], levels=("province",))
    ax = card.plot_map("i0", language="id")
    assert len(ax.patches) == 38
    said = "\n".join(texts(ax))
    assert all(name in said for name in ("Aceh", "Bengkulu", "Papsel", "Jakarta"))
    empty = sum(row["actual"] is None for row in card.to_dicts())
    assert sum(bool(patch.get_hatch()) for patch in ax.patches) == empty


def test_years_that_were_not_evaluated_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="unknown year"):
        CARD.plot_ranking("stunting_balita", year=2019)


@pytest.mark.parametrize("name", ["path", "ranking", "heat"])
def test_axes_of_the_caller_are_used_and_a_figure_has_ink(name: str) -> None:
    ax = Figure(figsize=(6, 4)).subplots()
    arguments = {"path": ("stunting_balita", "17"), "ranking": ("stunting_balita",), "heat": ()}[
        name
    ]
    assert getattr(CARD, f"plot_{name}")(*arguments, ax=ax) is ax
    pixels = drawn(ax)
    assert (pixels[:, :3].min(axis=1) < 80).mean() > 0.005


def test_the_same_figure_in_grey_still_tells_bands_apart() -> None:
    shapes = {
        line.get_marker()
        for line in CARD.plot_ranking("stunting_balita").lines
        if line.get_marker() not in ("None", "|", None)
    }
    bands = {row["band"] for row in CARD.to_dicts() if row["region"] != "17"}
    assert len(shapes) == len(bands) == 3


def test_names_are_never_read_as_mathematics() -> None:
    card = hostile()
    for ax in (card.plot_path("i0", "r6"), card.plot_ranking("i1"), card.plot_heat()):
        assert drawn(ax).size
        assert not any(mark in text for text in texts(ax)[1:] for mark in "\r\x1b\u202e")
    assert any("$\\frac{1}{0}$" in text for text in texts(card.plot_ranking("i0")))


def test_no_state_is_left_behind(tmp_path) -> None:
    code = (
        # Reading a parameter may choose a backend, which loads pyplot; a copy reads none.
        "import matplotlib as mpl; before = mpl.rcParams.copy()\n"
        "import kencana_targets as kt, sys\n"
        "card = kt.evaluate(kt.load_plan('bengkulu-stunting-2024'),\n"
        "                   kt.load_actuals('bengkulu-stunting-2024'),\n"
        "                   year=2022, rule='permendagri-86-2017')\n"
        "card.plot_heat(); card.to_html(sys.argv[1])\n"
        "assert mpl.rcParams.copy() == before\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code, tmp_path / "report.html"], check=True)


def test_all_shapes_of_paths_can_be_drawn() -> None:
    for shape in kt.PathShape:
        kind = indicator(2, shape=shape, lower=0, upper=100)
        plan = kt.Plan.from_frames(
            indicators=[kind],
            baselines={"indicator": ["i2"], "region": ["17"], "year": [2020], "value": [30.0]},
            targets={
                "indicator": ["i2"] * 2,
                "region": ["17"] * 2,
                "year": [2023, 2026],
                "value": [50.0, 80.0],
            },
        )
        reached = {"indicator": ["i2"], "region": ["17"], "year": [2022], "value": [40.0]}
        card = kt.evaluate(plan, reached, year=2022, rule="permendagri-86-2017")
        path = line_at(card.plot_path("i2", "17"), "Path of targets")
        assert path.get_ydata()[-1] == pytest.approx(80.0)
        assert path.get_ydata()[2] == pytest.approx(plan.path("i2", "17").at(2022))


def test_figures_are_drawn_in_a_part_of_a_figure() -> None:
    from matplotlib.figure import Figure

    parts = Figure(figsize=(12, 4)).subfigures(1, 2)
    for part in parts:
        axes = part.subplots()
        assert CARD.plot_ranking("stunting_balita", ax=axes) is axes
        assert axes.get_title(loc="left").count("\n") >= 1
