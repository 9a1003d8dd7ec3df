"""The whole API through four versions of the unmodified client, each in an environment of its own."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from engine.inference.port import ChatRequest
from engine.inference.scripted import Reply, ScriptedBackend
from engine.service import Engine
from tests.api.conftest import KEY, Live
from tests.api_versions.prepare import VERSIONS, python_of
from tests.support.gguf import write_gguf
from tests.support.retrieval import scripted_retrievers

_SCENARIO = Path(__file__).with_name("scenario.py")
_ALWAYS = [
    *("assistants", "threads_and_messages", "runs", "cancelling", "streams", "functions"),
    *("files", "uploads", "vector_stores", "completions", "models_and_embeddings"),
]


def _answer(request: ChatRequest) -> Reply | str:
    """Hold to what the scenario's docstring promises."""
    last = request.messages[-1]
    if last.role == "tool":
        return f"The tool said: {last.content}"
    if "slowly" in last.content:
        return Reply(text="One, two, three", gates={2: threading.Event()})
    if request.tools and request.tool_choice != "none":
        return f'<tool_call>{{"name": "{request.tools[0]["function"]["name"]}", "arguments": {{}}}}</tool_call>'
    return f"You said: {last.content}"


def _embedder(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "config.json").write_text('{"model_type": "bert", "max_position_embeddings": 128}')
    (folder / "modules.json").write_text("[]")
    (folder / "model.safetensors").write_bytes(bytes(8))


@pytest.fixture(scope="module")
def scripted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    home = tmp_path_factory.mktemp("home")
    write_gguf(home / "models" / "scripted.gguf", name="scripted")
    _embedder(home / "models" / "tiny-embedder")
    with ExitStack() as opened:
        engine = Engine(home, backend=ScriptedBackend(_answer), retrievers=scripted_retrievers())
        yield Live.start(opened.enter_context(engine), opened)


@pytest.fixture(scope="module")
def smol(tmp_path_factory: pytest.TempPathFactory, smollm2: Path) -> Iterator[Live]:
    with ExitStack() as opened:
        engine = opened.enter_context(Engine(tmp_path_factory.mktemp("home")))
        engine.settings.set(context_length=2048)
        engine.models.import_file(smollm2, copy=False)
        yield Live.start(engine, opened)


def _play(version: str, live: Live, *flags: str) -> list[str]:
    """Run the scenario and return the sections that passed; fail with its own words."""
    command = [str(python_of(version)), str(_SCENARIO), live.server.url, KEY, *flags]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
    if ended.returncode:
        pytest.fail(f"openai {version} after {ended.stdout.split()}:\n{ended.stderr[-3000:]}", pytrace=False)
    return [json.loads(line) for line in ended.stdout.splitlines()]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_of_the_client_is_served(version: str, scripted: Live) -> None:
    newer = [] if version == "1.65.5" else ["responses"]
    assert _play(version, scripted) == [*_ALWAYS, *newer, "asynchronously"]


@pytest.mark.real
@pytest.mark.parametrize("version", VERSIONS)
def test_a_real_model_answers_every_version(version: str, smol: Live) -> None:
    assert _play(version, smol, "--real") == ["real_model"]
