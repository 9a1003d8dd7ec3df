"""Fifty clients at once: no error, no lost event, each its own answer."""

from __future__ import annotations

import asyncio

from engine.inference.port import ChatRequest
from engine.inference.scripted import ScriptedBackend
from tests.api.conftest import Live, Serve

_CLIENTS = 50


async def _talk(live: Live, assistant_id: str, number: int) -> tuple[str, list[str]]:
    text = f"I am number {number}."
    async with live.async_client() as client:
        thread = await client.beta.threads.create(messages=[{"role": "user", "content": text}])
        names: list[str] = []
        said = ""
        async with client.beta.threads.runs.stream(thread_id=thread.id, assistant_id=assistant_id) as stream:
            async for event in stream:
                names.append(event.event)
                if event.event == "thread.message.delta":
                    said += event.data.delta.content[0].text.value  # type: ignore[index,union-attr,operator]
        assert said == text
        (answer, question) = (await client.beta.threads.messages.list(thread.id)).data
        assert answer.content == question.content
        return text, [name for name in names if name != "thread.message.delta"]


async def _crowd(live: Live, assistant_id: str) -> list[tuple[str, list[str]]]:
    return await asyncio.gather(*(_talk(live, assistant_id, number) for number in range(_CLIENTS)))


def test_fifty_clients_at_once(serve: Serve) -> None:
    def repeat(request: ChatRequest) -> str:
        return request.messages[-1].content

    live = serve(backend=ScriptedBackend(repeat))
    assistant = live.client().beta.assistants.create(model="gpt-4o")

    found = asyncio.run(_crowd(live, assistant.id))

    assert len({text for text, _ in found}) == _CLIENTS
    (names,) = {tuple(names) for _, names in found}
    assert names[-1] == "thread.run.completed"
    assert names[0] == "thread.run.created"
