"""The bus: one order for all listeners, and no listener can silence another."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

from engine.bus import Bus
from engine.events import Event, RunProgress


def progress(done: int = 0, thread_id: str | None = None) -> RunProgress:
    return RunProgress(phase="reading", done=done, thread_id=thread_id)


def test_events_are_numbered_in_their_order() -> None:
    bus, heard = Bus(), list[Event]()
    bus.subscribe(heard.append)

    bus.publish(progress(7))
    bus.publish(progress(8))

    assert [(event.seq, event.done) for event in heard if isinstance(event, RunProgress)] == [(1, 7), (2, 8)]


def test_a_listener_of_one_thread_hears_only_that_thread() -> None:
    bus, heard = Bus(), list[Event]()
    bus.subscribe(heard.append, thread_id="thread_a")

    for thread_id in ("thread_a", "thread_b", None):
        bus.publish(progress(thread_id=thread_id))

    assert [event.thread_id for event in heard] == ["thread_a"]


def test_a_closed_subscription_hears_nothing_more() -> None:
    bus, heard = Bus(), list[Event]()
    with bus.subscribe(heard.append) as subscription:
        bus.publish(progress())
    subscription.close()

    bus.publish(progress())

    assert len(heard) == 1


def test_a_broken_listener_is_logged_and_the_others_still_hear(
    expected_log: Callable[[str], contextlib.AbstractContextManager[None]],
) -> None:
    bus, heard = Bus(), list[Event]()

    def broken(_event: Event) -> None:
        raise ValueError("no")

    bus.subscribe(broken)
    bus.subscribe(heard.append)

    with expected_log("a listener failed on RunProgress"):
        bus.publish(progress())

    assert len(heard) == 1


def test_a_listener_may_leave_while_it_is_called() -> None:
    bus, heard = Bus(), list[Event]()
    subscription = bus.subscribe(lambda event: (heard.append(event), subscription.close())[0])

    bus.publish(progress())
    bus.publish(progress())

    assert len(heard) == 1


def test_all_listeners_hear_many_publishers_in_the_same_order() -> None:
    bus, first, second = Bus(), list[int](), list[int]()
    bus.subscribe(lambda event: first.append(event.seq))
    bus.subscribe(lambda event: second.append(event.seq))
    threads = [threading.Thread(target=lambda: [bus.publish(progress()) for _ in range(50)]) for _ in range(4)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert first == second == list(range(1, 201))
