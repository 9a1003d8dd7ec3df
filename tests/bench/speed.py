"""Measures the whole engine against llama.cpp's own programs, in turn, in one run; keeps ratios, a table and a plot.

Called as `python -m tests.bench.speed MODELS PEERS MODEL_ID [ROUNDS]`. Both sides use the same file, as many threads
and always the likeliest token. The engine's side goes through `runs.say`, the store, the machine, the child process
and the events; its times are those at which a listener hears of a word, and of the end. Every ratio is of neighbours
in time, so whatever else the computer does falls on both sides.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import FiresideError
from engine.events import Event, MessageDelta, RunChanged
from engine.service.engine import Engine
from engine.types import Assistant, NewMessage, TextPart, Thread
from tests.bench.speed_peers import Peers, Server
from tests.bench.speed_report import Row, keep

ROOT = Path(__file__).resolve().parents[2]
CONTEXT = 8192
LONG, MIDDLE = 185, 30  # sentences: about 3,000 tokens, and about 500
WRITTEN = 128
FRUIT = ("apples", "pears", "plums", "figs", "grapes", "melons", "cherries", "lemons", "limes", "dates")
HATS = ("facts", "feelings", "caution", "benefits", "ideas", "order", "a summary")


@dataclass(kw_only=True)
class Answer:
    """One answer as a listener heard it: seconds to the first word, words a second after it, tokens from the usage."""

    first: float
    rate: float
    read: int
    new: int
    written: int
    text: str
    prompt: str


@dataclass
class Bench:
    """One model on both sides; `rows` is what was found so far."""

    models: Path
    model_id: str
    peers: Peers
    home: Path
    rounds: int
    rows: list[Row] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: iter(range(10_000)))

    @contextmanager
    def engine(self, home: str = "main", **settings: object) -> Iterator[Engine]:
        """Open the engine with the model in memory, on as many threads as the other side has."""
        with Engine(self.home / home, models_folder=self.models) as engine:
            engine.settings.set(context_length=CONTEXT, repeat_penalty=1.0, model_titles=False, **settings)
            engine.settings.set(threads=self.peers.threads)
            engine.models.load(self.model_id)
            yield engine

    def seat(self, engine: Engine, words: str = "You tell stories.") -> Assistant:
        return engine.assistants.create(model=self.model_id, instructions=words, temperature=0.0)

    def text(self, sentences: int) -> str:
        """Return a text that begins and goes on like no other, so that nothing of it was read before."""
        number = next(self._numbers)
        lines = (f"In year {number * 1000 + n} they sold {FRUIT[n * 7 % 10]} by the mill." for n in range(sentences))
        return f"Report {number}. " + " ".join(lines)

    def add(self, row: Row) -> None:
        self.rows.append(row)
        print(f"{row.name}: {row.shown(row.median)} of {[row.shown(value) for value in row.values]}", flush=True)

    def against_bench(self) -> None:
        """Reading and writing against `llama-bench`, and the first word of a short prompt against `llama-server`."""
        writing, reading, beyond = [], [], []
        with self.engine(calibrate=False) as engine, self.peers.server(context=CONTEXT) as server:
            seat = self.seat(engine)
            say(engine, engine.threads.create(), seat, "Good morning.", 16)
            for number in range(self.rounds):
                for turn in (0, 1):
                    if turn == number % 2:
                        found = say(engine, engine.threads.create(), seat, self.text(MIDDLE), WRITTEN)
                    else:
                        read, wrote = self.peers.rates(prompt=512, written=WRITTEN)
                writing.append(found.rate / wrote)
                reading.append(found.read / found.first / read)
                beyond += [self._beyond(engine, seat, server) for _ in range(3)]
        self.add(Row(name="writing / llama-bench tg", values=tuple(writing), target=0.97, least=True))
        self.add(
            Row(name="reading, up to the first word / llama-bench pp", values=tuple(reading), target=0.97, least=True)
        )
        self.add(Row(name="first word beyond llama-server's", values=tuple(beyond), target=10.0, unit=" ms"))

    def _beyond(self, engine: Engine, seat: Assistant, server: Server) -> float:
        ours = say(engine, engine.threads.create(), seat, self.text(4), 16)
        theirs, _ = server.first_token(ours.prompt, cached=False)
        return (ours.first - theirs) * 1000

    def not_read_twice(self) -> None:
        """Second turns, threads come back to, and threads after a restart; each against the same thread when cold."""
        second, back, disk, peers = [], [], [], []
        rounds = max(2, self.rounds // 2)
        for _ in range(rounds):
            with self.engine() as engine:
                seat, thread = self.seat(engine), engine.threads.create()
                cold = say(engine, thread, seat, self.text(LONG), 16)
                second.append(say(engine, thread, seat, "And then?", 16).first / cold.first)
                for _ in range(5):
                    say(engine, engine.threads.create(), seat, self.text(MIDDLE), 16)
                back.append(say(engine, thread, seat, "Why so?", 16).first / cold.first)
            with self.engine() as engine:
                seat = next(iter(engine.assistants.list().items))
                last = say(engine, thread, seat, "Who said it?", 16)
                disk.append(last.first / cold.first)
            with self.peers.server(context=CONTEXT) as server:
                first, said = server.first_token(cold.prompt)
                again = f"{cold.prompt}{said}<|im_end|>\n<|im_start|>user\nAnd then?<|im_end|>\n<|im_start|>assistant\n"
                peers.append(server.first_token(again)[0] / first)
        theirs = f"{sorted(peers)[len(peers) // 2]:.3f}"
        self.add(Row(name="second turn of 3,000 tokens / cold", values=tuple(second), target=0.010, peer=theirs))
        self.add(Row(name="back after five other threads / cold", values=tuple(back), target=0.012))
        self.add(Row(name="the same after a restart of the app / cold", values=tuple(disk), target=0.10, peer="1.0"))

    def discussion(self) -> None:
        """Seats that answer on one thread, where the role comes last."""
        other, counted = [], []
        for _ in range(max(2, self.rounds // 2)):
            with self.engine() as engine:
                said = NewMessage(role="user", content=(TextPart(text=self.text(LONG)),))
                thread = engine.threads.create(messages=[said], metadata={"discussion": "six hats"})
                answers = []
                for hat in HATS:
                    seat = self.seat(engine, f"You look for {hat} and for nothing else. " + "Be brief. " * 8)
                    answers.append(say(engine, thread, seat, f"What of {hat}?", 16))
                other.append(answers[1].first / answers[0].first)
                final = answers[-1].read + answers[-1].written
                roles = sum(engine_tokens(engine, answer) for answer in answers[:-1])
                counted.append(sum(answer.new for answer in answers) / (final + roles))
        self.add(Row(name="another assistant on the same thread / cold", values=tuple(other), target=0.05, peer="1.0"))
        self.add(Row(name="six hats: tokens read / tokens that are new", values=tuple(counted), target=1.1))

    def together(self) -> None:
        """Four threads at once against one alone."""
        gains = []
        with self.engine(calibrate=False) as engine:
            seat = self.seat(engine)
            for _ in range(self.rounds):
                alone = _rate([say(engine, engine.threads.create(), seat, self.text(4), WRITTEN)])
                gains.append(self._at_once(engine, seat) / alone)
        self.add(Row(name="four threads at once / one alone", values=tuple(gains), target=1.3, least=True))

    def _at_once(self, engine: Engine, seat: Assistant) -> float:
        started, written = time.perf_counter(), []
        texts = [self.text(4) for _ in range(4)]

        def ask(text: str) -> None:
            written.append(say(engine, engine.threads.create(), seat, text, WRITTEN).written)

        workers = [threading.Thread(target=ask, args=(text,)) for text in texts]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        return sum(written) / (time.perf_counter() - started)

    def lookup(self) -> None:
        """Guessing ahead from the text: an answer that quotes, and one that does not."""
        quoting, telling, same = [], [], True
        with self.engine() as guessing, self.engine("plain", calibrate=False) as plain:
            wait_for_calibration(self.home / "main")
            seats = {each: self.seat(each, "You repeat texts word for word.") for each in (guessing, plain)}
            for number in range(self.rounds):
                asked = (
                    f"Repeat this text word for word:\n\n{self.text(12)}",
                    f"Tell me a story about {FRUIT[number % 10]}.",
                )
                found = {
                    each: [say(each, each.threads.create(), seats[each], text, WRITTEN) for text in asked]
                    for each in ((guessing, plain) if number % 2 else (plain, guessing))
                }
                quoting.append(found[guessing][0].rate / found[plain][0].rate)
                telling.append(found[guessing][1].rate / found[plain][1].rate)
                same = same and all(a.text == b.text for a, b in zip(found[guessing], found[plain], strict=True))
        note = "same words" if same else "words differed"
        self.add(Row(name="quoting, guesses on / off", values=tuple(quoting), target=1.5, least=True, peer=note))
        self.add(Row(name="telling, guesses on / off", values=tuple(telling), target=0.97, least=True, peer=note))


def say(engine: Engine, thread: Thread, seat: Assistant, text: str, most: int) -> Answer:
    """Say something on a thread and listen to the end of the answer, of at most so many tokens."""
    heard: list[tuple[float, Event]] = []

    def listen(event: Event) -> None:
        if isinstance(event, MessageDelta | RunChanged):
            heard.append((time.perf_counter(), event))

    engine.settings.set(max_answer_tokens=most)
    with engine.subscribe(listen, thread.id):
        started = time.perf_counter()
        _, run = engine.runs.say(thread.id, seat.id, text)
        run = engine.runs.wait(run.id, timeout=1200)
    deltas = [(at, event.text) for at, event in heard if isinstance(event, MessageDelta)]
    if run.usage is None or not deltas:
        raise SystemExit(f"the run ended {run.status}: {run.last_error}")
    usage = run.usage
    log = engine.run_logs.of(thread.id, run.id)
    return Answer(
        first=deltas[0][0] - started,
        rate=max(1, usage.completion_tokens - 1) / (heard[-1][0] - deltas[0][0]),
        read=usage.prompt_tokens,
        new=usage.prompt_tokens - usage.cached_tokens,
        written=usage.completion_tokens,
        text="".join(text for _, text in deltas),
        prompt=log.generations[0].prompt if log is not None and log.generations else "",
    )


def engine_tokens(_engine: Engine, answer: Answer) -> int:
    """Return about how many tokens of a seat's prompt are its own: its role, which nobody else reads."""
    role = answer.prompt.rsplit("You look for", 1)[-1]
    return len(role.split()) * 4 // 3


