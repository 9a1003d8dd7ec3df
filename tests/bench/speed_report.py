"""What the speed bench found, as a table and as a plot: each measure a ratio with its spread and its target."""

from __future__ import annotations

import json
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measure: what came out in each round, and what it should be at least (or at most)."""

    name: str
    values: tuple[float, ...]
    target: float
    least: bool = False  # the target is the least, not the most
    unit: str = ""
    peer: str = ""  # what llama.cpp's own programs do, in words

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def reached(self) -> bool:
        return self.median >= self.target if self.least else self.median <= self.target

    def shown(self, value: float) -> str:
        return f"{value:.1f}{self.unit}" if self.unit else f"{value:.3f}"


def markdown(rows: Sequence[Row], title: str) -> str:
    """Return the table."""
    lines = [f"| {title} | median | spread | target | reached | llama.cpp's own |", "| --- |" + " --- |" * 5]
    for row in rows:
        spread = f"{row.shown(min(row.values))} to {row.shown(max(row.values))} ({len(row.values)})"
        target = f"{'≥' if row.least else '≤'} {row.target:g}{row.unit}"
        cells = (row.name, row.shown(row.median), spread, target, "yes" if row.reached else "no", row.peer)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def keep(rows: Sequence[Row], title: str, folder: Path, name: str) -> str:
    """Write the figures, the table and the plot into a folder; return the table."""
    folder.mkdir(parents=True, exist_ok=True)
    table = markdown(rows, title)
    machine = {"system": platform.platform(), "processor": platform.machine(), "python": platform.python_version()}
    figures = {"title": title, "machine": machine, "rows": [asdict(row) for row in rows]}
    (folder / f"{name}.json").write_text(json.dumps(figures, ensure_ascii=False, indent=1), "utf-8")
    (folder / f"{name}.md").write_text(table, "utf-8")
    draw(rows, title, folder / f"{name}.svg")
    return table


def draw(rows: Sequence[Row], title: str, path: Path) -> None:
    """Draw each measure beside its target: a point for the median, a line for the spread, 1 where the target is.

    Right of the line is better, whichever way a measure counts.
    """
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(9, 0.55 * len(rows) + 1.6), layout="constrained")
    for place, row in enumerate(reversed(rows)):
        better = [_better(row, value) for value in row.values]
        colour = "#2e7d5b" if row.reached else "#b3552e"
        axes.plot([min(better), max(better)], [place, place], color=colour, linewidth=2, alpha=0.6)
        axes.plot([_better(row, row.median)], [place], "o", color=colour)
    axes.axvline(1.0, color="#777777", linewidth=1)
    axes.set_xscale("log")
    axes.set_yticks(range(len(rows)), [row.name for row in reversed(rows)])
    axes.set_xlabel("times the target; to the right of 1 is better")
    axes.set_title(title)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    figure.savefig(path)
    pyplot.close(figure)


def _better(row: Row, value: float) -> float:
    floor = row.target / 20  # a difference can be nothing, or less
    value = max(value, floor)
    return value / row.target if row.least else row.target / value
