"""The official client's own tests of its resources, run against Fireside instead of the mock they were written for.

They come from the client's source archive and stay outside the repository. Their arguments are examples that were
made up one by one, so some contradict each other, or ask for what a server that checks its input must refuse:
`REFUSED` names each of those with the reason, and the test fails when one of them is answered after all.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from engine.inference.scripted import ScriptedBackend
from engine.server.listen import ApiServer
from engine.service import Engine
from tests.api_resources.seeds import Seeds
from tests.api_versions.prepare import SOURCE, python_of
from tests.support.gguf import write_gguf
from tests.support.retrieval import scripted_retrievers

_KEY = "My API Key"
_SUITES = (
    *("beta/test_assistants.py", "beta/test_threads.py", "beta/threads", "test_files.py", "test_uploads.py"),
    *("uploads", "test_vector_stores.py", "vector_stores", "test_models.py"),
)

# A part of the test's name, and why a server that checks its input refuses what the test sends.
REFUSED: tuple[tuple[str, str], ...] = (
    (r"_list(_files)?_with_all_params", "asks for a page of 0 objects; a page has 1 to 100, of files up to 10,000"),
    (
        r"test_(assistants|threads)\.py.*_create(_and_run)?_with_all_params",
        "gives both 'vector_store_ids' and 'vector_stores', of which the API allows one",
    ),
    (
        r"test_file_batches\.py.*_create_with_all_params",
        "gives both 'file_ids' and 'files', of which the API allows one",
    ),
    (
        r"test_file_batches\.py.*(test_method_create\[|_response_create\[)",
        "asks for a batch without any file, neither by 'file_ids' nor by 'files'",
    ),
    (
        r"test_runs\.py.*(test_method|_response)_submit_tool_outputs_overload",
        "hands in an output without saying which call it answers",
    ),
    (r"test_uploads\.py.*_complete_with_all_params", "sends the text 'md5' as the MD5 of the content"),
    (r"test_models\.py.*(test_method|_response)_delete\[", "deletes a tuned model of the hosted API; none is here"),
)


class _Control(BaseHTTPRequestHandler):
    """What the plugin in the client's test run talks to."""

    seeds: Seeds
    results: dict[str, tuple[str, str]]

    def do_POST(self) -> None:
        told = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if "seed" in told:
            self.seeds.lay_out(told["seed"])
        elif self.results.get(told["test"], ("passed",))[0] == "passed":
            self.results[told["test"]] = (told["outcome"], told["words"])
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, str, dict[str, tuple[str, str]]]]:
    """Yield the addresses of the API and of the control, and the results as they come in."""
    home = tmp_path / "home"
    write_gguf(home / "models" / "scripted.gguf", name="scripted")
    results: dict[str, tuple[str, str]] = {}
    with ExitStack() as opened:
        engine = opened.enter_context(Engine(home, backend=ScriptedBackend(), retrievers=scripted_retrievers()))
        engine.settings.set(model_names={"gpt-6-astra": "scripted"})
        seeds = Seeds(engine)
        opened.callback(seeds.close)
        server = ApiServer(engine, key=_KEY, port=0)
        server.start()
        opened.callback(server.stop)
        handler = type("Control", (_Control,), {"seeds": seeds, "results": results})
        control = opened.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), handler))
        thread = threading.Thread(target=control.serve_forever)
        thread.start()
        opened.callback(thread.join)
        opened.callback(control.shutdown)
        yield server.url, f"http://127.0.0.1:{control.server_port}/", results


def _run_client_tests(url: str, control: str, names: list[str]) -> str:
    here = Path(__file__).parent
    options = ["-c", str(here / "child.ini"), "--rootdir", str(SOURCE), "-p", "child_plugin", "-p", "no:cacheprovider"]
    command = [str(python_of("resources")), "-m", "pytest", "-q", "--tb=short", *options, *names]
    environment = {
        **os.environ,
        "PYTHONPATH": str(here),
        "TEST_API_BASE_URL": url,
        "FIRESIDE_TEST_CONTROL": control,
    }
    ended = subprocess.run(
        command, cwd=SOURCE, env=environment, capture_output=True, text=True, check=False, timeout=280
    )
    return ended.stdout[-2000:] + ended.stderr[-2000:]


def _reason(test: str) -> str | None:
    return next((reason for part, reason in REFUSED if re.search(part, test)), None)


@pytest.mark.slow
def test_the_clients_own_tests_pass(served: tuple[str, str, dict[str, tuple[str, str]]]) -> None:
    url, control, results = served

    output = _run_client_tests(url, control, [f"tests/api_resources/{suite}" for suite in _SUITES])

    assert len(results) > 1000, output
    failed = {name: words for name, (outcome, words) in results.items() if outcome == "failed"}
    unexpected = {name: words for name, words in failed.items() if _reason(name) is None}
    assert not unexpected, "\n\n".join(f"{name}\n{words}" for name, words in list(unexpected.items())[:20])
    for name, words in failed.items():
        assert re.search(r"openai\.(BadRequest|NotFound)Error", words), f"{name} was not refused cleanly:\n{words}"
    counts = Counter(part for part, _ in REFUSED for name in failed if re.search(part, name))
    assert set(counts) == {part for part, _ in REFUSED}, "these are answered now: take them out of the table"
