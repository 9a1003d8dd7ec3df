"""The errors that every backend raises in the same words."""

from __future__ import annotations

from engine.errors import InvalidRequest, Unavailable


def context_exceeded(prompt: int, context: int) -> InvalidRequest:
    """The error every backend raises for a prompt that leaves no room for an answer."""
    return InvalidRequest(
        f"The conversation has {prompt} tokens, but the model is loaded with room for {context}. "
        "Shorten the messages or choose a longer context in the settings.",
        code="context_exceeded",
        param="messages",
        prompt_tokens=prompt,
        context=context,
    )


def unloadable(model_id: str, why: str) -> Unavailable:
    """The error every backend raises for a file that cannot be loaded; `why` is a sentence without a full stop."""
    return Unavailable(
        f"The model '{model_id}' cannot be loaded: {why}. Verify its file or fetch it again on the Models page.",
        code="model_unloadable",
        model_id=model_id,
        why=why,
    )
