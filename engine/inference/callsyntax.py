"""Reading tool calls out of text in every way models write them, right or nearly right; pure and bounded.

What comes in is untrusted model output. What goes out names only tools that exist.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

MAX_CALL_TEXT = 262_144  # characters of one call; longer is not a call but a runaway
_NAME_KEYS = ("name", "function", "tool", "tool_name", "function_name", "action")
_ARGUMENT_KEYS = ("arguments", "parameters", "args", "params", "input", "action_input", "kwargs")
_PYTHON_NAME = re.compile(r"\s*(?:print\()?\s*([A-Za-z_][\w.]*?)(?:\.call)?\s*\(")
_XML_FUNCTION = re.compile(
    r"<(function|invoke)(?:=|\s+name=\"?)(?P<name>[\w.-]+)\"?\s*>(?P<body>.*?)(?:</\1>|\Z)", re.S
)
_XML_PARAMETER = re.compile(
    r"<param(?:eter)?(?:=|\s+name=\"?)([\w.-]+)\"?(?:\s+string=\"\w+\")?\s*>\n?"
    r"(.*?)\n?(?:</param(?:eter)?>|(?=<param)|\Z)",
    re.S,
)
_DEEPSEEK_TAG = "｜DSML｜"
_GLM_PAIR = re.compile(r"<arg_key>(.*?)</arg_key>\s*<arg_value>(.*?)</arg_value>", re.S)
_TAGGED_NAME = re.compile(
    r"\s*(?:function)?(?:<｜tool▁sep｜>)?(?:functions\.)?([A-Za-z_][\w.-]*?)(?::\d+)?\s*(?=[\n<{\[]|```|$)"
)
_GEMMA_CALL = re.compile(r"\s*call:([\w.-]+)\{(.*)\}\s*\Z", re.S)

_GEMMA_KEY = re.compile(r"([{,]\s*)([A-Za-z_]\w*)\s*:")


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a tool that exists; `arguments` is JSON text of an object."""

    name: str
    arguments: str


class Tools:
    """The names that may be called, with their parameter schemas, and how models misspell them."""

    def __init__(self, schemas: Mapping[str, Mapping[str, Any]]) -> None:
        self.schemas = schemas
        self._folded = {_fold(name): name for name in schemas}

    def __bool__(self) -> bool:
        return bool(self.schemas)

    def known(self, untrusted_name: object) -> str | None:
        """Return the real name behind what the model wrote ("functions.Get-Weather" for get_weather), or None."""
        if not isinstance(untrusted_name, str):
            return None
        name = untrusted_name.strip()
        if name in self.schemas:
            return name
        return self._folded.get(_fold(name.rsplit(".", 1)[-1]))

    def parameters(self, name: str) -> Mapping[str, Any]:
        """Return the properties of a tool's parameter schema."""
        properties = self.schemas[name].get("properties", {})
        return properties if isinstance(properties, Mapping) else {}


def _fold(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name).lower()


def read_calls(untrusted: str, tools: Tools) -> tuple[Call, ...]:
    """Return the calls that make up the whole text; empty when it is anything else or names unknown tools."""
    text = untrusted.strip()
    if not text or not tools or len(text) > MAX_CALL_TEXT:
        return ()
    for reader in (_read_json, _read_xml, _read_glm, _read_gemma, _read_python, _read_tagged):
        calls = tuple(reader(text, tools))
        if calls:
            return calls
    return ()


def _read_json(text: str, tools: Tools) -> Iterable[Call]:
    if text[0] not in "{[":
        return ()
    calls: list[Call] = []
    for value in _json_values(text):
        found = _calls_of(value, tools)
        if not found:
            return ()
        calls += found
    return calls


def _json_values(text: str) -> list[Any]:
    """Return all JSON values written one after another; a text that is not quite JSON is repaired as a whole."""
    decoder, values, position = json.JSONDecoder(strict=False), [], 0
    try:
        while position < len(text):
            value, position = decoder.raw_decode(text, position)
            values.append(value)
            position = re.compile(r"[\s,;]*").match(text, position).end()  # type: ignore[union-attr]
    except (ValueError, RecursionError):
        return _repaired(text)
    return values


def _repaired(text: str) -> list[Any]:
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        import json_repair  # here: few calls are that broken

        try:
            value = json_repair.loads(text)
        except (ValueError, RecursionError):
            return [None]
    return [value]


def _calls_of(value: Any, tools: Tools) -> list[Call]:
    """Return the calls in a decoded value: one object, a list of them, or a wrapper around either."""
    if isinstance(value, list):
        found = [_calls_of(item, tools) for item in value]
        return [call for calls in found for call in calls] if all(found) else []
    if not isinstance(value, dict):
        return []
    for wrapper in ("tool_calls", "tool_call", "function_call", "calls"):
        if isinstance(value.get(wrapper), dict | list):
            return _calls_of(value[wrapper], tools)
    if isinstance(value.get("function"), dict):
        return _calls_of(value["function"], tools)
    call = _named(value, tools)
    return [call] if call else []


def _named(value: dict[str, Any], tools: Tools) -> Call | None:
    for key in _NAME_KEYS:
        name = tools.known(value.get(key))
        if name is None:
            continue
        for arguments_key in _ARGUMENT_KEYS:
            if arguments_key in value:
                return _call(name, value[arguments_key])
        rest = {k: v for k, v in value.items() if k not in (key, "type", "id")}
        if not rest or set(rest) <= set(tools.parameters(name)):
            return _call(name, rest)
        return None
    if len(value) == 1:  # {"get_weather": {"city": "Paris"}}
        (key, arguments) = next(iter(value.items()))
        name = tools.known(key)
        if name is not None and isinstance(arguments, dict):
            return _call(name, arguments)
    return None


