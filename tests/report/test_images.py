"""The figures of the shipped data look as they did when someone last looked at them.

A figure is reduced to a small grey raster, so that fonts and versions of matplotlib
do not count, while a missing line, bar, legend or label does. After a wanted change, run
``python tests/report/test_images.py FOLDER``, look at the pictures it writes there, and
commit the rasters. The heat table, whose headings wrap with the font, is held by its
parts in ``test_figures.py`` alone.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import kencana_targets as kt

STORED = Path(__file__).parents[1] / "reference" / "figure_rasters.csv"
COLUMNS, ROWS = 32, 24
RULE = "permendagri-86-2017"
# Grey levels of 255: other fonts move a raster by some 2, a missing mark by more than 4.
MEAN, MOST = 3.0, 60.0


def draw(name: str) -> Any:
    """Draw one figure of the shipped data and return it."""
    stunting = "bengkulu-stunting-2024"
    card = kt.evaluate(
        kt.load_plan(stunting), kt.load_actuals(stunting), year=[2022, 2023], rule=RULE
    )
    drawn = {
        "path": lambda: card.plot_path("stunting_balita", "17"),
        "ranking": lambda: card.for_year(2022).plot_ranking("stunting_balita"),
        "change": lambda: card.plot_change(2022, 2023),
        "map": lambda: card.for_year(2022).plot_map("stunting_balita"),
    }
    return drawn[name]().figure


NAMES = ("path", "ranking", "change", "map")


def raster(figure: Any) -> np.ndarray:
    """Return mean grey levels of the cells of a grid laid over the figure."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure.set_dpi(100)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    grey = np.asarray(canvas.buffer_rgba())[:, :, :3].mean(axis=2)
    # Margins depend on the measure of fonts: only what is drawn counts.
    drawn = grey < 250
    down, across = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    grey = grey[down[0] : down[-1] + 1, across[0] : across[-1] + 1]
    rows = np.array_split(grey, ROWS, axis=0)
    cells = [[cell.mean() for cell in np.array_split(row, COLUMNS, axis=1)] for row in rows]
    return np.array(cells)


def stored() -> dict[str, np.ndarray]:
    lines = STORED.read_text().splitlines()[1:]
    return {
        line.split(",")[0]: np.array(line.split(",")[1:], dtype=float).reshape(ROWS, COLUMNS)
        for line in lines
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_looks_as_it_did(name: str) -> None:
    difference = np.abs(raster(draw(name)) - stored()[name])
    assert difference.mean() < MEAN
    assert difference.max() < MOST


def test_the_rasters_tell_figures_apart() -> None:
    rasters = stored()
    assert tuple(rasters) == NAMES
    path = draw("path")
    before = raster(path)
    for line in path.axes[0].lines:
        line.set_visible(False)
    assert np.abs(raster(path) - before).max() > 20
    for name in NAMES[1:]:
        assert np.abs(rasters[name] - rasters["path"]).mean() > 1.5 * MEAN


if __name__ == "__main__":
    written = []
    for one in NAMES:
        picture = draw(one)
        written.append(",".join([one, *(f"{cell:.0f}" for cell in raster(picture).ravel())]))
        picture.savefig(Path(sys.argv[1]) / f"{one}.png", dpi=100)
    STORED.write_text("\n".join(["figure,grey levels row by row", *written]) + "\n")
