"""Builds the pages over an opened engine, connects them with each other, and performs the table's actions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QCoreApplication, QObject

from desktop import autostart
from desktop.actions import State
from desktop.bridge import Bridge
from desktop.chat.exporting import ENDINGS, Exporting
from desktop.chat.page import ChatPage
from desktop.controls.commands import Entry
from desktop.controls.network import NetworkNote
from desktop.details.dock import Dock
from desktop.live import Live
from desktop.notifying import Notifying
from desktop.room import Room
from desktop.rooms import ROOMS, Rooms
from desktop.side.panel import SidePanel
from desktop.side.threads_list import title_of
from desktop.traffic import Traffic
from engine.errors import FiresideError
from engine.events import Event, SettingChanged
from engine.types import PageRequest

if TYPE_CHECKING:
    from desktop.assistants.page import AssistantsPage
    from desktop.bin.page import BinPage
    from desktop.details.panel import DetailsPanel
    from desktop.first_start.page import FirstStartPage
    from desktop.i18n import Translations
    from desktop.knowledge.page import KnowledgePage
    from desktop.models.page import ModelsPage
    from desktop.settings.page import SettingsPage
    from desktop.tasks import Tasks
    from desktop.theme import Theme
    from desktop.window import Window
    from engine.service import Engine

translate = QCoreApplication.translate
_MOST_FOUND = 6


class _Takes(Protocol):
    """A page that listens to events."""

    def take(self, events: tuple[Event, ...]) -> None: ...


class Pages(QObject):
    """Lives as long as the engine does; `close` takes everything off the window again."""

    def __init__(
        self,
        window: Window,
        engine: Engine,
        bridge: Bridge,
        tasks: Tasks,
        theme: Theme,
        translations: Translations,
    ) -> None:
        super().__init__(window)
        self.window = window
        self.engine = engine
        self.live = Live()
        self.traffic = Traffic()
        self.room = Room(
            engine=engine,
            tasks=tasks,
            live=self.live,
            traffic=self.traffic,
            theme=theme,
            translations=translations,
            state=window.state,
            act=window.act,
            tell=window.tell,
            fail=window.fail,
            undoable=window.undoable,
        )
        self.exporting = Exporting(self.room, window)
        self.on_home: Callable[[object], None] = lambda _folder: None
        self.on_restart: Callable[[], None] = lambda: None
        self.network = NetworkNote(self.traffic)
        self.chat = ChatPage(self.room)
        self.chat.presenter.next_run.load(window.state.next_run)
        self.rooms = Rooms(self.room, window, self._chat_with)
        self.side = SidePanel(self.room)
        self.notifying = Notifying(window, lambda: engine.settings.current, self._title_of)
        self.dock = Dock(window.sheet, window.beside, self._make_details, wanted=window.state.details)
        self.first: FirstStartPage | None = None
        self._files: tuple[Path, ...] = ()
        self._listeners: list[_Takes] = [self.chat, self.side, self.rooms]
        self._place()
        self._connect()
        self.bridge = bridge
        self.bridge.events.connect(self.take)
        self.begin()
        self.bridge.release()

    def _place(self) -> None:
        window = self.window
        window.set_side(self.side)
        window.add_page("chat", self.chat)
        for name in ("chat", *ROOMS):
            window.performers["go_" + name] = lambda chosen=name: self.go(chosen)  # type: ignore[misc]
        window.on_page = lambda name: self.dock.be_at(chat=name == "chat")
        window.head.insertWidget(1, self.chat.chip)
        window.head.insertWidget(window.head.count() - 1, self.network)

    def _connect(self) -> None:
        window, chat = self.window, self.chat
        self.side.thread_chosen.connect(self.open_thread)
        self.notifying.chosen.connect(self.open_thread)
        self.side.message_chosen.connect(self.open_message)
        self.side.delete_wanted.connect(self.delete_thread)
        self.side.export_wanted.connect(self.export)
        chat.why_wanted.connect(self._show_why)
        window.describe = self.describe
        window.find_more = self._find_threads
        window.performers |= {
            "new_chat": self.new_chat,
            "import_model": self._import,
            "show_home": lambda: window.open_folder(str(self.engine.paths.home)),
            "stop": chat.presenter.stop,
            "retry": chat.presenter.retry,
            "copy_last": chat.copy_last,
            "rename_thread": self._rename,
            "pin_thread": lambda: self.side.toggle_pin(chat.presenter.thread_id or ""),
            **{f"export_{ending}": partial(self.export, "", ending) for ending in ENDINGS},
            "delete_thread": lambda: self.delete_thread(chat.presenter.thread_id or ""),
            "choose_assistant": chat.choose_assistant,
            "focus_composer": self._write,
            "search_threads": self._search,
            "toggle_theme": self._toggle_theme,
            "toggle_language": self._toggle_language,
            "toggle_details": self._toggle_details,
            "copy_code": self._copy_code,
            "opened": self._opened,
            "restart": lambda: self.on_restart(),
            "refresh": window.refresh_actions,
        }

    def _make_details(self) -> DetailsPanel:
        from desktop.details.panel import DetailsPanel

        panel = DetailsPanel(self.room, self.chat.presenter.next_run)
        panel.open_thread(self.chat.presenter.thread_id)
        return panel

    def begin(self) -> None:
        """Show the first start, or the chat where it was left."""
        if not self.engine.settings.current.first_start_done:
            from desktop.first_start.page import FirstStartPage  # here: it is seen once

            self.first = FirstStartPage(self.room)
            self.first.finished.connect(self._finish_first)
            self.first.home_wanted.connect(lambda folder: self.on_home(folder))
            self._listeners.append(self.first)
            self.window.add_page("first_start", self.first)
            self.window.show_page("first_start")
            self.window.show_bare(bare=True)
            self.first.load()
            return
        self._enter()
        if self.engine.replaced is not None:
            text = translate("Pages", "Restored. What was here before lies in {folder}.")
            self.window.tell(text.format(folder=self.engine.replaced))

    def _finish_first(self) -> None:
        self.engine.settings.set(first_start_done=True)
        self.window.show_bare(bare=False)
        self._enter()
        files, self._files = self._files, ()
        self.open_files(files)

    def _enter(self) -> None:
        self.window.show_page("chat")
        self.side.load()
        tasks, engine = self.room.tasks, self.engine
        tasks.write(lambda: _first_assistant(engine), lambda _: self._start_chat(), self.window.fail, owner=self)

    def _start_chat(self) -> None:
        state = self.window.state
        self.chat.start(state.assistant_id, state.thread_id)
        self.chat.focus()

    @property
    def assistants(self) -> AssistantsPage:
        return self.rooms.assistants

    @property
    def knowledge(self) -> KnowledgePage:
        return self.rooms.knowledge

    @property
    def models(self) -> ModelsPage:
        return self.rooms.models

    @property
    def bin(self) -> BinPage:
        return self.rooms.bin

    @property
    def details(self) -> DetailsPanel:
        return self.dock.panel

    @property
    def settings(self) -> SettingsPage:
        return self.rooms.settings

    # Events.

    def take(self, events: tuple[Event, ...]) -> None:
        """Hand a bundle of events to everybody; the chat comes first, for it keeps the common state."""
        if self.traffic.take(events):
            self.network.refresh()
        for event in events:
            if isinstance(event, SettingChanged):
                self._setting(event.key)
        for listener in self._listeners:
            listener.take(events)
        if self.dock.made is not None:
            self.dock.made.take(events)
        self.notifying.take(events)
        self.window.refresh_actions()

    def _setting(self, key: str) -> None:
        settings = self.engine.settings.current
        if key == "theme":
            self.room.theme.use(settings.theme)
        elif key == "language":
            self.room.translations.use(settings.language)
            self.room.theme.use_language()
            self.chat.transcript.restyle()
        elif key in ("notify", "keep_in_tray"):
            self.notifying.refresh()
        elif key == "start_at_login":
            self._start_at_login(wanted=settings.start_at_login)

    def _start_at_login(self, *, wanted: bool) -> None:
        def write() -> None:
            try:
                autostart.put(autostart.command()) if wanted else autostart.take_away()
            except OSError as error:
                raise FiresideError("What starts at login cannot be written down.", code="disk_failed") from error

        self.room.tasks.write(write, None, self.window.fail, owner=self)

    def _title_of(self, thread_id: str) -> str:
        return str(self.side.threads.row_of(thread_id).data() or "")

    def describe(self) -> State:
        """Say what decides which actions make sense."""
        presenter = self.chat.presenter
        return State(
            ready=self.window.current_page != "first_start",
            page=self.window.current_page,
            thread=presenter.thread_id is not None,
            running=presenter.running,
            messages=bool(self.chat.transcript.items),
        )

    # Going about.

    def go(self, page: str) -> None:
        """Show a page, with what it shows read anew."""
        self.rooms.page(page)
        self.window.show_page(page)
        self.side.show_page(page)
        self.chat.chip.setVisible(page == "chat")
        if page == "models":
            self.models.load()
        elif page == "knowledge":
            self.knowledge.back()
        elif page == "assistants":
            self.assistants.load()
        elif page == "bin":
            self.bin.load()
        elif page == "chat":
            self.side.mark(self.window.state.thread_id)
            self.chat.focus()

    def new_chat(self) -> None:
        self.go("chat")
        self.chat.open(None)

    def open_thread(self, thread_id: str) -> None:
        self.go("chat")
        if self.chat.presenter.thread_id != thread_id:
            self.chat.open(thread_id)

    def open_message(self, thread_id: str, message_id: str) -> None:
        """Show the place in a thread where something was said."""
        self.go("chat")
        self.chat.open(thread_id, message_id)

    def delete_thread(self, thread_id: str) -> None:
        """Hide a thread at once and put it into the bin, where it stays for 30 days."""
        index = self.side.threads.row_of(thread_id)
        if not index.isValid():
            return
        title = str(index.data())
        self.side.threads.hide(thread_id, hidden=True)
        if self.chat.presenter.thread_id == thread_id:
            self.chat.open(None)

        tasks, engine = self.room.tasks, self.engine

        def failed(error: FiresideError) -> None:
            self.side.threads.hide(thread_id, hidden=False)
            self.window.fail(error)

        def back(_done: None) -> None:
            self.side.threads.hide(thread_id, hidden=False)
            self.open_thread(thread_id)

        tasks.write(lambda: engine.bin.put_thread(thread_id), None, failed, owner=self)
        shown = title if len(title) <= 40 else title[:39] + "…"
        self.room.undoable(
            translate("Pages", "“{title}” is in the bin.").format(title=shown),
            lambda: tasks.write(lambda: engine.bin.take_out(thread_id), back, self.window.fail, owner=self),
            lambda: None,
        )

    def export(self, thread_id: str, ending: str) -> None:
        """Save a thread, or the open one, where the user says."""
        thread_id = thread_id or self.chat.presenter.thread_id or ""
        title = str(self.side.threads.row_of(thread_id).data() or "")
        self.exporting.export(thread_id, title, ending)

    def _rename(self) -> None:
        if not self.side.isVisible():
            self.window.toggle_panel()
        self.side.edit_title(self.chat.presenter.thread_id or "")

    def _toggle_details(self) -> None:
        self.dock.want(wanted=not self.dock.shown)

    def _show_why(self, run_id: str) -> None:
        self.details.presenter.choose(run_id)
        self.details.show_tab(0)
        self.dock.want(wanted=True)

    def _copy_code(self) -> None:
        self.details.copy_code()

    def _opened(self) -> None:
        if self.dock.made is not None:
            self.dock.made.open_thread(self.chat.presenter.thread_id)
        self.side.mark(self.window.state.thread_id)
        self.window.state.assistant_id = self.chat.presenter.assistant_id or ""

    def _chat_with(self, assistant_id: str) -> None:
        self.new_chat()
        self.chat.presenter.choose_assistant(assistant_id)

    def _write(self) -> None:
        self.go("chat")

    def _search(self) -> None:
        if not self.side.isVisible():
            self.window.toggle_panel()
        self.side.search.setFocus()
        self.side.search.selectAll()

    def open_files(self, files: Sequence[Path]) -> None:
        """Take in files that the app was started with; during the first start they wait for its end."""
        if not self.engine.settings.current.first_start_done:
            self._files += tuple(files)
            return
        for file in files:
            if file.suffix.lower() == ".gguf":
                self.go("models")
                self.models.import_path(file)
            elif file.suffix.lower() == ".fireside":
                self.go("assistants")
                self.assistants.open_file(file)

    def _import(self) -> None:
        self.go("models")
        self.models.choose_file()

    def _toggle_theme(self) -> None:
        dark = self.room.theme.dark
        self.engine.settings.set(theme="light" if dark else "dark")

    def _toggle_language(self) -> None:
        english = self.room.translations.language == "en"
        self.engine.settings.set(language="zh_CN" if english else "en")

    def _find_threads(self, typed: str) -> list[Entry]:
        words = typed.casefold().split()
        if not words:
            return []
        found = [t for t in self.side.threads.threads if all(w in title_of(t).casefold() for w in words)]
        return [
            Entry(title_of(t), "message-square", "", lambda chosen=t.id: self.open_thread(chosen))  # type: ignore[misc]
            for t in found[:_MOST_FOUND]
        ]

    def close(self) -> None:
        """Stop listening and let go of the engine's events."""
        self.window.state.details = self.dock.wanted
        self.window.state.next_run = dict(self.chat.presenter.next_run.stored())
        self.window.on_page = lambda _name: None
        self.window.state.assistant_id = self.chat.presenter.assistant_id or ""
        self.rooms.leave()
        self.notifying.close()
        self.bridge.events.disconnect(self.take)
        self.bridge.detach()


def _first_assistant(engine: Engine) -> None:
    """Make the assistant everybody starts with, once."""
    if not engine.assistants.list(PageRequest(limit=1)).items:
        engine.assistants.create(
            model="default",
            metadata={"avatar": "0"},
            name=translate("Pages", "Fireside"),
            instructions=translate("Pages", "You are a helpful assistant. Answer clearly and briefly."),
        )
