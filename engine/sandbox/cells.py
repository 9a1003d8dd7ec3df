"""Runs cells as a notebook does: variables stay, the last values are shown, errors show the model's own lines."""

from __future__ import annotations

import ast
import contextlib
import linecache
import os
import sys
import traceback
import types
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.sandbox import dialect, hints, promises
from engine.sandbox.figures import Figures
from engine.sandbox.guards import Guards, Refusal
from engine.sandbox.policy import compile_text, transform

_ROWS, _TABLE_COLUMNS = 60, 20
_VALUE, _MESSAGE = 20_000, 2000
_FOLDER = "/mnt/data"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a cell ended: ok, error, refused or interrupted; `html` is the last table it showed."""

    status: str
    html: str | None = None


class Interpreter:
    """One namespace in which cell after cell runs. What cells print goes to sys.stdout and sys.stderr."""

    def __init__(
        self, figures: Figures, *, restricted: bool = True, on_import: Callable[[str], None] = lambda _name: None
    ) -> None:
        """`on_import` hears the name of each module the code imports, after the import."""
        self._figures, self._restricted = figures, restricted
        self._module = types.ModuleType("__main__")
        self.namespace = self._module.__dict__
        self._guards = Guards(self.namespace, compile_text, on_import)
        self._shown: str | None = None
        self._promised: tuple[promises.Promise, ...] = ()
        self._count = 0
        self._prepare()

    def _prepare(self) -> None:
        sys.modules["__main__"] = self._module  # so that its classes can be found by name
        own: dict[str, Any] = {"__doc__": None, "_show_": self._show}
        if self._restricted:
            own |= {**self._guards.names(), "__builtins__": self._guards.builtins()}
        else:
            own["__builtins__"] = dict(vars(sys.modules["builtins"]))
        own["__builtins__"]["display"] = self._display
        self.namespace.update(own)

    def run(self, untrusted_code: str) -> Outcome:
        """Run one cell. Never raises but for KeyboardInterrupt that arrives after the cell."""
        self._count += 1
        self._shown, self._promised = None, ()
        name = f"<cell {self._count}>"
        try:
            source = dialect.to_python(untrusted_code)
            linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
            code = self._compile(source, name)
            with warnings.catch_warnings():
                warnings.simplefilter("default")
                for noise in (ResourceWarning, ImportWarning, PendingDeprecationWarning):
                    warnings.simplefilter("ignore", noise)
                vars(warnings)["showwarning"] = _show_warning
                exec(code, self.namespace)  # noqa: S102  this is what the jail is for
            self._figures.take_open()
            if doubt := promises.doubts(self._promised, self.namespace):
                _say(f"Hint: {doubt}")
        except BaseException as error:  # noqa: BLE001  the code may raise anything
            return self._failed(error)
        return Outcome(status="ok", html=self._shown)

    def _compile(self, source: str, name: str) -> types.CodeType:
        tree = ast.parse(source, name)
        self._promised = promises.made(tree)
        quiet = source.rstrip().endswith(";")
        if self._restricted:
            transform(tree)
        _show_trailing(tree, quiet=quiet)
        return compile(tree, name, "exec", dont_inherit=True)

    # ---------------------------------------------------------------------------------------------- showing

    def _show(self, value: Any, last: bool) -> None:
        """Show the value of an expression at the end of a cell; before the last one only tables and names."""
        if value is None or (not last and not _is_table(value)):
            return
        if _is_noise(value):
            return
        self._display(value)

    def _display(self, *values: Any, **_options: Any) -> None:
        for value in values:
            if self._figures.take(value):
                continue
            if _is_table(value):
                self._show_table(value)
            else:
                _say(_text(value))

    def _show_table(self, table: Any) -> None:
        import pandas as pd  # type: ignore[import-untyped]

        with pd.option_context("display.width", 160, "display.max_columns", _TABLE_COLUMNS, "display.max_rows", _ROWS):
            _say(repr(table)[:_VALUE])
        frame = table.to_frame() if type(table).__name__ == "Series" else table
        self._shown = frame.to_html(max_rows=_ROWS, max_cols=_TABLE_COLUMNS, border=0)

    # ----------------------------------------------------------------------------------------------- errors

    def _failed(self, error: BaseException) -> Outcome:
        if isinstance(error, SystemExit):
            return self._left(error)
        if isinstance(error, KeyboardInterrupt):
            return Outcome(status="interrupted", html=self._shown)
        if isinstance(error, dialect.NotebookCommand):
            _say(f"Refused: {error}")
            return Outcome(status="refused")
        try:
            text = _describe(error)
            hint = hints.for_error(error, self.namespace, _files) or promises.doubts(self._promised, self.namespace)
            self._figures.take_open(drawn=True)  # an empty frame is what the error left, not a result
        except Exception as second:  # noqa: BLE001  __str__ of the code's own exceptions may fail
            text, hint = f"{type(error).__name__} (its text could not be shown: {type(second).__name__})", None
        _say(text)
        if hint:
            _say(f"Hint: {hint}")
        status = "refused" if isinstance(error, Refusal) else "error"
        return Outcome(status=status, html=self._shown)

    def _left(self, error: SystemExit) -> Outcome:
        with contextlib.suppress(ValueError):  # a figure too large
            self._figures.take_open()
        if error.code in (None, 0):
            return Outcome(status="ok", html=self._shown)
        _say(f"SystemExit: {error.code}"[:_MESSAGE])
        return Outcome(status="error", html=self._shown)


def _show_trailing(tree: ast.Module, *, quiet: bool) -> None:
    """Wrap the expressions at the end of a cell so that their values are shown."""
    last = True
    for statement in reversed(tree.body):
        if not isinstance(statement, ast.Expr):
            break
        plain = not isinstance(statement.value, ast.Call | ast.Constant | ast.Await | ast.Yield)
        if not (quiet and last) and not (isinstance(statement.value, ast.Constant) and not last):
            flag = ast.Constant(last or plain)
            call = ast.Call(ast.Name("_show_", ast.Load()), [statement.value, flag], [])
            statement.value = ast.fix_missing_locations(ast.copy_location(call, statement.value))
        last = False


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _show_warning(message: Any, category: type, filename: str, lineno: int, *_more: Any) -> None:
    """Print a warning without the places inside libraries, which mean nothing here."""
    where = f"{filename.strip('<>').capitalize()}, line {lineno}: " if filename.startswith("<cell ") else ""
    _say(f"{where}{category.__name__}: {message}"[:_MESSAGE])


def _is_table(value: Any) -> bool:
    kind = type(value)
    return kind.__name__ in ("DataFrame", "Series") and kind.__module__.partition(".")[0] == "pandas"


def _is_noise(value: Any) -> bool:
    """Return whether a value is the by-product of drawing: axes, lines, texts."""
    first = value
    if isinstance(value, list | tuple) and value:
        first = value[0]
    if type(first).__module__.startswith("matplotlib.") and type(first).__name__ != "Figure":
        return True
    return type(value).__name__ == "ndarray" and value.dtype == object and value.size > 0 and _is_noise(value.flat[0])


def _text(value: Any) -> str:
    if type(value).__module__ == "numpy" and hasattr(value, "item") and getattr(value, "ndim", 1) == 0:
        value = value.item()  # 2.5 says more to a model than np.float64(2.5)
    text = repr(value)
    if len(text) > _VALUE:
        return f"{text[: _VALUE // 2]} … {len(text) - _VALUE} characters left out … {text[-_VALUE // 2 :]}"
    return text


def _files() -> list[str]:
    return sorted(entry.name for entry in os.scandir(_FOLDER))


def _describe(error: BaseException) -> str:
    """Return the traceback without the frames of libraries and of this program."""
    if isinstance(error, Refusal) and error.__traceback__ is None:
        return f"Refused: {error}"
    lines: list[str] = []
    cause = error.__cause__
    if cause is not None and (of_cause := _frames(cause)) and not isinstance(error, Refusal):
        lines += [*of_cause, *_last_lines(cause), "", "This error led to the next one:", ""]
    return "\n".join([*lines, *_frames(error), *_last_lines(error)])


def _frames(error: BaseException) -> list[str]:
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith("<cell ")]
    if not own or (isinstance(error, SyntaxError) and (error.filename or "").startswith("<cell ")):
        return []
    lines = ["Traceback (most recent call last):"]
    if len(own) > 8:
        own = [*own[:4], *own[-4:]]
    for frame in own:
        where = f"  {frame.filename.strip('<>').capitalize()}, line {frame.lineno}"
        lines.append(where if frame.name == "<module>" else f"{where}, in {frame.name}")
        if not isinstance(error, Refusal) and (part := _failing_part(frame)):
            lines.append(f"    {part}")
    return lines


def _failing_part(frame: traceback.FrameSummary) -> str:
    """Return the expression that failed, not its whole line: shorter, and it says more."""
    line = linecache.getline(frame.filename, frame.lineno or 0)
    if frame.end_lineno != frame.lineno or frame.colno is None or frame.end_colno is None:
        return line.strip()
    return line.encode()[frame.colno : frame.end_colno].decode("utf-8", "replace") or line.strip()


def _last_lines(error: BaseException) -> list[str]:
    text = "".join(traceback.format_exception_only(error)).rstrip()
    if isinstance(error, Refusal):
        text = f"Refused: {error}"
    if isinstance(error, SyntaxError):
        text = text.replace(f'File "{error.filename}"', str(error.filename).strip("<>").capitalize())
    if len(text) > _MESSAGE:
        text = f"{text[: _MESSAGE // 2]} … {text[-_MESSAGE // 2 :]}"
    return text.splitlines()