def wait_for_calibration(home: Path, seconds: float = 30.0) -> None:
    """Wait until the model, left alone, has tried out what a guess costs; on a busy computer nothing of it is kept."""
    pause, deadline = threading.Event(), time.monotonic() + seconds
    while not list((home / "kv").glob("*.tuned")) and time.monotonic() < deadline:
        pause.wait(0.2)


def _rate(answers: list[Answer]) -> float:
    return sum(answer.rate for answer in answers)


def main(models: Path, peers: Path, model_id: str, rounds: int) -> int:
    """Measure, print, keep; what was measured before an error is kept as well."""
    folder = ROOT / "build" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        with Engine(home / "main", models_folder=models) as engine:
            path, threads = engine.models.get(model_id).path, engine.models.hardware().physical_cores
        sides = Peers(folder=peers, model=path, threads=threads, log=folder / "llama-server.log")
        bench = Bench(models, model_id, sides, home, rounds)
        for part in (bench.against_bench, bench.together, bench.not_read_twice, bench.discussion, bench.lookup):
            try:
                part()
            except FiresideError as error:
                print(f"{part.__name__} failed: {error.message}", file=sys.stderr)
    table = keep(bench.rows, model_id, folder, f"speed-{model_id}")
    print(f"\n{table}\nKept in {folder.relative_to(ROOT)}.")
    return 0


if __name__ == "__main__":
    given = sys.argv[1:]
    sys.exit(main(Path(given[0]), Path(given[1]), given[2], int(given[3]) if len(given) > 3 else 5))
