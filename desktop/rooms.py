"""The pages beside the chat: each is made when somebody first goes there, and hears events from then on."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from PySide6.QtWidgets import QWidget

from engine.events import ApiChanged, Event

if TYPE_CHECKING:
    from desktop.assistants.page import AssistantsPage
    from desktop.bin.page import BinPage
    from desktop.discussions.page import DiscussionsPage
    from desktop.knowledge.page import KnowledgePage
    from desktop.models.page import ModelsPage
    from desktop.room import Room
    from desktop.settings.page import SettingsPage
    from desktop.window import Window

Page = TypeVar("Page", bound=QWidget)
ROOMS = ("assistants", "knowledge", "discussions", "models", "bin", "settings")


class _Listens(Protocol):
    def take(self, events: tuple[Event, ...]) -> None: ...


class _Leaves(Protocol):
    def leave(self) -> None: ...


class Rooms:
    """Most people never see most pages, so none costs memory or time before it is asked for.

    Their modules are imported in the same moment, each by name, so that the frozen build has them all.
    """

    def __init__(self, room: Room, window: Window, on_chat: Callable[[str], None]) -> None:
        self._room, self._window, self._on_chat = room, window, on_chat
        self._made: dict[str, QWidget] = {}
        self._api: ApiChanged | None = None

    def page(self, name: str) -> QWidget | None:
        """Return a page, made now if need be; None if there is none of this name."""
        return cast(QWidget, getattr(self, name)) if name in ROOMS else None

    def take(self, events: tuple[Event, ...]) -> None:
        """Hand a bundle of events to the pages that are there."""
        for event in events:
            if isinstance(event, ApiChanged):
                self._api = event  # told once, at the start; the settings need it whenever they come
        for page in tuple(self._made.values()):
            if hasattr(page, "take"):
                cast(_Listens, page).take(events)

    def leave(self) -> None:
        """Stop what would hold up closing the window."""
        for page in self._made.values():
            if hasattr(page, "leave"):
                cast(_Leaves, page).leave()

    @cached_property
    def assistants(self) -> AssistantsPage:
        from desktop.assistants.page import AssistantsPage

        page = self._placed("assistants", AssistantsPage(self._room))
        page.chat_wanted.connect(self._on_chat)
        return page

    @cached_property
    def knowledge(self) -> KnowledgePage:
        from desktop.knowledge.page import KnowledgePage

        return self._placed("knowledge", KnowledgePage(self._room))

    @cached_property
    def discussions(self) -> DiscussionsPage:
        from desktop.discussions.page import DiscussionsPage

        return self._placed("discussions", DiscussionsPage(self._room))

    @cached_property
    def models(self) -> ModelsPage:
        from desktop.models.page import ModelsPage

        return self._placed("models", ModelsPage(self._room))

    @cached_property
    def bin(self) -> BinPage:
        from desktop.bin.page import BinPage

        return self._placed("bin", BinPage(self._room))

    @cached_property
    def settings(self) -> SettingsPage:
        from desktop.settings.page import SettingsPage

        page = self._placed("settings", SettingsPage(self._room))
        if self._api is not None:
            page.take((self._api,))
        return page

    def _placed(self, name: str, page: Page) -> Page:
        self._window.add_page(name, page)
        self._made[name] = page
        return page
