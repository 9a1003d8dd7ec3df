"""Messages on the wire."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, field_validator

from engine.portability.api_objects import message_json as message_json
from engine.server.wire.body import Body, by_type
from engine.server.wire.fields import Metadata, ObjectId
from engine.types import (
    ImageFilePart,
    ImageUrlPart,
    NewMessage,
    Part,
    TextPart,
)

_Detail = Literal["auto", "low", "high"]


class TextIn(Body):
    """Text of a new message."""

    type: Literal["text"]
    text: Annotated[str, Field(min_length=1)]


class ImageFileBody(Body):
    """A stored image."""

    file_id: ObjectId
    detail: _Detail = "auto"


class ImageFileIn(Body):
    """A stored image as a part of a new message."""

    type: Literal["image_file"]
    image_file: ImageFileBody


class ImageUrlBody(Body):
    """An image inside a data URL."""

    url: str
    detail: _Detail = "auto"

    @field_validator("url")
    @classmethod
    def _offline(cls, url: str) -> str:
        if not url.startswith("data:image/"):
            raise ValueError(
                "Fireside works offline and fetches nothing. Send the image itself as a data URL (data:image/...)."
            )
        return url


class ImageUrlIn(Body):
    """An image by URL as a part of a new message."""

    type: Literal["image_url"]
    image_url: ImageUrlBody


def _text_is_one_part(untrusted: Any) -> Any:
    return [{"type": "text", "text": untrusted}] if isinstance(untrusted, str) else untrusted


PartIn = Annotated[
    Annotated[TextIn, Tag("<text>")]
    | Annotated[ImageFileIn, Tag("<image_file>")]
    | Annotated[ImageUrlIn, Tag("<image_url>")],
    Discriminator(by_type),
]


class AttachmentTool(Body):
    """The tool that may use an attached file."""

    type: Literal["code_interpreter", "file_search"]


class Attachment(Body):
    """A stored file attached to a message."""

    file_id: ObjectId
    tools: list[AttachmentTool] = []


class CreateMessage(Body):
    """Body of `POST /v1/threads/{id}/messages`, and a message inside other requests."""

    role: Literal["user", "assistant"]
    content: Annotated[list[PartIn], Field(min_length=1, max_length=1000), BeforeValidator(_text_is_one_part)]
    attachments: Annotated[list[Attachment], Field(max_length=100)] | None = None
    metadata: Metadata = {}

    def to_new(self) -> NewMessage:
        """Return what the engine takes."""
        return NewMessage(
            role=self.role,
            content=tuple(_part(part) for part in self.content),
            attachments=tuple(self.given().get("attachments") or ()),
            metadata=dict(self.metadata),
        )


class UpdateMetadata(Body):
    """Body of the updates that can change nothing but metadata (messages, runs)."""

    metadata: Metadata = {}


def _part(part: TextIn | ImageFileIn | ImageUrlIn) -> Part:
    match part:
        case TextIn():
            return TextPart(text=part.text)
        case ImageFileIn():
            return ImageFilePart(file_id=part.image_file.file_id, detail=part.image_file.detail)
        case ImageUrlIn():
            return ImageUrlPart(url=part.image_url.url, detail=part.image_url.detail)
