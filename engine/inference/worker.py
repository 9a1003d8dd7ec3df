"""The child process that runs one language model: renders prompts, decides between calls and words, reads, writes."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from engine.errors import Cancelled, WorkerFailed
from engine.inference import kvfiles, plain, taught
from engine.inference.batching import Alone, Batcher, Want, Work
from engine.inference.calibration import Calibration
from engine.inference.constraint import Constrainer
from engine.inference.decision import advantage, log_probabilities
from engine.inference.failures import context_exceeded
from engine.inference.formats import CallFormat
from engine.inference.generation import Cut, Generation, Lane
from engine.inference.guide import Guide
from engine.inference.keeping import Keeper
from engine.inference.kvcache import Sequences
from engine.inference.native import LlamaLog, Model, about_library, start_library
from engine.inference.offload import load_with_fewer
from engine.inference.speculation import lookup_at
from engine.inference.templates import ChatTemplate, Prompt
from engine.inference.triggers import Demand, Triggers
from engine.types import JsonObject
from engine.workers import child

log = logging.getLogger(__name__)
_MOST_PREPARED = 64
_MOST_KEPT = 2 * 1024**3  # bytes in files, of all models together
_REST = 5.0  # seconds without work before something is put away
_PUT_AWAY = 5.0
_LITTLE = 25.0  # percent of all processors
_LONGEST_NAME = 64  # tokens that are tried after a prompt, and taken back


@dataclass(frozen=True)
class Prepared:
    """Every prompt that one request may have to read, by the way of asking, and how decided a call must be."""

    cuts: dict[plain.Way | None, Cut]
    margin: float = 0.0


class Service:
    """The operations of this process: load once, then count, prepare and generate."""

    def __init__(self) -> None:
        self._log = LlamaLog()
        self._model: Model | None = None
        self._template: ChatTemplate | None = None
        self._batcher: Batcher | None = None
        self._prepared: dict[int, Prepared] = {}
        self._calibration: Calibration | None = None
        self._keeper: Keeper | None = None
        self._rested = False
        self._usual: dict[int, float] = {}  # by greeting prompt
        self._constrainer: Constrainer | None = None
        start_library()

    def desk(self) -> child.Desk:
        """Return the operations; rendering and counting go on beside the thread that computes."""
        return child.Desk(
            self._handlers(), aside=frozenset({"count", "prepare"}), work=self._work, on_arrival=self._interrupt
        )

    def _interrupt(self) -> None:
        """Somebody comes: what is only tried out ends in the middle. Called in the thread that reads the pipe."""
        self._rested = False
        if self._calibration is not None and self._calibration.busy:
            self._loaded.flag.set()

    def _work(self) -> float | None:
        """Come one step further; return 0 while there is more to do, else when to put something away."""
        if self._batcher is not None and self._batcher.busy:
            if self._calibration is not None:
                self._calibration.stop()
            self._batcher.step()
            self._rested = False
            return 0.0
        if self._rested and self._calibrates():
            return 0.0
        if self._keeper is None or (self._rested and not self._keeper.keep_one()):
            return None
        self._rested = True
        psutil.cpu_percent(None)  # counts from here
        return _REST

    def _calibrates(self) -> bool:
        """Try out one thing; False when there is nothing to try."""
        if self._calibration is None:
            return False
        self._loaded.flag.clear()
        return self._calibration.step()

    def _handlers(self) -> dict[str, child.Handler]:
        return {
            "about": self.about,
            "load": self.load,
            "template": self.template,
            "count": self.count,
            "taught": self.taught,
            "put_away": self.put_away,
            "forget": self.forget,
            "prepare": self.prepare,
            "generate": self.generate,
        }

    def about(self, _request: child.Request) -> JsonObject:
        """Say what this build of llama.cpp can use; needs no model."""
        return about_library()

    def load(self, request: child.Request) -> JsonObject:
        start = time.monotonic()
        model = load_with_fewer(
            lambda layers: Model({**request.args, "gpu_layers": layers}, request, self._log),
            request.args["gpu_layers"],
            offloads=about_library()["gpu"],
        )
        self._model = model
        self._batcher = Batcher(model, Sequences(cells=model.cells, count=model.sequences, whole=model.whole))
        return {**self._model.describe(), "load_seconds": time.monotonic() - start}

    def template(self, request: child.Request) -> JsonObject:
        """Get the chat template ready; apart from loading, as a hostile one may never end."""
        vocabulary = self._loaded.vocabulary
        source = self._loaded.template_source() if request.args["use"] else None
        self._template = ChatTemplate(source, tokens=vocabulary.named(), knows=vocabulary.knows)
        if (folder := self._loaded.args["kv_folder"]) and self._keeper is None:
            self._open_keeper(Path(folder), source)
        return {"origin": self._template.origin, "note": self._template.note}

    def _open_keeper(self, folder: Path, template: str | None) -> None:
        """Use what is kept of earlier days. A folder that cannot be used is done without."""
        model, batcher = self._loaded, self._ready_batcher
        try:
            own_mark = kvfiles.mark(Path(model.args["path"]), template, model.fingerprint())
            files = kvfiles.KvFiles(folder, own_mark, limit=_MOST_KEPT)
        except OSError as error:
            log.info("nothing is kept of what is read: %s", error.strerror)
            return
        self._keeper = Keeper(model, batcher, files)
        batcher.recall = self._keeper.recall
        if model.args["calibrate"] and model.backend == "CPU":
            file = folder / f"{kvfiles.mark(Path(model.args['path']), *model.processor())}.tuned"
            self._calibration = Calibration(model, batcher.books, file, model.thread_numbers(), quiet=_quiet)

    def put_away(self, _request: child.Request) -> JsonObject:
        """Keep what is worth it, before the memory goes."""
        deadline = time.monotonic() + _PUT_AWAY
        while self._keeper is not None and time.monotonic() < deadline and self._keeper.keep_one():
            pass
        return {}

    def forget(self, request: child.Request) -> JsonObject:
        """Drop all that is known of an owner's conversations, here and in files."""
        self._ready_batcher.forget(request.args["owner"])
        if self._keeper is not None:
            self._keeper.forget(request.args["owner"])
        return {}

    def count(self, request: child.Request) -> JsonObject:
        tokens = self._loaded.vocabulary.tokens
        return {"counts": [len(tokens(text, special=False)) for text in request.args["texts"]]}

    def taught(self, request: child.Request) -> None:
        """Say whether the model knows its template's calls."""
        self._ready_batcher.add(request, self._taught())

    def _taught(self) -> Work:
        model, template = self._loaded, self._ready
        if not (begin := taught.beginning(template.form)):
            return {"taught": False}
        prompt = template.render(taught.QUESTION, taught.TOOLS).text
        tokens = model.vocabulary.prompt(prompt)
        lane = self._lane()
        yield from lane.open(tokens, len(tokens))
        likelihoods = log_probabilities(lane.logits())
        first = model.vocabulary.tokens(begin, special=True)[0]
        likeliest = model.vocabulary.piece(int(likelihoods.argmax()), special=True).decode("utf-8", "replace")
        return {"taught": bool(likelihoods[first] >= taught.LEAST) or taught.thinks(prompt, likeliest)}

    def prepare(self, request: child.Request) -> JsonObject:
        """Render and cut into tokens what `generate` then reads; for a model not taught to call, all it may read.

        Works beside the thread that computes. What is prepared is kept under the caller's number until it is used.
        """
        args = request.args
        messages, tools = args["messages"], args["tools"]
        rendered: dict[plain.Way | None, Prompt]
        if args["plain"]:
            rendered = plain.rendered(messages, tools, lambda asked: self._ready.render(asked, extra=args["extra"]))
        else:
            rendered = {None: self._ready.render(messages, tools, extra=args["extra"])}
        cuts = {way: Cut(self._loaded.vocabulary.prompt(p.text), p.stops, p.text) for way, p in rendered.items()}
        self._prepared[args["number"]] = Prepared(cuts, plain.margin(messages) if args["plain"] else 0.0)
        while len(self._prepared) > _MOST_PREPARED:
            self._prepared.pop(min(self._prepared))
        longest = max(rendered, key=lambda way: len(cuts[way].tokens))
        prompt = rendered[longest]
        return {"prompt": prompt.text, "tokens": len(cuts[longest].tokens), "note": prompt.note}

    def generate(self, request: child.Request) -> None:
        """Write an answer to what was prepared under that number, beside the other answers that are written."""
        prepared = self._prepared.pop(request.args["number"])
        longest = max(len(cut.tokens) for cut in prepared.cuts.values())
        if longest >= self._loaded.length:
            raise context_exceeded(longest, self._loaded.length)
        self._ready_batcher.add(request, self._generate(request, prepared), first=request.args["first"])

    def _generate(self, request: child.Request, prepared: Prepared) -> Work:
        demand = request.args["demand"]
        lane = self._lane()
        lane.owner = request.args["owner"]
        way: plain.Way | None = None
        if "decide" in prepared.cuts:
            try:
                way = yield from self._choose(request, prepared, demand, lane)
            except Cancelled:
                way = "words"  # the answer ends before it has begun
        if way == "calls" and demand["tool_choice"] == "auto":
            demand = {**demand, "tool_choice": "required"}
        elif way == "words":
            demand = {**demand, "tools": []} if isinstance(demand["response_format"], dict) else None
        guide = self._guide(demand, plain.ARRAY if way == "calls" else self._ready.form)
        tuning = self._calibration.tuning if self._calibration is not None else None
        lookup = lookup_at(tuning.guess_cost) if tuning is not None and not self._loaded.whole else None
        answer = Generation(lane, prepared.cuts[way], request.args, request.emit, guide, way=way, lookup=lookup)
        return (yield from answer.run())

    def _choose(
        self, request: child.Request, prepared: Prepared, demand: JsonObject, lane: Lane
    ) -> Generator[Want, Any, plain.Way]:
        """Let the model decide between calls and words, unless the caller has."""
        if demand["tool_choice"] != "auto" or prepared.margin == -math.inf:
            return "calls"
        names = [tool["function"]["name"] for tool in demand["tools"]]
        usual = 0.0
        if "greeting" in prepared.cuts:
            greeting = prepared.cuts["greeting"].tokens
            key = hash(tuple(greeting))
            if key not in self._usual:
                # Before the conversation is read, so that it costs no more than these few words.
                self._usual[key] = yield from self._advantage(greeting, names, request, lane)
            usual = self._usual[key]
        found = yield from self._advantage(prepared.cuts["decide"].tokens, names, request, lane)
        log.info("a call is %.1f likelier than words, after a greeting %.1f", found, usual)
        return "calls" if found - plain.LEANING * usual >= prepared.margin else "words"

    def _advantage(
        self, tokens: list[int], names: Sequence[str], request: child.Request, lane: Lane
    ) -> Generator[Want, Any, float]:
        """Return how much likelier a call is than words after this prompt."""
        vocabulary = self._loaded.vocabulary
        lane.heard = lambda done, cached: request.emit({"read": done, "total": len(tokens), "cached": cached})
        yield from lane.open(tokens, len(tokens) + _LONGEST_NAME)
        scorer = _Scorer(lane)
        ask = partial(
            advantage, scorer, names, none=plain.NONE, tokenize=lambda text: vocabulary.tokens(text, special=False)
        )
        found: float = yield Alone(lambda: scorer.ask(ask))
        return found

    def _lane(self) -> Lane:
        return Lane(self._loaded, self._ready_batcher.books)

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
    def _ready_batcher(self) -> Batcher:
        if self._batcher is None:
            raise WorkerFailed("No model is loaded.", code="worker_error")
        return self._batcher

    @property
    def _loaded(self) -> Model:
        if self._model is None:
            raise WorkerFailed("No model is loaded.", code="worker_error")
        return self._model


class _Scorer:
    """What a model finds likely after a prompt, while it has the model to itself."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._logits = lane.logits().copy()  # those of the decoding are gone when this is asked
        self._interrupted = False

    def ask(self, question: Callable[[], float]) -> float | None:
        """Return the answer, or None when somebody's cancel interrupted the model."""
        self._interrupted = False
        found = question()
        return None if self._interrupted else found

    def logits(self) -> Any:
        return self._logits

    def follow(self, tokens: Sequence[int]) -> list[float]:
        lane = self._lane
        found = lane.model.follow(lane.seq, lane.length, tokens)
        self._interrupted = self._interrupted or found is None
        return found if found is not None else [0.0] * (len(tokens) - 1)


def _quiet() -> bool:
    """Return whether the computer had little to do while this process rested."""
    return bool(psutil.cpu_percent(None) < _LITTLE)


def serve() -> None:
    """Serve until the app closes the pipe."""
    child.serve(lambda: Service().desk())
