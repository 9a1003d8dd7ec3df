"""The child process that runs one language model: renders prompts, decides between calls and words, reads, writes."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.errors import WorkerFailed
from engine.inference import plain, taught
from engine.inference.constraint import Constrainer
from engine.inference.decision import advantage, log_probabilities
from engine.inference.elements import Elements
from engine.inference.failures import context_exceeded
from engine.inference.formats import CallFormat
from engine.inference.guide import Guide
from engine.inference.native import LlamaLog, Model, Sampler, about_library, start_library
from engine.inference.templates import ChatTemplate, Prompt
from engine.inference.textflow import TextFlow
from engine.inference.triggers import Demand, Triggers
from engine.types import JsonObject
from engine.workers import child

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Cut:
    """A rendered prompt in tokens, and what ends its answer besides the model's own end."""

    tokens: list[int]
    stops: tuple[str, ...] = ()
    text: str = ""


class Generation:
    """One answer: reads the prompt, then writes until something ends it."""

    def __init__(
        self,
        model: Model,
        prompt: Cut,
        args: JsonObject,
        request: child.Request,
        guide: Guide | None,
        way: plain.Way | None = None,
    ) -> None:
        """`way`: how a model that was not taught the template's calls has been asked."""
        self._model, self._prompt, self._request, self._guide = model, prompt.tokens, request, guide
        self._text = prompt.text
        self._sampling: JsonObject = args["sampling"]
        self._special: bool = args["special"] and way is None
        self._words = way == "words"
        self._elements = Elements(self._send) if way == "calls" else None
        self._shape = Elements(lambda _text, _tokens, _logprobs: None)  # as above, but never behind what is written
        self._names = [tool["function"]["name"] for tool in (args["demand"] or {}).get("tools", ())]
        send = self._elements.take if self._elements is not None else self._send
        self._flow = TextFlow(send, (*self._sampling["stop"], *prompt.stops), code_fences=args["code_fences"])

    def run(self) -> JsonObject:
        sampler = Sampler(self._sampling, self._model.vocabulary)
        strict = Sampler(self._sampling, self._model.vocabulary, strict=True)
        try:
            start = time.monotonic()
            cached = self._model.reuse(self._prompt)
            self._report(cached, cached)
            for done in self._model.read(self._prompt[cached:], self._request.cancel):
                self._report(cached + done, cached)
            middle = time.monotonic()
            finish = self._write_whole(sampler, strict)
        finally:
            sampler.close()
            strict.close()
        return {
            "finish": finish,
            "prompt_tokens": len(self._prompt),
            "completion_tokens": self._flow.tokens,
            "cached_tokens": cached,
            "read_seconds": middle - start,
            "write_seconds": time.monotonic() - middle,
            "seed": sampler.seed,
            "prompt": self._text,
        }

    def _write_whole(self, sampler: Sampler, strict: Sampler) -> str:
        if self._elements is None:
            finish = self._write(sampler, strict)
            self._flow.finish()
            return finish
        self._send(plain.OPENING, 0, [])
        finish = self._write(sampler, strict)
        self._flow.finish()
        self._elements.finish()
        self._send(plain.CLOSING, 0, [])
        return finish

    def _write(self, sampler: Sampler, strict: Sampler) -> str:
        model, cancel, guide = self._model, self._request.cancel, self._guide
        limit = self._sampling["max_tokens"]
        while not cancel.is_set():
            if self._flow.tokens >= limit:
                return "length"
            if self._shape.naming and not self._wants_known():
                return "stop"
            tokens = guide.forced()[: limit - self._flow.tokens] if guide is not None else []
            if self._elements is not None:
                tokens = self._up_to_name(tokens)
            if not tokens:
                token = self._draw(sampler, strict)
                if model.vocabulary.ends(token):
                    return "stop"
                tokens = self._up_to_name([token]) if self._elements is not None else [token]
            if any([self._add(token) for token in tokens]) or (guide is not None and guide.finished):
                return "stop"
            if self._elements is not None and self._elements.repeated:
                return "stop"
            if len(model.past) + len(tokens) > model.length or not model.decode(tokens):
                return "cancelled" if cancel.is_set() else "length"
        return "cancelled"

    def _up_to_name(self, tokens: list[int]) -> list[int]:
        """Return the tokens as far as a further call's name, where the model is asked what it would write."""
        for index, token in enumerate(tokens):
            self._shape.take(self._model.vocabulary.piece(token).decode("utf-8", "ignore"), 1, [])
            if self._shape.naming:
                return tokens[: index + 1]
        return tokens

    def _wants_known(self) -> bool:
        """Return whether the model, left alone, would go on with a function that exists; else it has no more calls.

        Without this a grammar turns every made-up function into one more call of a real one.
        """
        token = int(self._model.logits().argmax())
        begun = self._model.vocabulary.piece(token).decode("utf-8", "ignore").strip()
        return bool(begun) and any(name.startswith(begun) or begun.startswith(name) for name in self._names)

    def _draw(self, sampler: Sampler, strict: Sampler) -> int:
        """Choose the next token: freely, or among those the grammar allows."""
        context = self._model.context
        if self._guide is None or not self._guide.constrained:
            return sampler.sample(context)
        self._guide.mask(self._model.logits())
        token = strict.sample(context)
        sampler.note(token)
        return token

    def _add(self, token: int) -> bool:
        """Pass a token on; True when a stop string ended the answer."""
        piece = self._model.vocabulary.piece(token, special=self._special)
        alternatives = self._sampling["logprobs"]
        logprob = None if alternatives is None else self._logprob(token, alternatives)
        if self._guide is not None:
            self._guide.take(token, piece)
        return self._flow.add(piece, logprob)

    def _logprob(self, token: int, alternatives: int) -> JsonObject:
        """Return the token's log probability, before sampling bends it, and the best others, as chat completions do."""
        logits = log_probabilities(self._model.logits())
        best = np.argpartition(logits, -alternatives)[-alternatives:] if alternatives else np.empty(0, dtype=int)
        ordered = sorted((int(i) for i in best), key=lambda i: -float(logits[i]))
        return {
            **self._scored(token, float(logits[token])),
            "top_logprobs": [self._scored(i, float(logits[i])) for i in ordered],
        }

    def _scored(self, token: int, value: float) -> JsonObject:
        piece = self._model.vocabulary.piece(token, special=True)
        return {"token": piece.decode("utf-8", "replace"), "logprob": max(value, -9999.0), "bytes": list(piece)}

    def _send(self, text: str, tokens: int, logprobs: list[JsonObject]) -> None:
        self._request.emit({"text": text, "tokens": tokens, "logprobs": logprobs, "words": self._words})

    def _report(self, done: int, cached: int) -> None:
        self._request.emit({"read": done, "total": len(self._prompt), "cached": cached})


