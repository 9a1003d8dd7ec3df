"""Whether a model was trained to write the calls its chat template speaks of: asked of the model itself; pure.

Many files carry a template that their model has never seen calls in. Asked something that one function plainly
answers, a trained model begins with the template's marker, or with its thoughts; for others that beginning is as
unlikely as any word. On the starter its log-probability is -18, on trained models it is near 0.
"""

from __future__ import annotations

from engine.inference.formats import CallFormat
from engine.types import JsonObject

LEAST = -7.0
QUESTION: list[JsonObject] = [{"role": "user", "content": "What is the weather in Rome now? Use the function."}]
TOOLS: list[JsonObject] = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "Get the weather of a city.",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
        },
    }
]
_THOUGHTS = ("<think", "[THINK", "<|channel|>", "<|START_THINKING|>")


def beginning(form: CallFormat) -> str:
    """Return what a call begins with; "" when the template cannot show functions or calls at all."""
    return (form.marker or form.before.lstrip()) if form.described and form.written else ""


def thinks(prompt: str, likeliest: str) -> bool:
    """Return whether the answer begins with thoughts, which says the model is a trained one."""
    return prompt.rstrip().endswith(_THOUGHTS + tuple(mark + ">" for mark in _THOUGHTS)) or likeliest.startswith(
        _THOUGHTS
    )
