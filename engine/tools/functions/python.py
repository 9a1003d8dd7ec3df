"""A function written in Python, called in the jail: a fresh session for each call, so that nothing is carried along."""

from __future__ import annotations

import ast
import json
import secrets

from engine.errors import FiresideError
from engine.sandbox import CellResult, Limits, Sandbox
from engine.tools.functions.base import ExecutorFailed, cut
from engine.types import JsonObject

MOST_CODE = 100_000  # characters
_LIMITS = Limits(seconds=20.0)
_MOST_COMPLAINT = 800  # characters of a failure: its end says what went wrong

_CALL = """
import json
fireside_answer = {name}(**json.loads({arguments}))
if not isinstance(fireside_answer, str):
    fireside_answer = json.dumps(fireside_answer, ensure_ascii=False, default=str)
print({mark} + fireside_answer)
"""


class PythonFunction:
    """Calls one function of a piece of code with the arguments as keywords and answers with what it returns."""

    def __init__(self, sandbox: Sandbox, code: str, name: str) -> None:
        self._sandbox, self._code, self._name = sandbox, code, python_name(name)

    def run(self, arguments: JsonObject) -> str:
        """Return what the function returned, as text or JSON. Raises ExecutorFailed, also where there is no jail."""
        mark = f"fireside-{secrets.token_hex(8)}:"
        call = _CALL.format(name=self._name, arguments=repr(json.dumps(arguments)), mark=repr(mark))
        session_id = f"function-{secrets.token_hex(8)}"
        try:
            result = self._sandbox.session(session_id, limits=_LIMITS).run(f"{self._code}\n{call}")
        except FiresideError as error:
            raise ExecutorFailed(f"Error: the function cannot run here: {error.message}") from None
        finally:
            self._sandbox.forget(session_id)
        return cut(_answer(result, mark))


def python_name(name: str) -> str:
    """Return what the function of that name is called in Python: names of functions may have hyphens."""
    return name.replace("-", "_")


def complaint(code: str, name: str) -> str:
    """Return why the code cannot answer calls of a function, as a sentence with its line, or nothing if it can."""
    if len(code) > MOST_CODE:
        return f"The code is longer than {MOST_CODE} characters."
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = f"Line {error.lineno}: " if isinstance(error, SyntaxError) and error.lineno else ""
        return f"{line}this is not Python that can be read."
    wanted = python_name(name)
    if not any(isinstance(node, ast.FunctionDef) and node.name == wanted for node in tree.body):
        return f"The code has no function {wanted}."
    return ""


def _answer(result: CellResult, mark: str) -> str:
    _, found, answer = result.logs.rpartition(mark)
    if result.status == "ok" and found:
        return answer.strip()
    said = result.logs.strip()[-_MOST_COMPLAINT:]
    raise ExecutorFailed(f"Error: the function failed ({result.status}).\n{said}".strip())
