"""Sorts threads: pinned ones, folders by name, the others by the day they were last used in; knows no Qt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from desktop.words import QT_TRANSLATE_NOOP, Words
from engine.types import Thread

PINNED = QT_TRANSLATE_NOOP("ThreadsList", "Pinned")
FOLDER = Words("", "{name}")
TODAY = QT_TRANSLATE_NOOP("ThreadsList", "Today")
YESTERDAY = QT_TRANSLATE_NOOP("ThreadsList", "Yesterday")
WEEK = QT_TRANSLATE_NOOP("ThreadsList", "Past 7 days")
MONTH = QT_TRANSLATE_NOOP("ThreadsList", "Past 30 days")
OLDER = QT_TRANSLATE_NOOP("ThreadsList", "{month} {year}")
_MONTHS = (
    QT_TRANSLATE_NOOP("ThreadsList", "January"),
    QT_TRANSLATE_NOOP("ThreadsList", "February"),
    QT_TRANSLATE_NOOP("ThreadsList", "March"),
    QT_TRANSLATE_NOOP("ThreadsList", "April"),
    QT_TRANSLATE_NOOP("ThreadsList", "May"),
    QT_TRANSLATE_NOOP("ThreadsList", "June"),
    QT_TRANSLATE_NOOP("ThreadsList", "July"),
    QT_TRANSLATE_NOOP("ThreadsList", "August"),
    QT_TRANSLATE_NOOP("ThreadsList", "September"),
    QT_TRANSLATE_NOOP("ThreadsList", "October"),
    QT_TRANSLATE_NOOP("ThreadsList", "November"),
    QT_TRANSLATE_NOOP("ThreadsList", "December"),
)


@dataclass(frozen=True, slots=True)
class Group:
    """A heading and the threads under it, newest first; `folder` if they lie in one."""

    title: Words
    threads: tuple[Thread, ...]
    folder: str | None = None


def grouped(threads: Iterable[Thread], today: date, search: str = "") -> list[Group]:
    """Return the pinned ones, then folders, then days, newest first; with `search`, all words must be in the title."""
    words = search.casefold().split()
    found = [t for t in threads if all(word in (t.title or "").casefold() for word in words)]
    found.sort(key=lambda t: -t.last_used_at)  # stable: of those used in the same second the first given stays first
    pinned = [thread for thread in found if thread.pinned_at is not None]
    filed: dict[str, list[Thread]] = {}
    groups: list[tuple[Words, list[Thread]]] = []
    for thread in found:
        if thread.pinned_at is not None:
            continue
        if thread.folder:
            filed.setdefault(thread.folder, []).append(thread)
            continue
        title = _title(datetime.fromtimestamp(thread.last_used_at).date(), today)
        if groups and groups[-1][0] == title:
            groups[-1][1].append(thread)
        else:
            groups.append((title, [thread]))
    return [
        *([Group(PINNED, tuple(pinned))] if pinned else []),
        *(
            Group(FOLDER.fill(name=name), tuple(filed[name]), name)
            for name in sorted(filed, key=lambda name: (name.casefold(), name))
        ),
        *(Group(title, tuple(members)) for title, members in groups),
    ]


def _title(used: date, today: date) -> Words:
    days = (today - used).days
    if days <= 0:
        return TODAY
    if days == 1:
        return YESTERDAY
    if days < 8:
        return WEEK
    if days < 31:
        return MONTH
    return OLDER.fill(month=_MONTHS[used.month - 1], year=used.year)
