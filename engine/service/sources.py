"""What a citation points at, to be looked at: the sentence, the page of a PDF with it lit, the text of other files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.errors import InvalidRequest
from engine.retrieval.citations import quote_for
from engine.retrieval.locating import find
from engine.retrieval.pages import PageClient, PagePicture
from engine.service.files import Files
from engine.store import Store
from engine.types import Chunk

__all__ = ["PagePicture", "SourceText", "Sources"]
_MOST_BYTES = 8 * 1024 * 1024
_MOST_WIDTH = 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceText:
    """The text of a file as it was read; the quote is from `start` to `stop`, which are equal if it was not found."""

    text: str
    start: int = 0
    stop: int = 0


class Sources:
    """Looks into the files that answers cite."""

    def __init__(self, store: Store, files: Files, pages: PageClient) -> None:
        self._store = store
        self._files = files
        self._pages = pages

    def quote(self, statement: str, passage: str) -> tuple[int, int]:
        """Return the place of the sentence in a passage that says most of a statement."""
        found = quote_for(statement, Chunk(text=passage, tokens=0))
        return found.start, found.stop

    def page(self, file_id: str, page: int, *, width: int, quote: str = "") -> PagePicture:
        """Return a page of a PDF, `width` pixels wide, with the quote's lines; or the next page if it is there.

        Raises NotFound, Unreadable for what is no PDF or a damaged one, WorkerFailed.
        """
        return self._pages.draw(self._files.path(file_id), page, width=min(width, _MOST_WIDTH), quote=quote)

    def text(self, file_id: str, quote: str = "") -> SourceText:
        """Return a file's text with the place of the quote. Raises NotFound, and InvalidRequest if it has no text."""
        file = self._files.get(file_id)
        text = self._read(file_id)
        if text is None:
            raise InvalidRequest(
                f"The text of {file.filename} is not known here: add the file to the knowledge again, or save it and "
                "open it with its own program.",
                code="no_text",
            )
        place = find(text, quote) if quote else None
        return SourceText(text=text, start=place[0] if place else 0, stop=place[1] if place else 0)

    def rest(self) -> None:
        """Nobody looks any more: the process that draws pages is ended."""
        self._pages.rest()

    def _read(self, file_id: str) -> str | None:
        for vector_store_id in self._store.vector_store_files.holding(file_id):
            chunks = self._store.chunks.list(vector_store_id, file_id)
            if chunks:
                return _joined(chunks)
        _, pieces = self._files.read(file_id)
        content = b""
        for piece in pieces:
            content += piece
            if len(content) > _MOST_BYTES or b"\0" in piece:
                return None
        return content.decode("utf-8", "replace")


def _joined(chunks: Sequence[Chunk]) -> str:
    """Return the text that passages were cut from; they overlap, and repeat the heads of tables."""
    text = ""
    for chunk in chunks:
        if chunk.start is None or chunk.stop is None:
            text = f"{text}\n\n{chunk.text}" if text else chunk.text
            continue
        own = chunk.text[-(chunk.stop - chunk.start) :] if chunk.stop > chunk.start else ""
        if chunk.start > len(text):
            text += "\n" * (chunk.start - len(text))
        text = text[: chunk.start] + own + text[chunk.stop :]
    return text
