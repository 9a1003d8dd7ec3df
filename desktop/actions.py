"""The table of everything a user can ask for: menus, shortcuts and the command palette are made from it; no Qt here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from desktop.words import QT_TRANSLATE_NOOP, Words

Where = Literal["file", "chat", "view", "go", "help", "hidden"]


@dataclass(frozen=True, slots=True)
class State:
    """What decides which actions make sense now."""

    ready: bool = False
    page: str = "chat"
    thread: bool = False
    running: bool = False
    messages: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One row. `shortcut` is in Qt's portable notation, where Ctrl means Cmd on a Mac."""

    id: str
    text: Words
    icon: str = ""
    shortcut: str = ""
    where: Where
    enabled: Callable[[State], bool] = lambda state: state.ready


def _in_thread(state: State) -> bool:
    return state.ready and state.page == "chat" and state.thread


ACTIONS: tuple[Action, ...] = (
    Action(id="new_chat", text=QT_TRANSLATE_NOOP("Actions", "New chat"), icon="plus", shortcut="Ctrl+N", where="file"),
    Action(id="import_model", text=QT_TRANSLATE_NOOP("Actions", "Import a model file…"), icon="file-up", where="file"),
    Action(
        id="show_home",
        text=QT_TRANSLATE_NOOP("Actions", "Show Fireside's folder"),
        icon="folder-open",
        where="file",
    ),
    Action(
        id="quit",
        text=QT_TRANSLATE_NOOP("Actions", "Quit Fireside"),
        icon="power",
        shortcut="Ctrl+Q",
        where="file",
        enabled=lambda _state: True,
    ),
    Action(
        id="stop",
        text=QT_TRANSLATE_NOOP("Actions", "Stop the answer"),
        icon="square",
        shortcut="Esc",
        where="chat",
        enabled=lambda state: state.ready and state.running and state.page == "chat",
    ),
    Action(
        id="retry",
        text=QT_TRANSLATE_NOOP("Actions", "Answer again"),
        icon="rotate-ccw",
        shortcut="Ctrl+R",
        where="chat",
        enabled=lambda state: _in_thread(state) and state.messages and not state.running,
    ),
    Action(
        id="copy_last",
        text=QT_TRANSLATE_NOOP("Actions", "Copy the last answer"),
        icon="copy",
        shortcut="Ctrl+Shift+C",
        where="chat",
        enabled=lambda state: _in_thread(state) and state.messages,
    ),
    Action(
        id="rename_thread",
        text=QT_TRANSLATE_NOOP("Actions", "Rename this chat"),
        icon="pencil",
        shortcut="F2",
        where="chat",
        enabled=_in_thread,
    ),
    Action(
        id="pin_thread",
        text=QT_TRANSLATE_NOOP("Actions", "Pin or unpin this chat"),
        icon="pin",
        shortcut="Ctrl+Shift+P",
        where="chat",
        enabled=_in_thread,
    ),
    Action(
        id="export_md",
        text=QT_TRANSLATE_NOOP("Actions", "Save this chat as Markdown…"),
        icon="file-down",
        where="chat",
        enabled=_in_thread,
    ),
    Action(
        id="export_json",
        text=QT_TRANSLATE_NOOP("Actions", "Save this chat as JSON…"),
        icon="file-down",
        where="hidden",
        enabled=_in_thread,
    ),
    Action(
        id="export_pdf",
        text=QT_TRANSLATE_NOOP("Actions", "Save this chat as PDF…"),
        icon="file-down",
        where="chat",
        enabled=_in_thread,
    ),
    Action(
        id="delete_thread",
        text=QT_TRANSLATE_NOOP("Actions", "Delete this chat"),
        icon="trash-2",
        where="chat",
        enabled=_in_thread,
    ),
    Action(
        id="choose_assistant",
        text=QT_TRANSLATE_NOOP("Actions", "Choose who answers"),
        icon="bot",
        shortcut="Ctrl+Shift+A",
        where="chat",
        enabled=lambda state: state.ready and state.page == "chat",
    ),
    Action(
        id="focus_composer",
        text=QT_TRANSLATE_NOOP("Actions", "Write a message"),
        icon="pencil",
        shortcut="Ctrl+L",
        where="chat",
    ),
    Action(
        id="search_threads",
        text=QT_TRANSLATE_NOOP("Actions", "Search all chats"),
        icon="search",
        shortcut="Ctrl+F",
        where="view",
    ),
    Action(
        id="toggle_panel",
        text=QT_TRANSLATE_NOOP("Actions", "Show or hide the side panel"),
        icon="panel-left",
        shortcut="Ctrl+B",
        where="view",
    ),
    Action(
        id="toggle_details",
        text=QT_TRANSLATE_NOOP("Actions", "Show or hide the details"),
        icon="panel-right",
        shortcut="Ctrl+I",
        where="view",
        enabled=lambda state: state.ready and state.page == "chat",
    ),
    Action(
        id="copy_code",
        text=QT_TRANSLATE_NOOP("Actions", "Copy the last run as Python"),
        icon="braces",
        where="chat",
        enabled=lambda state: _in_thread(state) and state.messages,
    ),
    Action(
        id="toggle_theme",
        text=QT_TRANSLATE_NOOP("Actions", "Switch between light and dark"),
        icon="sun",
        shortcut="Ctrl+Shift+L",
        where="view",
    ),
    Action(
        id="toggle_language",
        text=QT_TRANSLATE_NOOP("Actions", "Switch language: English or 中文"),
        icon="languages",
        where="view",
    ),
    Action(
        id="palette",
        text=QT_TRANSLATE_NOOP("Actions", "All commands…"),
        icon="command",
        shortcut="Ctrl+K",
        where="view",
    ),
    Action(id="go_chat", text=QT_TRANSLATE_NOOP("Actions", "Go to the chat"), icon="message-square", where="go"),
    Action(id="go_assistants", text=QT_TRANSLATE_NOOP("Actions", "Go to assistants"), icon="bot", where="go"),
    Action(id="go_knowledge", text=QT_TRANSLATE_NOOP("Actions", "Go to knowledge"), icon="library", where="go"),
    Action(
        id="go_discussions",
        text=QT_TRANSLATE_NOOP("Actions", "Go to discussions"),
        icon="messages-square",
        where="go",
    ),
    Action(id="go_bin", text=QT_TRANSLATE_NOOP("Actions", "Go to the bin"), icon="trash-2", where="go"),
    Action(id="go_models", text=QT_TRANSLATE_NOOP("Actions", "Go to models"), icon="hard-drive", where="go"),
    Action(
        id="go_settings",
        text=QT_TRANSLATE_NOOP("Actions", "Go to settings"),
        icon="settings",
        shortcut="Ctrl+,",
        where="go",
    ),
)
BY_ID = {action.id: action for action in ACTIONS}


def matching(typed: str, names: dict[str, str], state: State) -> list[str]:
    """Return ids of the actions that make sense now and whose name holds all typed words, best first.

    `names` are the actions' names in the user's language; source names match as well.
    """
    words = typed.casefold().split()
    found: list[tuple[int, int, str]] = []
    for order, action in enumerate(ACTIONS):
        if not action.enabled(state):
            continue
        name = names.get(action.id, action.text.source).casefold()
        both = f"{name} {action.text.source.casefold()}"
        if all(word in both for word in words):
            found.append((0 if words and name.startswith(words[0]) else 1, order, action.id))
    return [action_id for _, _, action_id in sorted(found)]
