"""Says in one line what a call did, and how long it took."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop import wording
from desktop.chat.calls import Call

translate = QCoreApplication.translate
_LEAST_SECONDS = 0.05
ICONS = {"function": "braces", "code_interpreter": "square-terminal", "file_search": "search", "thought": "lightbulb"}


def summary(call: Call) -> str:
    """Return what a card's line says."""
    match call.kind:
        case "file_search":
            return _search(call)
        case "code_interpreter":
            return _code(call)
        case "function":
            return _function(call)
        case "thought" if call.state == "working":
            if not call.seconds or call.seconds < 1:
                return translate("Calls", "Thinking…")
            return translate("Calls", "Thinking… {time}").format(time=wording.duration(call.seconds))
        case "thought":
            if not call.seconds or call.seconds < _LEAST_SECONDS:
                return translate("Calls", "Thought before answering")
            return translate("Calls", "Thought for {time}").format(time=wording.duration(call.seconds))


def took(seconds: float | None) -> str:
    """Return how long something took; nothing where it was not measured, or is not worth a word."""
    if seconds is None or seconds < _LEAST_SECONDS:
        return ""
    if seconds < 60:
        shown = f"{seconds:.1f}" if seconds < 9.95 else f"{seconds:.0f}"
        return translate("Calls", "{seconds} s").format(seconds=shown)
    return translate("Calls", "{minutes} min {seconds} s").format(
        minutes=int(seconds // 60), seconds=f"{seconds % 60:.0f}"
    )


def _search(call: Call) -> str:
    if call.state == "working":
        return translate("Calls", "Searching the files…")
    if call.state == "stopped":
        return translate("Calls", "The search was stopped")
    if call.state == "declined":
        return translate("Calls", "The search was not allowed")
    if not call.passages:
        return translate("Calls", "Searched the files · found nothing")
    if call.files == 1:
        files = translate("Calls", "Searched 1 file")
    else:
        files = translate("Calls", "Searched {n} files").format(n=call.files)
    if len(call.passages) == 1:
        found = translate("Calls", "used 1 passage")
    else:
        found = translate("Calls", "used {n} passages").format(n=len(call.passages))
    return f"{files} · {found}"


def _code(call: Call) -> str:
    match call.state:
        case "working":
            parts = [translate("Calls", "Working in Python…")]
        case "stopped":
            parts = [translate("Calls", "Python was stopped")]
        case "declined":
            parts = [translate("Calls", "Python was not allowed to run")]
        case "failed":
            parts = [translate("Calls", "Python ended with an error")]
        case _:
            parts = [translate("Calls", "Ran Python")]
    if call.lines == 1:
        parts.append(translate("Calls", "1 line"))
    elif call.lines:
        parts.append(translate("Calls", "{n} lines").format(n=call.lines))
    if len(call.images) == 1:
        parts.append(translate("Calls", "1 image"))
    elif call.images:
        parts.append(translate("Calls", "{n} images").format(n=len(call.images)))
    return " · ".join(parts)


def _function(call: Call) -> str:
    match call.state:
        case "working":
            text = translate("Calls", "Calling {name}…")
        case "stopped":
            text = translate("Calls", "{name} was not answered")
        case "declined":
            text = translate("Calls", "{name} was not allowed")
        case "failed":
            text = translate("Calls", "{name} reported an error")
        case _:
            text = translate("Calls", "Called {name}")
    return text.format(name=call.name or "…")
