"""A run with every kind of step, for the pictures that designers look at; nothing of it is stored."""

from __future__ import annotations

from dataclasses import replace

from engine.service.run_log import DroppedMessage, RunLog
from engine.types import GenerationRecord, JsonObject, RunStep

_WORDS = {
    "en": ("handbook.pdf", "who is the course for", "The course is for people who build alone.", "Earlier talk"),
    "zh_CN": ("课程手册.pdf", "课程适合哪些人", "课程适合想独立做出产品的人。", "更早的对话"),
}


def sample_log(log: RunLog, language: str) -> RunLog:
    """Return the log with a search, code and dropped messages added to it."""
    file, query, passage, earlier = _WORDS[language]
    results: list[JsonObject] = [
        _result(file, 3, 0.94, (0.61, 0.62, 0.94), passage) | {"marker": "【0:0†source】"},
        _result(file, 2, 0.41, (0.58, 0.61, 0.41), passage) | {"marker": "【0:1†source】"},
    ]
    search: JsonObject = {"query": query, "results": results, "cut": [_result(file, 1, 0.3, (0.3, 0.51, None), "")]}
    code: JsonObject = {
        "input": 'import pandas as pd\ndf = pd.read_csv("/mnt/data/mydata.csv")\ndf["Sales"].sum()',
        "outputs": [{"type": "logs", "logs": "182100"}],
        "status": "ok",
    }
    steps = (_step(log, "file_search", search), _step(log, "code_interpreter", code), *log.steps)
    tools = [{"id": "call_file_search", "seconds": 0.41}, {"id": "call_code_interpreter", "seconds": 0.12}]
    measured = {"prompt_tokens": 1242, "cached_tokens": 1204, "completion_tokens": 62}
    times = {"read_seconds": 0.3, "write_seconds": 1.6, "first_token_seconds": 0.3}
    kept = log.generations[-1]
    generations = tuple(
        GenerationRecord(number=n, created_at=kept.created_at, prompt=kept.prompt, measures=kept.measures | more)
        for n, more in ((1, {}), (2, {}), (3, measured | times))
    )
    trace = {"tools": tools, "first_token_seconds": 0.3, "backend": "llama.cpp, CPU"}
    quote = {"marker": "【0:0†source】", "at": 0, "page": 3, "start": 0, "stop": len(passage), "support": 0.82}
    trace["citations"] = {"quotes": [quote], "unsupported": [{"start": 13, "stop": 13 + len(earlier)}]}
    return replace(
        log,
        said=f"【0:0†source】 {earlier}",
        run=replace(log.run, trace=log.run.trace | trace, temperature=0.7),
        steps=steps,
        generations=generations,
        dropped=(DroppedMessage(id="msg_1", tokens=212, reason="context", text=earlier),),
    )


def _result(file: str, page: int, score: float, scores: tuple[float, float, float | None], text: str) -> JsonObject:
    keyword, vector, rerank = scores
    return {
        "file_id": "file_1",
        "file_name": file,
        "page": page,
        "score": score,
        "scores": {"keyword": keyword, "vector": vector, "rerank": rerank},
        "content": [{"type": "text", "text": text}],
    }


def _step(log: RunLog, kind: str, own: JsonObject) -> RunStep:
    return replace(
        log.steps[-1],
        id=f"step_{kind}",
        type="tool_calls",
        details={"type": "tool_calls", "tool_calls": [{"id": f"call_{kind}", "type": kind, kind: own}]},
    )
