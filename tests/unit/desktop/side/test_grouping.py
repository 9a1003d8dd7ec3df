"""Threads are grouped by the day they were last used in."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from desktop.side.grouping import grouped
from engine.types import Thread

TODAY = date(2026, 3, 20)


def _thread(days: int, title: str = "", hour: int = 12) -> Thread:
    moment = datetime(TODAY.year, TODAY.month, TODAY.day, hour) - timedelta(days=days)
    at = int(moment.timestamp())
    return Thread(id=f"thread_{days}_{hour}_{title}", created_at=at, last_used_at=at, title=title or f"{days} days")


def test_groups_are_the_days_people_think_in() -> None:
    groups = grouped([_thread(days) for days in (70, 0, 1, 2, 7, 8, 30, 31, 400)], TODAY)

    shown = [(g.title.source.format(**g.title.values) if g.title.values else g.title.source) for g in groups]
    assert [len(g.threads) for g in groups] == [1, 1, 2, 2, 1, 1, 1]
    assert shown[:4] == ["Today", "Yesterday", "Past 7 days", "Past 30 days"]
    assert [g.title.values.get("year") for g in groups[4:]] == [2026, 2026, 2025]
    assert groups[4].title.values["month"].source == "February"


def test_the_newest_stand_first_and_equal_ones_keep_their_order() -> None:
    first, second = _thread(0, "a", 9), _thread(0, "b", 9)
    [group] = grouped([first, _thread(0, "late", 15), second], TODAY)

    assert [t.title for t in group.threads] == ["late", "a", "b"]


def test_searching_wants_all_words_in_any_order_and_case() -> None:
    threads = [_thread(0, "June Rainfall"), _thread(0, "rain in May"), _thread(0, "六月降雨量分析")]

    assert [t.title for g in grouped(threads, TODAY, "RAIN june") for t in g.threads] == ["June Rainfall"]
    assert [t.title for g in grouped(threads, TODAY, "降雨") for t in g.threads] == ["六月降雨量分析"]
    assert grouped(threads, TODAY, "snow") == []


def test_a_clock_set_back_does_not_lose_a_thread() -> None:
    [group] = grouped([_thread(-3)], TODAY)

    assert group.title.source == "Today"


def test_pinned_ones_come_first_then_folders_by_name_then_days() -> None:
    from dataclasses import replace

    pinned = replace(_thread(40, "pinned"), pinned_at=1, folder="b")
    threads = [_thread(0, "new"), pinned, replace(_thread(2, "x"), folder="b"), replace(_thread(3, "y"), folder="A")]
    groups = grouped(threads, TODAY)

    assert [group.title.source.format(**group.title.values) for group in groups] == ["Pinned", "A", "b", "Today"]
    assert [group.folder for group in groups] == [None, "A", "b", None]
    assert [t.title for group in groups for t in group.threads] == ["pinned", "y", "x", "new"]
