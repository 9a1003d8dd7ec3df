"""Two assistants answer on one thread, one after the other, and are told apart by name and avatar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt

Open = Callable[..., Any]


def test_two_assistants_on_one_thread_are_told_apart(open_app: Open) -> None:
    driver = open_app(["From the first.", "From the second."])
    engine, presenter = driver.app.engine, driver.chat.presenter
    made = [
        engine.assistants.create(model="default", name=name, metadata={"avatar": avatar})
        for name, avatar in (("Ada", "1"), ("Bela", "4"))
    ]
    driver.until(lambda: {each.id for each in made} <= set(presenter.assistants))
    for count, each in enumerate(made, 1):
        presenter.choose_assistant(each.id)
        driver.say(f"Question {count}")
        driver.answered(count)

    answers = [item.turn for item in driver.items if not item.is_user]
    assert [(turn.name, turn.text) for turn in answers] == [("Ada", "From the first."), ("Bela", "From the second.")]
    assert answers[0].avatar != answers[1].avatar
    assert len({item.turn.run_id for item in driver.items if not item.is_user}) == 2


def test_the_room_of_discussions_says_what_works_already_and_leads_there(open_app: Open) -> None:
    driver = open_app()
    driver.pages.go("discussions")
    page = driver.app.window.page("discussions")

    driver.qtbot.mouseClick(page.button, Qt.MouseButton.LeftButton)

    assert driver.app.window.current_page == "assistants"
