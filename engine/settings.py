"""Settings: each declared once with type, default, bounds and words; the settings page is generated from this table."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.errors import InvalidRequest
from engine.types import JsonObject

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What the settings page shows for a key: page, words (source text for translation), choices and bounds."""

    page: str
    title: str
    help: str = ""
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None


def _setting(default: Any, page: str, title: str, **words: Any) -> Any:
    metadata = {"declaration": Declaration(page=page, title=title, **words)}
    if isinstance(default, dict):
        return field(default_factory=lambda: dict(default), metadata=metadata)
    return field(default=default, metadata=metadata)


# Names that code written for the hosted service asks for; each means "the default local model".
_HOSTED_NAMES = (
    *("gpt-3.5-turbo", "gpt-4", "gpt-4-turbo", "gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-4.1-mini", "gpt-4.1-nano"),
    *("gpt-5", "gpt-5-mini", "gpt-5-nano", "o1", "o1-mini", "o3", "o3-mini", "o4-mini"),
)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings with their values; immutable, replaced as a whole by `SettingsFile.set`."""

    language: str = _setting("system", "Appearance", "Language", choices=("system", "en", "zh_CN"))
    theme: str = _setting("system", "Appearance", "Theme", choices=("system", "light", "dark"))
    first_start_done: bool = _setting(False, "", "First start finished")

    notify: bool = _setting(
        True,
        "Background",
        "Tell me when long work is done",
        help="Answers, questions, downloads and files, while the window is not in front.",
    )
    keep_in_tray: bool = _setting(
        False,
        "Background",
        "Closing the window keeps Fireside running",
        help="Behind its icon in the tray, on systems that have one; the icon's menu quits it.",
    )
    start_at_login: bool = _setting(False, "Background", "Open Fireside when I log in")

    default_model: str = _setting("", "Model", "Default model", help="Used by new assistants and for unknown names.")
    default_embedder: str = _setting("", "Model", "Default embedding model")
    model_names: dict[str, str] = _setting(
        dict.fromkeys(_HOSTED_NAMES, ""),
        "Model",
        "Other names for models",
        help="Which local model answers for a name; empty means the default model. Unknown names get it too.",
    )
    context_length: int = _setting(
        0, "Model", "Context length", help="In tokens; 0 chooses by memory.", minimum=0, maximum=1_048_576
    )
    threads: int = _setting(0, "Model", "CPU threads", help="0 uses the physical cores.", minimum=0, maximum=512)
    gpu_layers: int = _setting(-1, "Model", "Layers on the GPU", help="-1 fills the GPU.", minimum=-1, maximum=999)
    batch: int = _setting(512, "Model", "Tokens read at once", minimum=32, maximum=4096)
    kv_cache_mb: int = _setting(
        0,
        "Model",
        "Memory for what was read",
        help="In MB; conversations in it are not read again. 0 chooses by free memory.",
        minimum=0,
        maximum=262_144,
    )
    calibrate: bool = _setting(
        True,
        "Model",
        "Find out what is fastest here",
        help="Once for each model, for a few seconds while nothing else needs it.",
    )
    max_loaded_models: int = _setting(1, "Model", "Models kept in memory", minimum=1, maximum=8)
    idle_unload_minutes: int = _setting(
        15, "Model", "Unload after minutes without use", help="0 keeps it loaded.", minimum=0, maximum=1440
    )

    model_titles: bool = _setting(
        True, "Model", "Let the model name chats", help="After the first answer, while nothing else needs the model."
    )

    temperature: float = _setting(0.7, "Sampling", "Temperature", minimum=0, maximum=2)
    top_p: float = _setting(0.95, "Sampling", "Top-p", minimum=0, maximum=1)
    top_k: int = _setting(40, "Sampling", "Top-k", minimum=0, maximum=1000)
    min_p: float = _setting(0.05, "Sampling", "Min-p", minimum=0, maximum=1)
    repeat_penalty: float = _setting(1.05, "Sampling", "Repeat penalty", minimum=0.5, maximum=2)
    call_temperature: float = _setting(
        0.0, "Sampling", "Temperature inside tool calls", help="For arguments and JSON answers.", minimum=0, maximum=2
    )
    grounded_temperature: float = _setting(
        0.2,
        "Sampling",
        "Temperature of answers from results",
        help="For answers that rest on what tools returned.",
        minimum=0,
        maximum=2,
    )
    seed: int = _setting(-1, "Sampling", "Seed", help="-1 draws a new one each time.", minimum=-1, maximum=2**31 - 1)
    max_answer_tokens: int = _setting(
        2048, "Sampling", "Longest answer", help="In tokens.", minimum=16, maximum=131_072
    )

    run_minutes: int = _setting(
        60, "Runs", "Longest run in minutes", help="A slow machine may need long.", minimum=1, maximum=1440
    )
    max_call_rounds: int = _setting(
        12, "Runs", "Rounds of tool calls in one run", help="Then the model must answer.", minimum=1, maximum=100
    )
    max_calls: int = _setting(8, "Runs", "Tool calls at once", help="Most calls in one round.", minimum=1, maximum=64)
    max_call_repairs: int = _setting(
        3, "Runs", "Repairs of failed calls", help="Then the model must answer.", minimum=0, maximum=20
    )
    tool_wait_seconds: int = _setting(
        600, "Runs", "Wait for tool outputs", help="In seconds, as the hosted service did.", minimum=10, maximum=86_400
    )
    code_approval: str = _setting(
        "never",
        "Runs",
        "Ask before code runs",
        help="The chat shows the code first. Code always runs in the jail; programs that use the API are not asked.",
        choices=("never", "once", "always"),
    )
    code_seconds: int = _setting(
        60,
        "Runs",
        "Longest time for one piece of code",
        help="In seconds; then it is stopped. An assistant's metadata may say code_seconds, too.",
        minimum=1,
        maximum=3600,
    )
    code_memory_mib: int = _setting(
        768,
        "Runs",
        "Memory for code",
        help="In MiB, beside the libraries. An assistant's metadata may say code_memory_mib, too.",
        minimum=128,
        maximum=65_536,
    )
    search_rewriting: str = _setting(
        "auto",
        "Runs",
        "Rewrite searches with the model",
        help="Finds more for questions that point back or compare, and costs one more answer of the model.",
        choices=("auto", "never", "always"),
    )
    recognise_text: bool = _setting(
        True, "Runs", "Read scans and pictures", help="Text recognition (OCR) in Chinese and English, on this computer."
    )
    whole_file_passes: int = _setting(
        12,
        "Runs",
        "Most passes over whole files",
        help="For summaries, complete lists and comparisons of files; each costs an answer of the model. 0 searches.",
        minimum=0,
        maximum=500,
    )

    api_enabled: bool = _setting(False, "Local API", "Serve the API while the window is open")
    api_port: int = _setting(8321, "Local API", "Port", minimum=0, maximum=65_535)

    network_allowed: bool = _setting(
        True, "Privacy", "Allow downloads I ask for", help="Off: Fireside never opens a connection."
    )
    model_index: str = _setting("", "Privacy", "Package index for models", help="Empty: the one pip is set up for.")
    hub_endpoint: str = _setting("", "Privacy", "Model hub address", help="Empty: Hugging Face.")


DECLARATIONS: dict[str, Declaration] = {
    f.name: f.metadata["declaration"] for f in dataclasses.fields(Settings) if "declaration" in f.metadata
}
_TYPES = {f.name: type(getattr(Settings(), f.name)) for f in dataclasses.fields(Settings)}


def check(key: str, value: Any) -> Any:
    """Return the value in its declared type. Raises InvalidRequest with a sentence that names key and bounds."""
    if key not in DECLARATIONS:
        raise InvalidRequest(f"There is no setting '{key}'.", code="unknown_setting", param=key, key=key)
    declared, kind = DECLARATIONS[key], _TYPES[key]
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise _bad(key, value, f"it must be of type {kind.__name__}")
    if kind is dict and not all(isinstance(item, str) for pair in value.items() for item in pair):
        raise _bad(key, value, "it must map texts to texts")
    if declared.choices and value not in declared.choices:
        raise _bad(key, value, f"it must be one of {', '.join(declared.choices)}")
    if declared.minimum is not None and not declared.minimum <= value <= (declared.maximum or declared.minimum):
        raise _bad(key, value, f"it must lie between {declared.minimum:g} and {declared.maximum:g}")
    return value


def _bad(key: str, value: Any, why: str) -> InvalidRequest:
    return InvalidRequest(
        f"The setting '{key}' cannot be {value!r}: {why}.", code="bad_setting", param=key, key=key, why=why
    )


class SettingsFile:
    """Settings kept in one JSON file; a broken file is set aside, not overwritten, and defaults are used."""

    def __init__(self, path: Path, on_change: Callable[[str], None] = lambda _key: None) -> None:
        self._path = path
        self._on_change = on_change
        self._lock = threading.Lock()
        self._unknown: JsonObject = {}
        self.problems: list[str] = []
        self.current = self._load()

    def set(self, **changes: Any) -> Settings:
        """Check and store new values; listeners hear each key that changed. Raises InvalidRequest."""
        checked = {key: check(key, value) for key, value in changes.items()}
        with self._lock:
            changed = [key for key, value in checked.items() if getattr(self.current, key) != value]
            self.current = dataclasses.replace(self.current, **checked)
            if changed:
                self._save()
        for key in changed:
            self._on_change(key)
        return self.current

    def _load(self) -> Settings:
        try:
            untrusted = json.loads(self._path.read_text("utf-8"))
            if not isinstance(untrusted, dict):
                raise ValueError("not an object")
        except FileNotFoundError:
            return Settings()
        except (OSError, ValueError) as error:
            self.problems.append(f"settings.json could not be read ({error}); defaults are used")
            with contextlib.suppress(OSError):
                os.replace(self._path, self._path.with_suffix(".json.broken"))
            return Settings()
        values: JsonObject = {}
        for key, value in untrusted.items():
            try:
                values[key] = check(key, value)
            except InvalidRequest as error:
                self.problems.append(error.message)
                self._unknown[key] = value
        return Settings(**values)

    def _save(self) -> None:
        default = Settings()
        values = {
            f.name: getattr(self.current, f.name)
            for f in dataclasses.fields(Settings)
            if getattr(self.current, f.name) != getattr(default, f.name)
        }
        kept = {key: value for key, value in self._unknown.items() if key not in DECLARATIONS}
        temporary = self._path.with_suffix(".json.new")
        temporary.write_text(json.dumps({**kept, **values}, ensure_ascii=False, indent=2) + "\n", "utf-8")
        os.replace(temporary, self._path)
