"""What every test gets: a clean environment, its own home, and failure on any unexpected log record."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

# Windows of tests stay out of sight; a value given by hand shows them.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# Machines are shared and noisy: how long an example takes says nothing about the code.
hypothesis.settings.register_profile("fireside", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("fireside")

REPOSITORY = Path(__file__).resolve().parent.parent
pytest_plugins = ["tests.support.fixtures"]


class _Recorder(logging.Handler):
    """Keeps records at warning or above."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(autouse=True)
def logfail(request: pytest.FixtureRequest) -> Iterator[_Recorder]:
    """Fail a test that logs a warning it did not announce with `allow_log` or `expected_log`."""
    allowed = tuple(name for mark in request.node.iter_markers("allow_log") for name in mark.args)
    recorder = _Recorder()
    logging.getLogger().addHandler(recorder)
    yield recorder
    logging.getLogger().removeHandler(recorder)
    unexpected = [r for r in recorder.records if not r.name.startswith(allowed or ("\0",))]
    if unexpected:
        pytest.fail("unexpected log: " + "; ".join(f"{r.name}: {r.getMessage()}" for r in unexpected))


@pytest.fixture
def expected_log(logfail: _Recorder) -> Callable[[str], contextlib.AbstractContextManager[None]]:
    """Use `with expected_log("text"):` around what must log a warning with that text."""

    @contextlib.contextmanager
    def expect(text: str) -> Iterator[None]:
        before = len(logfail.records)
        yield
        found = [r for r in logfail.records[before:] if text in r.getMessage()]
        assert found, f"nothing was logged with {text!r}"
        logfail.records[before:] = [r for r in logfail.records[before:] if r not in found]

    return expect


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test sees the user's home folder of Fireside, keys or proxies."""
    for name in [
        n for n in os.environ if n.startswith(("FIRESIDE_HOME", "OPENAI_", "HF_")) or n.lower().endswith("_proxy")
    ]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("FIRESIDE_HOME", str(tmp_path / "fireside-home"))


@pytest.fixture(scope="session")
def model_cache() -> Path:
    """The folder with the real models that dev.py fetched."""
    return Path(os.environ.get("FIRESIDE_TEST_MODELS", REPOSITORY / "build" / "models"))


@pytest.fixture(scope="session")
def smollm2(model_cache: Path) -> Path:
    """SmolLM2-135M: small, fast, real."""
    path = model_cache / "SmolLM2-135M-Instruct.Q4_1.gguf"
    assert path.exists(), "run `python3 dev.py test`: it fetches the test models"
    return path