def _call(name: str, arguments: Any) -> Call | None:
    if isinstance(arguments, str):  # arguments as a string, once or twice encoded
        try:
            arguments = json.loads(arguments or "{}", strict=False)
        except ValueError:
            arguments = _repaired(arguments)[0]
    if arguments is None:
        arguments = {}
    if not isinstance(arguments, dict):
        return None
    return Call(name, json.dumps(arguments, ensure_ascii=False))


def _read_xml(text: str, tools: Tools) -> Iterable[Call]:
    """Qwen3-Coder, MiniMax, MiniCPM, newer DeepSeek: a tag for the call, one for each parameter; or Llama's JSON."""
    calls = []
    for match in _XML_FUNCTION.finditer(text.replace(_DEEPSEEK_TAG, "")):
        name = tools.known(match["name"])
        if name is None:
            return ()
        body = match["body"].strip()
        pairs = _XML_PARAMETER.findall(body)
        if not pairs and body.startswith("{"):
            call = _call(name, body)
        else:
            call = _call(name, {key: _typed(value, tools.parameters(name).get(key)) for key, value in pairs})
        if call is None:
            return ()
        calls.append(call)
    return calls


def _read_glm(text: str, tools: Tools) -> Iterable[Call]:
    """GLM: `name` on the first line, then pairs of `<arg_key>` and `<arg_value>`."""
    if "<arg_key>" not in text:
        return ()
    name = tools.known(text.partition("<arg_key>")[0])
    if name is None:
        return ()
    pairs = _GLM_PAIR.findall(text)
    call = _call(name, {key.strip(): _typed(value, tools.parameters(name).get(key.strip())) for key, value in pairs})
    return (call,) if call else ()


def _read_gemma(text: str, tools: Tools) -> Iterable[Call]:
    """FunctionGemma: `call:name{key:<escape>text<escape>,other:3}`; Gemma 4 quotes with `<|"|>`."""
    match = _GEMMA_CALL.match(text)
    name = tools.known(match[1]) if match else None
    if match is None or name is None:
        return ()
    pieces = re.split(r"<escape>|<\|\"\|>", "{" + match[2] + "}")
    for i, piece in enumerate(pieces):  # odd pieces stood in quotes; keys are bare words everywhere else
        pieces[i] = json.dumps(piece, ensure_ascii=False) if i % 2 else _GEMMA_KEY.sub(r'\1"\2":', piece)
    call = _call(name, "".join(pieces))
    return (call,) if call else ()


def _read_python(text: str, tools: Tools) -> Iterable[Call]:
    """`name(key=value)`, a list of such calls, or one per line (LFM2, Llama 3.2 and 4, Gemma 3)."""
    head = text.lstrip("[").lstrip()
    if not (match := _PYTHON_NAME.match(head)) or tools.known(match[1]) is None:
        return ()
    try:
        tree = ast.parse(text, mode="exec")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return ()
    nodes: list[ast.expr] = []
    for statement in tree.body:
        if not isinstance(statement, ast.Expr):
            return ()
        value = statement.value
        nodes += value.elts if isinstance(value, ast.List | ast.Tuple) else [value]
    calls = [_python_call(node, tools) for node in nodes]
    return () if None in calls else [call for call in calls if call]


def _python_call(node: ast.expr, tools: Tools) -> Call | None:
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
        and len(node.args) == 1
    ):
        node = node.args[0]  # Gemma 3 likes print(call())
    if not isinstance(node, ast.Call):
        return None
    written = ast.unparse(node.func).removesuffix(".call")
    name = tools.known(written)
    if name is None:
        return None
    try:
        arguments = {k.arg: _literal(k.value) for k in node.keywords if k.arg}
        arguments |= dict(zip(tools.parameters(name), (_literal(a) for a in node.args), strict=False))
    except ValueError:
        return None
    return _call(name, arguments)


def _literal(node: ast.expr) -> Any:
    """Return a literal's value; JSON's true, false and null are taken as such. Raises ValueError on anything else."""
    for name in ast.walk(node):
        if isinstance(name, ast.Name) and name.id not in ("true", "false", "null"):
            raise ValueError(name.id)
    constants = {"true": True, "false": False, "null": None}
    if isinstance(node, ast.Name):
        return constants[node.id]
    return ast.literal_eval(_JsonNames().visit(node))


class _JsonNames(ast.NodeTransformer):
    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Constant({"true": True, "false": False, "null": None}[node.id])


def _read_tagged(text: str, tools: Tools) -> Iterable[Call]:
    """A name, then its JSON: DeepSeek's `name<｜tool▁sep｜>{…}`, Mistral's `name[ARGS]{…}`, harmony's and Kimi's."""
    name_match = _TAGGED_NAME.match(text)
    brace = text.find("{")
    if not name_match or brace < 0:
        return ()
    name = tools.known(name_match[1])
    between = text[name_match.end() : brace]
    if name is None or not re.fullmatch(r"\s*(?:\[CALL_ID\]\w+|<[^>{}]*>|\[ARGS\]|```|commentary|json|\s)*", between):
        name = tools.known(text[:brace].rpartition("｜tool▁sep｜>")[2].partition("\n")[0])
        if name is None:
            return ()
    body = text[brace:].rstrip().removesuffix("```").rstrip()
    values = _json_values(body)
    call = _call(name, values[0]) if len(values) == 1 else None
    return (call,) if call else ()


def _typed(text: str, schema: Any) -> Any:
    """Return a tag's text as the schema wants it: strings as they are, all else by its JSON reading if it has one."""
    kind = schema.get("type") if isinstance(schema, Mapping) else None
    if kind == "string":
        return text
    try:
        return json.loads(text)
    except ValueError:
        lowered = text.strip().lower()
        return {"true": True, "false": False, "none": None}.get(lowered, text)
