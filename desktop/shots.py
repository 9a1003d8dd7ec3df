"""Renders every page and state into PNG files, in both languages and themes: what designers look at.

`python -m desktop.shots --out DIR [--only NAME]` needs no screen, no model and no network.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from desktop import resources
from desktop.app import App
from desktop.assistants import scenes
from desktop.details.facts import facts_of
from desktop.details.rows import StepHead
from desktop.details.sample import sample_log
from desktop.problem import ProblemPage
from desktop.shots_answers import answers
from desktop.shots_knowledge import knowledge
from engine.errors import WorkerFailed
from engine.events import DownloadChanged, RunProgress
from engine.inference.scripted import Reply, ScriptedBackend
from engine.types import NewMessage, TextPart, Thread

LANGUAGES = ("en", "zh_CN")
THEMES = ("light", "dark")
SIZE = (1280, 820)
_LIMIT_MS = 20_000
_DAY = 86_400
_QUESTIONS = {
    "en": ("Who is the course for, and what were the total sales?", "And a story?", "One more thing", "Total sales?"),
    "zh_CN": ("这门课适合哪些人？总销售额是多少？", "再讲个故事？", "还有一件事", "总销售额？"),
}
_TITLES = {
    "en": ("June rainfall", "What clause 7 means", "Designing a course", "SQL joins compared", "Household budget"),
    "zh_CN": ("六月降雨量分析", "合同第七条的含义", "课程怎么设计", "SQL 连接的区别", "家庭预算表"),
}


def sample(name: str, language: str) -> str:
    """Return a text of the samples."""
    return resources.path("samples", f"{name}.{language}.md").read_text("utf-8")


class Camera:
    """Takes pictures of one window in one language, each in both themes."""

    def __init__(self, qt: QApplication, out: Path, language: str, only: str, suffix: str) -> None:
        self._qt = qt
        self._out = out
        self._only = only
        self._suffix = suffix
        self.language = language
        self.taken: list[Path] = []

    @contextmanager
    def window(self, backend: ScriptedBackend, *, first: bool = False, model: bool = True) -> Iterator[App]:
        """Open an app on a home of its own and close it afterwards."""
        with tempfile.TemporaryDirectory(prefix="fireside-shots-") as folder:
            home = Path(folder)
            known = {
                "language": self.language,
                "theme": "light",
                "first_start_done": not first,
                "model_titles": False,
            }
            (home / "settings.json").write_text(json.dumps(known), "utf-8")
            if model:
                _stand_in(home / "models")
            app = App(self._qt, home, backend=backend)
            app.start()
            app.window.resize(*SIZE)  # after it is shown, which fits it into the screen there is not
            self.until(lambda: app.pages is not None)
            self.settle(app)
            try:
                yield app
            finally:
                app.window.toast.settle()
                app.close()
                app.window.hide()
                app.window.deleteLater()

    def until(self, condition: Callable[[], object]) -> None:
        """Run the event loop until something is so. Raises TimeoutError."""
        loop, timer, limit = QEventLoop(), QTimer(), QTimer()
        timer.timeout.connect(lambda: loop.exit(1) if condition() else None)
        limit.timeout.connect(loop.quit)
        timer.start(15)
        limit.start(_LIMIT_MS)
        met = loop.exec() == 1  # what was so need not be so still
        timer.stop()
        limit.stop()
        if not met:
            raise TimeoutError(f"a picture in {self.language} did not come about")

    def settle(self, app: App) -> None:
        """Let every call, event and layout come to rest."""
        for _ in range(3):
            self.until(lambda: app.tasks.idle and (app.pages is None or app.pages.bridge.idle))
            self._qt.processEvents()

    def take(self, app: App, name: str) -> None:
        """Save the window in both themes."""
        if self._only not in name:
            return
        for theme in THEMES:
            app.theme.use(theme)
            self.settle(app)
            path = self._out / f"{name}-{self.language}-{theme}{self._suffix}.png"
            _grab(app.window).save(str(path))
            self.taken.append(path)
        app.theme.use("light")


def _grab(window: QWidget) -> Any:
    window.repaint()
    return window.grab()


def _stand_in(folder: Path) -> None:
    """Put the smallest file that the library takes for a chat model into a folder."""
    folder.mkdir()
    shutil.copyfile(resources.path("samples", "stand-in.gguf"), folder / "sample-1.5b.gguf")


# The states, in the order a user meets them.


def first_start(camera: Camera) -> None:
    """The first window, and its download at work."""
    with camera.window(ScriptedBackend(), first=True, model=False) as app:
        first = app.pages.first if app.pages is not None else None
        if first is None:
            raise RuntimeError("the first start did not come")
        camera.until(lambda: first.card is not None)
        camera.take(app, "01-first-start")
        if first.card is not None:
            _download(app, first.card.card.id, first.card.card.size)
        camera.take(app, "02-first-start-downloading")


def empty(camera: Camera) -> None:
    """An empty chat, with and without a model; a narrow one; the command palette; a home that is in use."""
    with camera.window(ScriptedBackend(), model=False) as app:
        camera.take(app, "03-empty-no-model")
    with camera.window(ScriptedBackend()) as app:
        camera.take(app, "04-empty")
        app.window.act("palette")
        camera.take(app, "05-command-palette")
        app.window.commands.dismiss()
        app.window.resize(720, 480)
        camera.take(app, "06-empty-narrow")
        app.window.resize(*SIZE)
        page = ProblemPage("home_busy", f"{app.home}")
        app.window.add_page("problem", page)
        app.window.show_page("problem")
        app.window.show_bare(bare=True)
        camera.take(app, "07-home-in-use")


def chatting(camera: Camera) -> None:
    """Everything a chat goes through."""
    language = camera.language
    ask, story, more, last = _QUESTIONS[language]
    reading, writing = threading.Event(), threading.Event()
    long = sample("long", language)
    broken = Reply(text=long, failure=WorkerFailed("The process ended.", code="worker_died"), fail_at=60)
    replies = [
        Reply(text=sample("answer", language), reading=reading),
        Reply(text=long, gates={90: writing}),
        broken,
        Reply(text=long),
    ]
    with camera.window(ScriptedBackend(replies)) as app:
        chat, side = _chat(app), _side(app)
        side.threads.add(_threads(language), stored=True)
        _say(camera, app, ask)
        camera.until(lambda: chat.presenter.phase is not None)
        for name, phase, done, total in (("10-loading", "loading", 62, 100), ("11-reading", "reading", 512, 1304)):
            _progress(app, phase, done, total)
            camera.until(partial(_in_phase, chat, phase))
            camera.take(app, name)
        reading.set()
        camera.until(lambda: len(chat.transcript.items) == 2 and not chat.presenter.running)
        chat.transcript.verticalScrollBar().setValue(0)
        camera.take(app, "12-answered")
        app.window.resize(720, 560)
        camera.take(app, "13-answered-narrow")
        app.window.resize(*SIZE)
        chat.transcript.jump_to_latest()
        _say(camera, app, story)
        camera.until(lambda: len(chat.transcript.items) == 4 and len(chat.transcript.items[3].text()) > 60)
        camera.take(app, "14-streaming")
        _say(camera, app, more)
        camera.take(app, "15-waiting")
        chat.presenter.take_back(0)
        chat.presenter.stop()
        camera.until(lambda: not chat.presenter.running)
        writing.set()
        camera.take(app, "16-stopped")
        _say(camera, app, more)
        camera.until(lambda: chat.transcript.items[-1].turn.error is not None)
        camera.take(app, "17-failed")
        _say(camera, app, last)
        camera.until(lambda: not chat.presenter.running and len(chat.transcript.items) == 8)
        camera.take(app, "18-long-text")


def _in_phase(chat: Any, what: str) -> bool:
    return bool(chat.presenter.phase and chat.presenter.phase.what == what)


def _chat(app: App) -> Any:
    if app.pages is None:
        raise RuntimeError("the window has no pages yet")
    return app.pages.chat


def _details(app: App) -> Any:
    if app.pages is None:
        raise RuntimeError("the window has no pages yet")
    return app.pages.details


def _engine(app: App) -> Any:
    if app.engine is None:
        raise RuntimeError("the engine is not open yet")
    return app.engine


def _calls(language: str) -> tuple[str, str, str]:
    """Return what a model writes that wants to run code, and to call two functions."""
    total = "Unit Price" if language == "en" else "单价"
    code = (
        '```python\nimport pandas as pd\n\ndf = pd.read_csv("/mnt/data/mydata.csv")\n'
        f'print((df["{total}"] * df["Quantity Sold"]).sum())\n```'
    )
    city = "Rome" if language == "en" else "上海"
    calls = [
        json.dumps({"name": name, "arguments": arguments}, ensure_ascii=False)
        for name, arguments in (("weather", {"city": city, "days": 3}), ("opening_hours", {"place": "museum"}))
    ]
    return code, *(f"<tool_call>\n{call}\n</tool_call>" for call in calls)  # type: ignore[return-value]


def _side(app: App) -> Any:
    if app.pages is None:
        raise RuntimeError("the window has no pages yet")
    return app.pages.side


def pages(camera: Camera) -> None:
    """The pages beside the chat."""
    with camera.window(ScriptedBackend()) as app:
        if app.pages is None:
            raise RuntimeError("the window has no pages yet")
        _assistants(app, camera.language)
        app.pages.go("models")
        camera.until(lambda: app.pages is not None and app.pages.models.cards)
        camera.take(app, "20-models")
        for number, card in enumerate(c for c in app.pages.models.cards.values() if not c.card.installed):
            if number < 3:
                _download(app, card.card.id, card.card.size, paused=number == 1, failed=number == 2)
        camera.take(app, "21-models-downloading")
        app.pages.go("assistants")
        camera.until(lambda: app.pages is not None and len(app.pages.assistants.cards) == 4)
        camera.take(app, "22-assistants")
        app.pages.assistants.edit(app.pages.assistants.cards[1].assistant.id)
        camera.take(app, "23-assistant-editor")
        for name in ("settings", "knowledge", "discussions"):
            app.pages.go(name)
            camera.take(app, f"24-{name}")
        app.window.resize(720, 560)
        app.pages.go("models")
        camera.take(app, "25-models-narrow")


def asking(camera: Camera) -> None:
    """Code to allow, and two functions to answer by hand."""
    code, weather, clock_call = _calls(camera.language)
    with camera.window(ScriptedBackend([code, weather + clock_call])) as app:
        engine, chat = _engine(app), _chat(app)
        name = "Guagua" if camera.language == "en" else "瓜瓜"
        functions = tuple(
            {"type": "function", "function": {"name": called, "parameters": {"type": "object"}}}
            for called in ("weather", "opening_hours")
        )
        made = engine.assistants.create(
            model="default", name=name, tools=({"type": "code_interpreter"}, *functions), metadata={"avatar": "1"}
        )
        camera.until(lambda: made.id in chat.presenter.assistants)
        chat.presenter.choose_assistant(made.id)
        engine.settings.set(code_approval="once")
        _say(camera, app, _QUESTIONS[camera.language][3])
        camera.until(lambda: chat.asking.cards)
        camera.take(app, "30-asking-code")
        chat.presenter.stop()
        camera.until(lambda: not chat.presenter.running)
        _say(camera, app, _QUESTIONS[camera.language][2])
        camera.until(lambda: len(chat.asking.cards) == 2)
        next(iter(chat.asking.cards.values())).field.setPlainText('{"sky": "rain", "degrees": 12}')
        camera.take(app, "31-asking-answer")
        app.window.resize(720, 560)
        camera.take(app, "32-asking-narrow")
        chat.presenter.stop()
        camera.until(lambda: not chat.presenter.running)


def details(camera: Camera) -> None:
    """The details panel: a run, its prompt, the thread, the next run; beside the chat and over it."""
    language = camera.language
    ask, story, *_ = _QUESTIONS[language]
    with camera.window(ScriptedBackend([sample("answer", language), sample("answer", language)])) as app:
        chat, panel = _chat(app), _details(app)
        app.window.act("toggle_details")
        camera.take(app, "40-details-empty")
        for number, text in enumerate((ask, story), 1):
            _say(camera, app, text)
            camera.until(partial(_answered, chat, 2 * number))
        camera.settle(app)
        log = panel.presenter.log
        if log is None:
            raise RuntimeError("the panel shows no run")
        panel.presenter.log = shown = sample_log(log, language)
        panel.presenter.facts = facts_of(shown)
        panel._show()
        camera.take(app, "41-details-run")
        for head in panel.run_view.steps.body.findChildren(StepHead)[1:2]:
            head.setChecked(True)
        panel.run_view.timeline.head.setChecked(True)
        camera.take(app, "42-details-unfolded")
        panel.run_view.prompt.click()
        camera.take(app, "43-details-prompt")
        panel.show_tab(1)
        camera.take(app, "44-details-thread")
        panel.show_tab(2)
        camera.take(app, "45-details-next")
        panel.show_tab(0)
        app.window.resize(860, 620)
        camera.take(app, "46-details-narrow")


def _answered(chat: Any, count: int) -> bool:
    return len(chat.transcript.items) == count and not chat.presenter.running


def _say(camera: Camera, app: App, text: str) -> None:
    chat = _chat(app)
    chat.composer.set_text(text)
    chat.composer.send.click()
    camera.settle(app)


def _progress(app: App, phase: Any, done: int, total: int) -> None:
    chat = _chat(app)
    run = app.pages.live.running(chat.presenter.thread_id) if app.pages else None
    if run is None or app.engine is None:
        raise RuntimeError("nothing runs")
    app.engine.bus.publish(RunProgress(thread_id=run.thread_id, run_id=run.id, phase=phase, done=done, total=total))


def _download(app: App, model_id: str, size: int, *, paused: bool = False, failed: bool = False) -> None:
    if app.engine is None:
        return
    publish = app.engine.bus.publish
    publish(DownloadChanged(model_id=model_id, state="running", done=0, total=size))
    state: Any = "failed" if failed else "paused" if paused else "running"
    publish(
        DownloadChanged(
            model_id=model_id,
            state=state,
            done=int(size * 0.38),
            total=size,
            speed=0.0 if paused or failed else 11.4e6,
            eta=None if paused or failed else size * 0.62 / 11.4e6,
            error_code="source_unreachable" if failed else "",
        )
    )


def _threads(language: str) -> list[Thread]:
    """Return threads of some days ago, for the list only: they are not stored."""
    now = int(time.time())
    days = (1, 3, 5, 20, 75)
    return [
        Thread(id=f"thread_sample{n}", created_at=now - d * _DAY, last_used_at=now - d * _DAY, title=title)
        for n, (title, d) in enumerate(zip(_TITLES[language], days, strict=True))
    ]


def _assistants(app: App, language: str) -> None:
    if app.engine is None:
        return
    rows = {
        "en": (
            ("Guagua", "Answers questions about the course from its handbook.", "Answer from the handbook. Be brief."),
            ("Ada", "Explains code line by line and finds the mistake.", "You are a patient programmer."),
            ("Translator", "English to Chinese and back, in the tone of the text.", "Translate. Keep the tone."),
        ),
        "zh_CN": (
            ("瓜瓜", "根据课程手册回答学员的问题。", "只根据手册回答，简明扼要。"),
            ("阿达", "逐行讲解代码，找出问题所在。", "你是一位耐心的程序员。"),
            ("译者", "中英互译，保留原文的语气。", "翻译用户的文字，保留语气。"),
        ),
    }[language]
    for number, (name, about, instructions) in enumerate(rows, 1):
        app.engine.assistants.create(
            model="default",
            name=name,
            description=about,
            instructions=instructions,
            temperature=0.3 * number,
            metadata={"avatar": str(number)},
        )


def threads(camera: Camera) -> None:
    """Threads pinned, filed, searched and binned; branches, files, a full context, and messages that wait."""
    language = camera.language
    ask, story, more, last = _QUESTIONS[language]
    answer, gate = sample("answer", language), threading.Event()
    replies = [Reply(text=answer, gates={5: gate} if number == 2 else {}) for number in range(5)]
    with camera.window(ScriptedBackend(replies, context=2048)) as app:
        chat, side, engine = _chat(app), _side(app), app.engine
        if engine is None or app.pages is None:
            raise RuntimeError("the window has no engine yet")
        _say(camera, app, ask)
        camera.until(lambda: len(chat.transcript.items) == 2 and not chat.presenter.running)
        _filed(engine, language)
        camera.settle(app)
        camera.take(app, "60-threads-filed")
        side.search.setText({"en": "rain", "zh_CN": "雨量"}[language])
        camera.until(lambda: side.threads.hits)
        camera.take(app, "61-search")
        side.search.clear()
        chat.message_performers["edit"](chat.transcript.items[0].turn)
        camera.take(app, "62-editing")
        chat.composer.set_text(story)
        chat.composer.send.click()
        camera.until(lambda: chat.transcript.items and chat.transcript.items[0].text() == story)
        camera.until(lambda: len(chat.transcript.items) == 2 and not chat.presenter.running)
        chat.transcript.reveal(chat.transcript.items[0].turn.id)
        camera.settle(app)
        camera.take(app, "63-branches")
        _attach(chat, camera, language)
        chat.composer.set_text(more)
        camera.until(lambda: chat.composer.context.estimate is not None and chat.composer.context.estimate.files)
        camera.settle(app)
        camera.take(app, "64-attached")
        chat.attaching.take()
        _say(camera, app, more)
        for text in (story, last):
            _say(camera, app, text)
        camera.take(app, "65-queued")
        gate.set()
        camera.until(lambda: not chat.queue.rows and not chat.presenter.running)
        app.pages.delete_thread(chat.presenter.thread_id or "")
        camera.settle(app)
        app.pages.go("bin")
        camera.until(lambda: app.pages is not None and app.pages.bin.rows)
        camera.take(app, "66-bin")


def _filed(engine: Any, language: str) -> None:
    """Store threads, some pinned and some in folders."""
    said = {"en": "How much rain fell in June?", "zh_CN": "六月的降雨量是多少？和去年相比呢？"}[language]
    folder = {"en": "House", "zh_CN": "家里"}[language]
    for number, title in enumerate(_TITLES[language]):
        message = NewMessage(role="user", content=(TextPart(text=said if number < 2 else title),))
        thread = engine.threads.create(title=title, messages=[message])
        if number == 0:
            engine.threads.update(thread.id, pinned=True)
        elif number > 2:
            engine.threads.update(thread.id, folder=folder)


def _attach(chat: Any, camera: Camera, language: str) -> None:
    report = {"en": "rainfall report.pdf", "zh_CN": "降雨量报告.pdf"}[language]
    chat.attaching.add_bytes(report, b"%PDF-1.7")
    chat.attaching.add_bytes("mydata.csv", b"a,b")
    chat.attaching.add_bytes("song.mp3", b"x", "search")
    camera.until(lambda: not chat.attaching.busy)


def assistants(camera: Camera) -> None:
    """The room of assistants."""
    with camera.window(ScriptedBackend(scenes.script(camera.language))) as app:
        scenes.take_pictures(camera, app)


SCENES: tuple[Callable[[Camera], None], ...] = (
    first_start,
    empty,
    chatting,
    pages,
    assistants,
    asking,
    details,
    knowledge,
    answers,
    threads,
)


def main(arguments: list[str] | None = None) -> int:
    """Take all pictures; returns 0."""
    parser = argparse.ArgumentParser(prog="python -m desktop.shots", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for the PNG files")
    parser.add_argument("--only", default="", help="only pictures with this in their name")
    parser.add_argument("--suffix", default="", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    existing = QApplication.instance()
    qt = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    taken: list[Path] = []
    for language in LANGUAGES:
        camera = Camera(qt, options.out, language, options.only, options.suffix)
        for scene in SCENES:
            scene(camera)
        taken += camera.taken
    sys.stdout.write(f"{len(taken)} pictures in {options.out}\n")
    if not options.suffix and not options.only:
        _twice_as_large(options.out)
    return 0


def _twice_as_large(out: Path) -> None:
    """Take two of the pictures once more at 200 %: the factor is read when Qt starts."""
    environment = {**os.environ, "QT_SCALE_FACTOR": "2"}
    for name in ("12-answered", "20-models", "31-tools"):
        command = [sys.executable, "-m", "desktop.shots", "--out", str(out), "--only", name, "--suffix=-200"]
        subprocess.run(command, env=environment, check=True)


if __name__ == "__main__":
    raise SystemExit(main())
