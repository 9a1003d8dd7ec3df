"""Measures a whole message through the engine against the raw library, in turn, in one run; prints ratios.

Called as `python -m tests.bench.throughput MODELS [ROUNDS]`. Both sides read a prompt of the same text and write the
same number of tokens with SmolLM2, always the likeliest token. The yardstick is bare.py: llama.cpp's decode loop and
nothing else. The engine's figure is what a user waits for: from `say` to the end of the run, with the store, the
machine, the child process and the events in between. Results go to build/bench as JSON and Markdown.
"""

from __future__ import annotations

import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from engine.service.engine import Engine
from engine.workers import launch

ROOT = Path(__file__).resolve().parents[2]
MODEL_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
MODEL_ID = "smollm2-135m-instruct-q4_1"
TOKENS = 128
SENTENCE = "The river runs past the old mill while the children count the boats. "


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One generation: tokens read and written, seconds from start to end."""

    prompt_tokens: int
    tokens: int
    seconds: float


def text(number: int) -> str:
    """Return a user message of about 400 tokens; each number starts differently, so that no prefix is reused."""
    return f"Story number {number}. " + SENTENCE * 27 + "Go on with the story, as long as you can."


def bare(model: Path, number: int, folder: Path) -> Sample:
    """Measure the raw loop in a process with the environment of the engine's own child; loading is not counted."""
    prompt = folder / "prompt.txt"
    prompt.write_text(f"<|im_start|>user\n{text(number)}<|im_end|>\n<|im_start|>assistant\n", "utf-8")
    command = [sys.executable, str(Path(__file__).with_name("bare.py")), str(model), str(prompt), str(TOKENS)]
    done = subprocess.run(command, env=launch.environment(), capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    return Sample(prompt_tokens=found["prompt_tokens"], tokens=found["tokens"], seconds=found["seconds"])


def whole(engine: Engine, assistant_id: str, number: int) -> Sample:
    """Measure one message on a new thread with the model already loaded."""
    thread = engine.threads.create()
    started = time.perf_counter()
    _message, run = engine.runs.say(thread.id, assistant_id, text(number))
    run = engine.runs.wait(run.id, timeout=600)
    seconds = time.perf_counter() - started
    if run.usage is None:
        raise SystemExit(f"the run ended {run.status}: {run.last_error}")
    return Sample(prompt_tokens=run.usage.prompt_tokens, tokens=run.usage.completion_tokens, seconds=seconds)


def measure(models: Path, rounds: int) -> dict[str, list[Sample]]:
    """Take turns, so that whatever else the machine does hits both alike."""
    samples: dict[str, list[Sample]] = {"bare": [], "engine": []}
    with tempfile.TemporaryDirectory() as folder, Engine(Path(folder, "home"), models_folder=models) as engine:
        engine.settings.set(max_answer_tokens=TOKENS, context_length=4096, repeat_penalty=1.0)
        assistant = engine.assistants.create(model=MODEL_ID, instructions="You tell stories.", temperature=0.0)
        whole(engine, assistant.id, 0)  # loads the model
        for number in range(1, rounds + 1):
            samples["bare"].append(bare(models / MODEL_FILE, number, Path(folder)))
            samples["engine"].append(whole(engine, assistant.id, number))
            print(f"round {number} of {rounds}: {_line(samples, -1)}", flush=True)
    return samples


def _line(samples: dict[str, list[Sample]], index: int) -> str:
    return ", ".join(f"{name} {found[index].seconds:.1f} s" for name, found in samples.items())


def per_second(sample: Sample) -> float:
    """Return tokens, read and written, in a second; end to end, so that a shorter answer does not look faster."""
    return (sample.prompt_tokens + sample.tokens) / sample.seconds


def summarise(samples: dict[str, list[Sample]]) -> dict[str, object]:
    """Return medians with their spread, and the ratio of neighbouring measurements."""
    ratios = [
        per_second(whole_) / per_second(bare_) for bare_, whole_ in zip(samples["bare"], samples["engine"], strict=True)
    ]
    speeds = {name: [round(per_second(sample), 1) for sample in found] for name, found in samples.items()}
    return {
        "ratio": {"median": round(statistics.median(ratios), 3), "all": [round(ratio, 3) for ratio in ratios]},
        "tokens_per_second": {
            name: {"median": statistics.median(found), "least": min(found), "most": max(found)}
            for name, found in speeds.items()
        },
        "tokens": {name: [[s.prompt_tokens, s.tokens] for s in found] for name, found in samples.items()},
        "machine": {"system": platform.platform(), "python": platform.python_version()},
    }


def markdown(summary: dict[str, object]) -> str:
    """Return the summary as a short table."""
    speeds, ratio = summary["tokens_per_second"], summary["ratio"]
    assert isinstance(speeds, dict)
    assert isinstance(ratio, dict)
    rows = "\n".join(
        f"| {name} | {v['median']:.1f} | {v['least']:.1f} to {v['most']:.1f} |" for name, v in speeds.items()
    )
    low, high = min(ratio["all"]), max(ratio["all"])
    return (
        f"| SmolLM2, tokens a second, end to end | median | spread |\n| --- | --- | --- |\n{rows}\n\n"
        f"The engine reaches {ratio['median']:.2f} of the bare loop ({low:.2f} to {high:.2f} in "
        f"{len(ratio['all'])} rounds).\n"
    )


def main(models: Path, rounds: int) -> int:
    """Measure, print, keep."""
    summary = summarise(measure(models, rounds))
    folder = ROOT / "build" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "throughput.json").write_text(json.dumps(summary, indent=1), "utf-8")
    (folder / "throughput.md").write_text(markdown(summary), "utf-8")
    print(f"\n{markdown(summary)}\nKept in {folder.relative_to(ROOT)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 5))
