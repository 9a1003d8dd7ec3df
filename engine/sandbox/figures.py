"""Pictures out of the child: every matplotlib figure and shown image becomes a numbered PNG in the session's folder."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

MAX_SIDE, MAX_PIXELS = 8192, 40_000_000
_FALLBACK = "Noto Sans SC"
# Names that code written elsewhere asks for; all are answered by the font that is here.
_KNOWN_AS = (
    *("SimHei", "SimSun", "KaiTi", "FangSong", "Microsoft YaHei", "DengXian", "PingFang SC", "Heiti SC", "Heiti TC"),
    *(
        "STHeiti",
        "STSong",
        "Songti SC",
        "Hiragino Sans GB",
        "WenQuanYi Micro Hei",
        "WenQuanYi Zen Hei",
        "Arial Unicode MS",
    ),
    *("Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans CJK TC", "Source Han Sans SC", "Source Han Sans CN"),
)


class Figures:
    """Saves figures as PNG files into a folder; `install` puts it behind `plt.show`."""

    def __init__(self, folder: Path, font: str | None) -> None:
        self._folder, self._font = folder, font
        self._count = 0

    def install(self) -> None:
        """Prepare matplotlib: no window, a font for Chinese, `show` that saves. Imports matplotlib."""
        import matplotlib
        from matplotlib import figure, font_manager, pyplot

        matplotlib.use("Agg")
        if self._font is not None:
            font_manager.fontManager.addfont(self._font)
            entries = [entry for entry in font_manager.fontManager.ttflist if entry.name == _FALLBACK]
            have = {entry.name for entry in font_manager.fontManager.ttflist}
            for name in (name for name in _KNOWN_AS if name not in have):
                font_manager.fontManager.ttflist.append(
                    font_manager.FontEntry(
                        fname=entries[-1].fname, name=name, style="normal", weight=400, size="scalable"
                    )
                )
            self._fall_back_on(entries[-1].fname, font_manager.fontManager)

        def show(*_args: Any, **_kwargs: Any) -> None:  # a function, because pyplot sets attributes on it
            self.take_open()

        pyplot.show = show
        figure.Figure.show = lambda shown, *_args, **_kwargs: self.take(shown)  # type: ignore[assignment, method-assign]

    @staticmethod
    def _fall_back_on(path: str, manager: Any) -> None:
        """Draw with this font what the chosen ones lack, whichever style or family the code sets."""
        find = manager._find_fonts_by_props

        def find_and_fall_back(*args: Any, **kwargs: Any) -> list[str]:
            found: list[str] = find(*args, **kwargs)
            return found if path in found else [*found, path]

        manager._find_fonts_by_props = find_and_fall_back

    def take_open(self, *, drawn: bool = False) -> None:
        """Save and close all open figures, or of them those with data drawn. Raises ValueError for one too large."""
        import sys

        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is None:
            return
        numbers = pyplot.get_fignums()
        try:
            for number in numbers:
                figure = pyplot.figure(number)
                if not drawn or any(axes.has_data() for axes in figure.get_axes()):
                    self._take(figure)
        finally:
            pyplot.close("all")

    def take(self, value: Any) -> bool:
        """Save a figure or picture that the code shows; return whether it was one."""
        kind = type(value)
        names = {f"{base.__module__}.{base.__name__}" for base in kind.__mro__}
        if "matplotlib.figure.Figure" in names:
            from matplotlib import pyplot

            self._take(value)
            pyplot.close(value)
            return True
        if "PIL.Image.Image" in names:
            self._check(*value.size)
            buffer = io.BytesIO()
            value.save(buffer, format="PNG")
            self._store(buffer.getvalue())
            return True
        return False

    def _take(self, figure: Any) -> None:
        if not figure.get_axes() and not figure.texts and not figure.images:
            return
        width, height = (int(inches * figure.dpi) for inches in figure.get_size_inches())
        self._check(width, height)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", bbox_inches="tight", facecolor=figure.get_facecolor())
        self._store(buffer.getvalue())

    @staticmethod
    def _check(width: int, height: int) -> None:
        if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
            raise ValueError(
                f"The picture would be {width} x {height} pixels; at most {MAX_SIDE} on a side are possible."
            )

    def _store(self, png: bytes) -> None:
        self._count += 1
        self._folder.mkdir(exist_ok=True)
        (self._folder / f"{self._count:06d}.png").write_bytes(png)
