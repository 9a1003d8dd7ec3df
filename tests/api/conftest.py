"""A live server on a port of its own, and the unmodified official client pointed at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Protocol

import pytest
from openai import AsyncOpenAI, OpenAI

from engine.inference.port import InferencePort
from engine.server.listen import ApiServer
from engine.service import Engine
from tests.support.fixtures import EngineFactory, Replies

KEY = "fsk-test"


@dataclass(frozen=True)
class Live:
    """A running server with its engine; clients check every answer strictly and never repeat a request."""

    engine: Engine
    server: ApiServer
    opened: ExitStack

    @property
    def root(self) -> str:
        return self.server.url.removesuffix("/v1")

    def client(self, **options: Any) -> OpenAI:
        settings = {"base_url": self.server.url, "api_key": KEY, "max_retries": 0, **options}
        return self.opened.enter_context(OpenAI(_strict_response_validation=True, **settings))

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
            server = ApiServer(engine, key=KEY, port=0, ping_seconds=ping_seconds)
            server.start()
            opened.callback(server.stop)
            return Live(engine, server, opened)

        yield start


@pytest.fixture
def live(serve: Serve) -> Live:
    """A server whose model repeats what the user said."""
    return serve()


@pytest.fixture
def client(live: Live) -> OpenAI:
    return live.client()
