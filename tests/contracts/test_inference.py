"""One suite for whatever runs models: the scripted backend, and llama.cpp in its own process with SmolLM2."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.cancel import CancelToken
from engine.errors import FiresideError, InvalidRequest, Unavailable, WorkerFailed
from engine.inference.client import InferenceClient
from engine.inference.failures import unloadable
from engine.inference.port import (
    ChatMessage,
    ChatRequest,
    Generation,
    GenerationEvent,
    InferencePort,
    LoadSpec,
    Reading,
    Sampling,
    TextDelta,
)
from engine.inference.scripted import ScriptedBackend
from engine.workers.supervisor import Supervisor

QUESTION = "Write a short story about a cat who lives in a lighthouse."
STORY = "There was once a cat who lived in a lighthouse, and she was never bored. " * 8


def ask(text: str = QUESTION, *earlier: ChatMessage, **sampling: object) -> ChatRequest:
    values = {"temperature": 0.0, "max_tokens": 24, **sampling}
    return ChatRequest(messages=(*earlier, ChatMessage(role="user", content=text)), sampling=Sampling(**values))


class Heard:
    """Listens to a generation."""

    def __init__(self, act: Callable[[GenerationEvent], None] = lambda _: None) -> None:
        self.events: list[GenerationEvent] = []
        self._act = act

    def __call__(self, event: GenerationEvent) -> None:
        self.events.append(event)
        self._act(event)

    @property
    def text(self) -> str:
        return "".join(event.text for event in self.events if isinstance(event, TextDelta))

    @property
    def tokens(self) -> int:
        return sum(event.tokens for event in self.events if isinstance(event, TextDelta))


class PortContract:
    """What every backend does. A subclass gives `port`, `spec` and `broken_spec`."""

    def chat(self, port: InferencePort, spec: LoadSpec, request: ChatRequest) -> tuple[str, Generation]:
        heard = Heard()
        generation = port.chat(spec, request, heard, CancelToken())
        assert heard.tokens == generation.usage.completion_tokens
        return heard.text, generation

    def test_loading_tells_what_it_found(self, port: InferencePort, spec: LoadSpec) -> None:
        fractions: list[float] = []
        model = port.load(spec, fractions.append)
        assert model.model_id == spec.model_id
        assert model.context >= 1024
        assert fractions == sorted(fractions)
        assert fractions[-1] == 1.0
        assert port.load(spec) == model
        assert port.loaded() == (model,)
        port.unload(spec.model_id)
        port.unload(spec.model_id)
        port.unload("never loaded")
        assert port.loaded() == ()

    def test_other_settings_load_it_again(self, port: InferencePort, spec: LoadSpec) -> None:
        assert port.load(spec).context > 512
        small = LoadSpec(model_id=spec.model_id, path=spec.path, context=512, threads=1)
        assert port.load(small).context == 512
        assert [model.context for model in port.loaded()] == [512]

    def test_unused_models_leave(self, port: InferencePort, spec: LoadSpec) -> None:
        port.load(spec)
        assert port.unload_idle(3600) == ()
        assert port.unload_idle(0) == (spec.model_id,)
        assert port.loaded() == ()

    def test_counting_is_without_special_tokens(self, port: InferencePort, spec: LoadSpec) -> None:
        counts = port.count(spec, ["", "cat", "a cat and a dog", "炉边的猫"])
        assert counts[0] == 0
        assert 1 <= counts[1] < counts[2]
        assert counts[3] >= 2
        assert port.count(spec, []) == []

    def test_rendering_shows_what_the_model_reads(self, port: InferencePort, spec: LoadSpec) -> None:
        prompt, tokens = port.render(spec, ask())
        assert QUESTION in prompt
        assert tokens >= port.count(spec, [QUESTION])[0]
        _, generation = self.chat(port, spec, ask(max_tokens=1))
        assert generation.prompt == prompt
        assert generation.usage.prompt_tokens == tokens

    def test_deltas_join_to_the_answer(self, port: InferencePort, spec: LoadSpec) -> None:
        heard, threads = Heard(lambda _: threads.add(threading.get_ident())), set[int]()
        generation = port.chat(spec, ask(), heard, CancelToken())
        assert threads == {threading.get_ident()}
        assert heard.text.strip()
        readings = [event for event in heard.events if isinstance(event, Reading)]
        assert heard.events[: len(readings)] == readings
        assert readings[-1].done == readings[-1].total == generation.usage.prompt_tokens
        assert generation.usage.prompt_tokens == port.render(spec, ask())[1]
        assert generation.usage.completion_tokens == heard.tokens > 1

    def test_the_longest_answer_ends_with_length(self, port: InferencePort, spec: LoadSpec) -> None:
        text, generation = self.chat(port, spec, ask(max_tokens=5))
        assert (generation.finish, generation.usage.completion_tokens) == ("length", 5)
        assert self.chat(port, spec, ask(max_tokens=10))[0].startswith(text)

    def test_stop_strings_end_the_answer_and_are_not_shown(self, port: InferencePort, spec: LoadSpec) -> None:
        whole, _ = self.chat(port, spec, ask())
        middle = whole[len(whole) // 2 :].strip()[:9]
        text, generation = self.chat(port, spec, ask(stop=("no such text", middle)))
        assert generation.finish == "stop"
        assert text == whole[: whole.index(middle)]

    def test_temperature_0_is_deterministic(self, port: InferencePort, spec: LoadSpec) -> None:
        assert self.chat(port, spec, ask())[0] == self.chat(port, spec, ask())[0]

    def test_the_same_seed_gives_the_same_answer(self, port: InferencePort, spec: LoadSpec) -> None:
        first, generation = self.chat(port, spec, ask(temperature=1.0, seed=7))
        assert generation.seed == 7
        assert self.chat(port, spec, ask(temperature=1.0, seed=7))[0] == first

    def test_a_drawn_seed_is_told(self, port: InferencePort, spec: LoadSpec) -> None:
        text, generation = self.chat(port, spec, ask(temperature=1.0))
        assert generation.seed >= 0
        assert self.chat(port, spec, ask(temperature=1.0, seed=generation.seed))[0] == text

    def test_log_probabilities_when_asked_for(self, port: InferencePort, spec: LoadSpec) -> None:
        heard = Heard()
        port.chat(spec, ask(max_tokens=4, logprobs=1), heard, CancelToken())
        logprobs = [entry for event in heard.events if isinstance(event, TextDelta) for entry in event.logprobs]
        assert len(logprobs) == 4
        assert "".join(entry["token"] for entry in logprobs) == heard.text
        for entry in logprobs:
            assert entry["logprob"] <= 0.0
            assert bytes(entry["bytes"]).decode() == entry["token"]
            assert len(entry["top_logprobs"]) == 1

    def test_cancel_between_tokens_keeps_what_was_written(self, port: InferencePort, spec: LoadSpec) -> None:
        cancel = CancelToken()
        heard = Heard(lambda event: cancel.set() if isinstance(event, TextDelta) else None)
        generation = port.chat(spec, ask(max_tokens=4000), heard, cancel)
        assert generation.finish == "cancelled"
        assert 1 <= generation.usage.completion_tokens < 4000
        assert generation.usage.prompt_tokens > 0
        assert self.chat(port, spec, ask())[1].finish == "length"

    def test_cancel_while_reading(self, port: InferencePort, spec: LoadSpec) -> None:
        cancel = CancelToken()
        generation = port.chat(spec, ask(STORY), Heard(lambda _: cancel.set()), cancel)
        assert generation.finish == "cancelled"
        assert generation.usage.completion_tokens == 0
        text, _ = self.chat(port, spec, ask())
        assert text.strip()

    def test_cancelled_before_it_began(self, port: InferencePort, spec: LoadSpec) -> None:
        cancel, heard = CancelToken(), Heard()
        cancel.set()
        assert port.chat(spec, ask(), heard, cancel).finish == "cancelled"
        assert heard.text == ""

    def test_two_callers_get_the_same_answer(self, port: InferencePort, spec: LoadSpec) -> None:
        port.load(spec)
        answers: dict[str, str] = {}
        second: list[threading.Thread] = []

        def run(name: str) -> None:
            def act(_event: GenerationEvent) -> None:
                if not second:
                    second.append(threading.Thread(target=run, args=("second",)))
                    second[0].start()

            heard = Heard(act)
            port.chat(spec, ask(), heard, CancelToken())
            answers[name] = heard.text

        run("first")
        second[0].join()
        assert answers["first"] == answers["second"]

    def test_what_the_cache_holds_is_not_read_again(self, port: InferencePort, spec: LoadSpec) -> None:
        text, cold = self.chat(port, spec, ask())
        assert cold.usage.cached_tokens == 0
        answer = ChatMessage(role="assistant", content=text)
        question = ChatMessage(role="user", content=QUESTION)
        _, warm = self.chat(port, spec, ask("And then?", question, answer))
        assert warm.usage.cached_tokens >= cold.usage.prompt_tokens - 1
        assert warm.usage.cached_tokens < warm.usage.prompt_tokens

    def test_a_prompt_longer_than_the_context_is_refused(self, port: InferencePort, spec: LoadSpec) -> None:
        small = LoadSpec(model_id=spec.model_id, path=spec.path, context=256, threads=1)
        with pytest.raises(InvalidRequest, match="Shorten the messages") as caught:
            port.chat(small, ask(STORY * 4), Heard(), CancelToken())
        assert caught.value.code == "context_exceeded"
        assert caught.value.details["context"] == 256

    def test_a_full_context_ends_the_answer(self, port: InferencePort, spec: LoadSpec) -> None:
        small = LoadSpec(model_id=spec.model_id, path=spec.path, context=256, threads=1)
        tokens = port.count(small, ["word " * 200])[0]
        assert tokens < 250
        heard = Heard()
        request = ask("word " * 190, max_tokens=4000, temperature=1.5, seed=3, logit_bias=self.never_ending)
        generation = port.chat(small, request, heard, CancelToken())
        assert generation.finish == "length"
        assert generation.usage.total_tokens <= 257

    never_ending: dict[int, float] = {}

    def test_a_broken_model_is_unavailable(self, port: InferencePort, broken_spec: LoadSpec) -> None:
        with pytest.raises(Unavailable) as caught:
            port.load(broken_spec)
        assert caught.value.code == "model_unloadable"
        assert caught.value.details["model_id"] == broken_spec.model_id
        assert port.loaded() == ()

    def test_nothing_works_after_closing(self, port: InferencePort, spec: LoadSpec) -> None:
        port.load(spec)
        port.close()
        with pytest.raises(FiresideError) as caught:
            port.load(spec)
        assert caught.value.code == "worker_stopped"


class TestScripted(PortContract):
    """The backend of written answers."""

    @pytest.fixture
    def spec(self) -> LoadSpec:
        return LoadSpec(model_id="scripted", path=Path("scripted.gguf"))

    @pytest.fixture
    def broken_spec(self) -> LoadSpec:
        return LoadSpec(model_id="broken", path=Path("broken.gguf"))

    @pytest.fixture
    def port(self) -> Iterator[InferencePort]:
        backend = ScriptedBackend(lambda _request: STORY, broken={"broken": unloadable("broken", "it is broken")})
        yield backend
        backend.close()


@pytest.mark.real
class TestLlama(PortContract):
    """SmolLM2 in a worker process."""

    never_ending = {2: -100.0, 0: -100.0}  # <|im_end|> and <|endoftext|>

    @pytest.fixture
    def spec(self, smollm2: Path) -> LoadSpec:
        # One thread: on a machine that is busy with other tests, two that wait for each other are slower.
        return LoadSpec(model_id="smollm2", path=smollm2, context=2048, threads=1)

    @pytest.fixture
    def broken_spec(self, smollm2: Path, tmp_path: Path) -> LoadSpec:
        path = tmp_path / "cut.gguf"
        with smollm2.open("rb") as source:
            path.write_bytes(source.read(8_000_000))
        return LoadSpec(model_id="cut", path=path)

    @pytest.fixture
    def port(self, tmp_path: Path) -> Iterator[InferenceClient]:
        supervisor = Supervisor(tmp_path / "logs")
        client = InferenceClient(supervisor)
        yield client
        client.close()
        supervisor.close()

    def test_its_own_template_is_used(self, port: InferenceClient, spec: LoadSpec) -> None:
        assert port.load(spec).template == "gguf"
        assert port.render(spec, ask())[0].endswith("<|im_end|>\n<|im_start|>assistant\n")

    def test_a_warm_cache_changes_no_word(self, port: InferenceClient, spec: LoadSpec) -> None:
        """On a question without doubt: numbers differ in their last digits when a prompt is read in other pieces."""
        first, second = "What is the capital of Germany?", "What is 2+2?"
        text, _ = self.chat(port, spec, ask(first))
        earlier = (ChatMessage(role="user", content=first), ChatMessage(role="assistant", content=text))
        self.chat(port, spec, ask("Write one word about the sea.", *earlier))
        warm_text, warm = self.chat(port, spec, ask(second, *earlier))
        port.unload(spec.model_id)
        cold_text, cold = self.chat(port, spec, ask(second, *earlier))
        assert warm.usage.cached_tokens > 40 > cold.usage.cached_tokens == 0
        assert warm_text == cold_text
        assert "4" in warm_text

    def test_a_model_without_template_gets_a_plain_one(
        self, port: InferenceClient, spec: LoadSpec, model_cache: Path
    ) -> None:
        gemma = LoadSpec(model_id="gemma", path=model_cache / "gemma-3-270m-q4_k_m.gguf", context=1024, threads=1)
        model = port.load(gemma)
        assert (model.template, model.template_note) == ("fallback", "the file has no chat template")
        prompt, _ = port.render(gemma, ask("Hello"))
        assert prompt == "<start_of_turn>user\nHello<end_of_turn>\n<start_of_turn>model\n"
        text, generation = self.chat(port, gemma, ask("Hello", max_tokens=8))
        assert "<end_of_turn>" not in text
        assert generation.usage.completion_tokens > 0

    @pytest.mark.parametrize(
        ("template", "note"),
        [
            ("{% if %}", "not valid"),
            ("{{ raise_exception('never') }}", "refuses"),
            ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "does not end"),
            ("{% for m in messages %}{{ m.content }}{% endfor %}{{ cycler.__init__.__globals__ }}", "refuses"),
        ],
    )
    def test_a_hostile_template_is_not_used(
        self,
        port: InferenceClient,
        spec: LoadSpec,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        template: str,
        note: str,
    ) -> None:
        monkeypatch.setattr("engine.inference.client._TEMPLATE", 2.0)
        whole = spec.path.read_bytes()
        own = port.load(spec)
        start = whole.index(b"{% for message in messages %}")
        end = whole.index(b"{% endif %}", whole.rindex(b"add_generation_prompt", start, start + 5000)) + 11
        path = tmp_path / "hostile.gguf"
        path.write_bytes(whole[:start] + template.ljust(end - start).encode() + whole[end:])
        hostile = LoadSpec(model_id="hostile", path=path, context=512, threads=1)
        model = port.load(hostile)
        assert (own.template, model.template) == ("gguf", "fallback")
        assert note in model.template_note
        assert self.chat(port, hostile, ask("What is 2+2?", max_tokens=4))[1].usage.completion_tokens > 0

    def test_only_so_many_models_stay_loaded(self, port: InferenceClient, spec: LoadSpec) -> None:
        other = LoadSpec(model_id="other", path=spec.path, context=512, threads=1)
        port.load(spec)
        port.load(other)
        assert [model.model_id for model in port.loaded()] == ["other"]

    def test_a_model_waits_until_another_has_finished(self, port: InferenceClient, spec: LoadSpec) -> None:
        other = LoadSpec(model_id="other", path=spec.path, context=512, threads=1)
        threads: list[threading.Thread] = []
        loaded: list[str] = []

        def act(_event: GenerationEvent) -> None:
            if not threads:
                threads.append(threading.Thread(target=lambda: loaded.append(port.load(other).model_id)))
                threads[0].start()
            assert not loaded

        assert port.chat(spec, ask(), Heard(act), CancelToken()).finish == "length"
        threads[0].join()
        assert loaded == ["other"]

    def test_kill_9_in_the_middle_of_an_answer(self, port: InferenceClient, spec: LoadSpec) -> None:
        heard = Heard(
            lambda event: os.kill(self.pid(port, spec), signal.SIGKILL) if isinstance(event, TextDelta) else None
        )
        with pytest.raises(WorkerFailed, match="loaded again with the next message") as caught:
            port.chat(spec, ask(max_tokens=4000), heard, CancelToken())
        assert caught.value.code == "model_crashed"
        assert heard.text
        assert port.loaded() == ()
        assert self.chat(port, spec, ask())[0].startswith(heard.text[:5])

    @pytest.mark.parametrize("content", [b"", b"GGUF", b"not a model at all" * 100, b"GGUF\x03\0\0\0" + b"\xff" * 500])
    def test_what_is_no_model(self, port: InferenceClient, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "x.gguf"
        path.write_bytes(content)
        with pytest.raises(Unavailable, match="Verify its file") as caught:
            port.load(LoadSpec(model_id="x", path=path))
        assert caught.value.code == "model_unloadable"

    def test_a_file_that_is_gone(self, port: InferenceClient, tmp_path: Path) -> None:
        with pytest.raises(Unavailable, match="gone") as caught:
            port.load(LoadSpec(model_id="x", path=tmp_path / "x.gguf"))
        assert caught.value.code == "model_missing"

    def test_a_file_with_a_foreign_name(self, port: InferenceClient, smollm2: Path, tmp_path: Path) -> None:
        path = tmp_path / "炉边 é.gguf"
        try:
            path.hardlink_to(smollm2)
        except OSError:
            shutil.copyfile(smollm2, path)
        assert port.load(LoadSpec(model_id="炉边", path=path, context=512, threads=1)).context == 512

    def test_an_unknown_token_in_the_bias(self, port: InferenceClient, spec: LoadSpec) -> None:
        with pytest.raises(InvalidRequest, match="no token") as caught:
            port.chat(spec, ask(logit_bias={10**6: 1.0}), Heard(), CancelToken())
        assert caught.value.param == "logit_bias"

    def test_loading_can_be_stopped(self, port: InferenceClient, spec: LoadSpec) -> None:
        cancel = CancelToken()
        threading.Timer(0.05, cancel.set).start()
        assert port.chat(spec, ask(max_tokens=4000), Heard(lambda _: cancel.set()), cancel).finish == "cancelled"

    @staticmethod
    def pid(port: InferenceClient, spec: LoadSpec) -> int:
        pid = port._seats[spec.model_id].worker.pid
        assert pid is not None
        return pid
