"""A live server on a port of its own, and the unmodified official client pointed at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import httpx
import pytest
from openai import AsyncOpenAI, OpenAI

from engine.inference.port import InferencePort
from engine.inference.scripted import ScriptedBackend
from engine.server.listen import ApiServer
from engine.service import Engine
from tests.support.fixtures import EngineFactory, Replies
from tests.support.gguf import write_gguf

KEY = "fsk-test"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Newer clients call the Assistants API deprecated, since the hosted one is gone; here it is not."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning"))


@dataclass(frozen=True)
class Live:
    """A running server with its engine; clients check every answer strictly and never repeat a request."""

    engine: Engine
    server: ApiServer
    opened: ExitStack
    http: httpx.Client

    @staticmethod
    def start(engine: Engine, opened: ExitStack, *, ping_seconds: float = 10.0) -> Live:
        server = ApiServer(engine, key=KEY, port=0, ping_seconds=ping_seconds)
        server.start()
        opened.callback(server.stop)
        # Without certificates, which take longer to read than a test takes.
        http = opened.enter_context(httpx.Client(verify=False, trust_env=False, timeout=30))
        return Live(engine, server, opened, http)

    @property
    def root(self) -> str:
        return self.server.url.removesuffix("/v1")

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send a request by hand, with the key unless `headers` says otherwise; a header of None is left out."""
        headers = {"authorization": f"Bearer {KEY}", **options.pop("headers", {})}
        headers = {name: value for name, value in headers.items() if value is not None}
        return self.http.request(method, f"{self.root}{path}", headers=headers, **options)

    def client(self, *, strict: bool = True, **options: Any) -> OpenAI:
        settings = {"base_url": self.server.url, "api_key": KEY, "max_retries": 0, **options}
        return self.opened.enter_context(OpenAI(_strict_response_validation=strict, **settings))

    def async_client(self) -> AsyncOpenAI:
        return AsyncOpenAI(base_url=self.server.url, api_key=KEY, max_retries=0, _strict_response_validation=True)


class Serve(Protocol):
    """Starts servers that are stopped when the test ends."""

    def __call__(
        self,
        replies: Replies = None,
        *,
        backend: InferencePort | None = None,
        models: tuple[str, ...] = ("scripted",),
        ping_seconds: float = 10.0,
    ) -> Live: ...


@pytest.fixture
def serve(make_engine: EngineFactory) -> Iterator[Serve]:
    with ExitStack() as opened:

        def start(
            replies: Replies = None,
            *,
            backend: InferencePort | None = None,
            models: tuple[str, ...] = ("scripted",),
            ping_seconds: float = 10.0,
        ) -> Live:
            engine = make_engine(replies, backend=backend, models=models)
            return Live.start(engine, opened, ping_seconds=ping_seconds)

        yield start


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """One server for a module's tests that leave nothing behind."""
    home = tmp_path_factory.mktemp("home")
    write_gguf(home / "models" / "scripted.gguf", name="scripted")
    with ExitStack() as opened:
        engine = opened.enter_context(Engine(home, backend=ScriptedBackend()))
        yield Live.start(engine, opened)


@pytest.fixture
def live(serve: Serve) -> Live:
    """A server whose model repeats what the user said."""
    return serve()


@pytest.fixture
def client(live: Live) -> OpenAI:
    return live.client()
