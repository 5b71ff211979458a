"""What a scorecard can show itself as; the work is done in the other modules of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from kencana_targets.scorecard import Scorecard

__all__ = ["Shown"]


class Shown:
    """Reports, sentences and figures of a scorecard."""

    __slots__ = ()

    def narrate(
        self, region: str, indicator: str, *, year: float | None = None, language: str = "en"
    ) -> str:
        """Return two or three sentences about one region and indicator.

        Parameters
        ----------
        region : str
            Code or name.
        indicator : str
            Code.
        year : float, optional
            Needed when several years were evaluated.
        language : {"en", "id"}, optional
            The language of the sentences.

        Returns
        -------
        str
            The figure, its distance from the target, what the years left must
            bring, the achievement, and the change since the baseline. Differences
            are taken between the figures as printed.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> print(card.narrate("17", "unmet_need", language="id").split(". ")[0])
        Kebutuhan ber-KB yang tidak terpenuhi Bengkulu 12,50 persen pada 2021, 5,49 poin di atas target 7,01
        """
        from kencana_targets.report.narrative import narrate
        from kencana_targets.report.view import View

        card = cast("Scorecard", self)
        return narrate(View(card, language), card.find_row(region, indicator, year))

    def to_file(self, path: Any, *, language: str | None = None) -> None:
        """Write the file in the format that its ending says.

        Parameters
        ----------
        path : str or Path
            A name that ends in csv, json, md, xlsx, html or parquet.
        language : {"en", "id"}, optional
            The language of md, xlsx and html; by default that of the format's own
            method.

        Raises
        ------
        ArgumentError
            The ending is none of these.
        """
        from kencana_targets.tables.writers import write_as_named

        write_as_named(self, path, language)

    def to_html(self, path: Any, *, language: str = "id") -> None:
        """Write the report for the meeting: one HTML file that needs nothing else.

        Parameters
        ----------
        path : str or Path
            The file, written whole or not at all.
        language : {"id", "en"}, optional
            The language of the report.

        Raises
        ------
        MissingExtraError
            Jinja2 or matplotlib is not installed.
        ArgumentError
            More rows than a browser shows with ease.
        """
        from kencana_targets.report.html import report
        from kencana_targets.tables.writers import write_text

        write_text(path, report(cast("Scorecard", self), language))

    def to_excel(self, path: Any, *, language: str = "id") -> None:
        """Write the workbook for the meeting.

        Parameters
        ----------
        path : str or Path
            The file, written whole or not at all.
        language : {"id", "en"}, optional
            The language of the sheets.

        Raises
        ------
        MissingExtraError
            XlsxWriter is not installed.
        ArgumentError
            More rows than a sheet can hold.
        """
        from kencana_targets.report.workbook import workbook
        from kencana_targets.tables.writers import write_whole

        write_whole(path, workbook(cast("Scorecard", self), language))

    def plot_path(
        self, indicator: str, region: str, *, ax: Any = None, language: str = "en"
    ) -> Any:
        """Draw the path of a region with what was reached.

        Parameters
        ----------
        indicator, region : str
            Code of the indicator; code or name of the region.
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure if not given.
        language : {"en", "id"}, optional
            The language of the labels.

        Returns
        -------
        matplotlib.axes.Axes
        """
        from kencana_targets.report.figures import path_figure

        return path_figure(cast("Scorecard", self), indicator, region, ax=ax, language=language)

    def plot_ranking(
        self, indicator: str, *, year: float | None = None, ax: Any = None, language: str = "en"
    ) -> Any:
        """Draw the regions by what they reached, against the year's targets.

        Parameters
        ----------
        indicator : str
            Code.
        year : float, optional
            By default the last year evaluated.
        ax, language
            As for `plot_path`.

        Returns
        -------
        matplotlib.axes.Axes
        """
        from kencana_targets.report.figures import ranked_dots

        card = cast("Scorecard", self)
        return ranked_dots(card, indicator, year=year, ax=ax, language=language)

    def plot_heat(self, *, year: float | None = None, ax: Any = None, language: str = "en") -> Any:
        """Draw regions by indicators in the colours and marks of their bands.

        Parameters
        ----------
        year : float, optional
            By default the last year evaluated.
        ax, language
            As for `plot_path`.

        Returns
        -------
        matplotlib.axes.Axes
        """
        from kencana_targets.report.figures import heat_table

        return heat_table(cast("Scorecard", self), year=year, ax=ax, language=language)

    def plot_change(
        self,
        first: float,
        second: float,
        *,
        indicator: str | None = None,
        ax: Any = None,
        language: str = "en",
    ) -> Any:
        """Draw how achievements changed between two evaluated years.

        Parameters
        ----------
        first, second : float
            The years.
        indicator : str, optional
            One indicator's achievement; by default the average of each region.
        ax, language
            As for `plot_path`.

        Returns
        -------
        matplotlib.axes.Axes
        """
        from kencana_targets.report.figures import slope_chart

        card = cast("Scorecard", self)
        return slope_chart(card, first, second, indicator=indicator, ax=ax, language=language)

    def plot_map(
        self, indicator: str, *, year: float | None = None, ax: Any = None, language: str = "en"
    ) -> Any:
        """Draw the provinces as tiles in the colours and marks of their bands.

        Parameters
        ----------
        indicator : str
            Code.
        year : float, optional
            By default the last year evaluated.
        ax, language
            As for `plot_path`.

        Returns
        -------
        matplotlib.axes.Axes
        """
        from kencana_targets.report.figures import tile_map

        return tile_map(cast("Scorecard", self), indicator, year=year, ax=ax, language=language)

    def _repr_html_(self) -> str:
        from kencana_targets.report.notebook import scorecard_html

        return scorecard_html(cast("Scorecard", self))
