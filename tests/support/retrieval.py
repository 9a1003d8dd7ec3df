"""Retrieval without processes and models, for engines in tests."""

from __future__ import annotations

from engine.retrieval.direct import DirectReader
from engine.retrieval.scripted import ScriptedEmbedder, ScriptedReranker, ScriptedVectors
from engine.service.retrieval import Retrievers


def scripted_retrievers() -> Retrievers:
    """Return stand-ins that read files in this process and know words only."""
    return Retrievers(
        embedder=ScriptedEmbedder(), vectors=ScriptedVectors(), reranker=ScriptedReranker(), reader=DirectReader()
    )