class Service:
    """The operations of this process: load once, then count, prepare and generate."""

    def __init__(self) -> None:
        self._log = LlamaLog()
        self._model: Model | None = None
        self._template: ChatTemplate | None = None
        self._prepared: dict[plain.Way | None, Cut] = {}
        self._margin = 0.0
        self._usual: dict[int, float] = {}  # by greeting prompt
        self._constrainer: Constrainer | None = None
        start_library()

    def handlers(self) -> dict[str, child.Handler]:
        return {
            "about": self.about,
            "load": self.load,
            "template": self.template,
            "count": self.count,
            "taught": self.taught,
            "prepare": self.prepare,
            "generate": self.generate,
        }

    def about(self, _request: child.Request) -> JsonObject:
        """Say what this build of llama.cpp can use; needs no model."""
        return about_library()

    def load(self, request: child.Request) -> JsonObject:
        start = time.monotonic()
        self._model = Model(request.args, request, self._log)
        return {**self._model.describe(), "load_seconds": time.monotonic() - start}

    def template(self, request: child.Request) -> JsonObject:
        """Get the chat template ready; apart from loading, as a hostile one may never end."""
        vocabulary = self._loaded.vocabulary
        source = self._loaded.template_source() if request.args["use"] else None
        self._template = ChatTemplate(source, tokens=vocabulary.named(), knows=vocabulary.knows)
        return {"origin": self._template.origin, "note": self._template.note}

    def count(self, request: child.Request) -> JsonObject:
        tokens = self._loaded.vocabulary.tokens
        return {"counts": [len(tokens(text, special=False)) for text in request.args["texts"]]}

    def taught(self, request: child.Request) -> JsonObject:
        """Say whether the model knows its template's calls. What it had read before is read anew afterwards."""
        model, template = self._loaded, self._ready
        if not (begin := taught.beginning(template.form)):
            return {"taught": False}
        prompt = template.render(taught.QUESTION, taught.TOOLS).text
        tokens = model.vocabulary.prompt(prompt)
        for _ in model.read(tokens[model.reuse(tokens) :], request.cancel):
            pass
        likelihoods = log_probabilities(model.logits())
        first = model.vocabulary.tokens(begin, special=True)[0]
        likeliest = model.vocabulary.piece(int(likelihoods.argmax()), special=True).decode("utf-8", "replace")
        return {"taught": bool(likelihoods[first] >= taught.LEAST) or taught.thinks(prompt, likeliest)}

    def prepare(self, request: child.Request) -> JsonObject:
        """Render and cut into tokens what `generate` then reads; for a model not taught to call, all it may read."""
        args = request.args
        messages, tools = args["messages"], args["tools"]
        rendered: dict[plain.Way | None, Prompt]
        if args["plain"]:
            self._margin = plain.margin(messages)
            rendered = plain.rendered(messages, tools, lambda asked: self._ready.render(asked, extra=args["extra"]))
        else:
            rendered = {None: self._ready.render(messages, tools, extra=args["extra"])}
        self._prepared = {way: Cut(self._loaded.vocabulary.prompt(p.text), p.stops, p.text) for way, p in rendered.items()}
        longest = max(rendered, key=lambda way: len(self._prepared[way].tokens))
        prompt = rendered[longest]
        return {"prompt": prompt.text, "tokens": len(self._prepared[longest].tokens), "note": prompt.note}

    def generate(self, request: child.Request) -> JsonObject:
        longest = max(len(prompt.tokens) for prompt in self._prepared.values())
        if longest >= self._loaded.length:
            raise context_exceeded(longest, self._loaded.length)
        # The decision reads too: without this it would look at the flag of the request before.
        self._loaded.flag.follow(request.cancel, self._loaded.context)
        demand = request.args["demand"]
        way = self._choose(request, demand) if "decide" in self._prepared else None
        if way == "calls" and demand["tool_choice"] == "auto":
            demand = {**demand, "tool_choice": "required"}
        elif way == "words":
            demand = {**demand, "tools": []} if isinstance(demand["response_format"], dict) else None
        guide = self._guide(demand, plain.ARRAY if way == "calls" else self._ready.form)
        return Generation(self._loaded, self._prepared[way], request.args, request, guide, way).run()

    def _choose(self, request: child.Request, demand: JsonObject) -> plain.Way:
        """Let the model decide between calls and words, unless the caller has."""
        if demand["tool_choice"] != "auto" or self._margin == -math.inf:
            return "calls"
        names = [tool["function"]["name"] for tool in demand["tools"]]
        usual = 0.0
        if "greeting" in self._prepared:
            greeting = self._prepared["greeting"].tokens
            key = hash(tuple(greeting))
            if key not in self._usual:
                # Before the conversation is read, so that it costs no more than these few words.
                self._usual[key] = self._advantage(greeting, names, request)
            usual = self._usual[key]
            if request.cancel.is_set():
                del self._usual[key]
        found = self._advantage(self._prepared["decide"].tokens, names, request)
        log.info("a call is %.1f likelier than words, after a greeting %.1f", found, usual)
        return "calls" if found - plain.LEANING * usual >= self._margin else "words"

    def _advantage(self, tokens: list[int], names: Sequence[str], request: child.Request) -> float:
        """Return how much likelier a call is than words after this prompt; nonsense if cancelled meanwhile."""
        model = self._loaded
        start = model.reuse(tokens)
        for done in model.read(tokens[start:], request.cancel):
            request.emit({"read": start + done, "total": len(tokens), "cached": start})
        if request.cancel.is_set():
            return 0.0
        return advantage(
            model, names, none=plain.NONE, tokenize=lambda text: model.vocabulary.tokens(text, special=False)
        )

    def _guide(self, demand: JsonObject | None, form: CallFormat) -> Guide | None:
        """Return what steers an answer that has tools or a form to keep; nothing steers any other."""
        if demand is None:
            return None
        vocabulary = self._loaded.vocabulary
        if self._constrainer is None:
            ends = [token for token in range(vocabulary.size) if vocabulary.ends(token)]
            self._constrainer = Constrainer(vocabulary.handle, lambda text: vocabulary.tokens(text, special=True), ends)
        triggers = Triggers(Demand(**{**demand, "tools": tuple(demand["tools"])}), form, self._constrainer.literal)
        return Guide(triggers, self._constrainer.matcher, lambda text: vocabulary.tokens(text, special=True))

    @property
    def _ready(self) -> ChatTemplate:
        if self._template is None:
            raise WorkerFailed("No chat template was prepared.", code="worker_error")
        return self._template

    @property
    def _loaded(self) -> Model:
        if self._model is None:
            raise WorkerFailed("No model is loaded.", code="worker_error")
        return self._model


def serve() -> None:
    """Serve until the app closes the pipe."""
    child.serve(lambda: Service().handlers())
