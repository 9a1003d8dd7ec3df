"""Writes times, sizes, speeds and durations as people of the current language do."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale

translate = QCoreApplication.translate


def clock(at: int) -> str:
    """Return when something was said: the time for today, with the day before."""
    moment = QDateTime.fromSecsSinceEpoch(at)
    time = moment.toString("HH:mm")
    if moment.date() == QDate.currentDate():
        return time
    return f"{day(moment.date())} {time}"


def day(date: QDate) -> str:
    """Return a date without a year that goes without saying."""
    chinese = QLocale().language() == QLocale.Language.Chinese
    same_year = date.year() == QDate.currentDate().year()
    if chinese:
        return date.toString("M月d日" if same_year else "yyyy年M月d日")
    return QLocale("en").toString(date, "MMM d" if same_year else "MMM d, yyyy")


def size(count: float) -> str:
    """Return bytes in the unit that suits, e.g. "1.1 GB"."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("KB", 1e3)):
        if count >= factor:
            value = count / factor
            return f"{value:.0f} {unit}" if value >= 100 else f"{value:.1f} {unit}"
    return f"{count:.0f} B"


def duration(seconds: float) -> str:
    """Return how long something takes, in the coarsest unit that still says something."""
    whole = max(1, round(seconds))
    if whole < 60:
        return translate("Wording", "{n} s").format(n=whole)
    if whole < 3600:
        return translate("Wording", "{n} min").format(n=round(whole / 60))
    return translate("Wording", "{hours} h {minutes} min").format(hours=whole // 3600, minutes=whole % 3600 // 60)


def parameters(count: int) -> str:
    """Return a model's size in parameters, e.g. "1.5B"."""
    if count >= 1_000_000_000:
        text = f"{count / 1e9:.1f}".removesuffix(".0")
        return f"{text}B"
    return f"{count / 1e6:.0f}M"


def tokens(count: int) -> str:
    """Return a number of tokens, long ones in thousands."""
    return f"{count / 1024:.0f}k" if count >= 10_000 else f"{count:,}"
