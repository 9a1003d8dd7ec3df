"""Fields that several requests share: metadata, tools, tool resources, formats, sampling."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from engine.server.wire.body import Body, by_type, text_or

_Key = Annotated[str, Field(max_length=64)]
_Value = Annotated[str, Field(max_length=512)]


def _null_is_empty(untrusted: Any) -> Any:
    return {} if untrusted is None else untrusted


Metadata = Annotated[dict[_Key, _Value], Field(max_length=16), BeforeValidator(_null_is_empty)]
Temperature = Annotated[float, Field(ge=0.0, le=2.0, allow_inf_nan=False)]
TopP = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
Instructions = Annotated[str, Field(max_length=256_000)]
ReasoningEffort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
TokenLimit = Annotated[int, Field(ge=256, le=2**31 - 1)]
ModelName = Annotated[str, Field(min_length=1, max_length=256)]
ObjectId = Annotated[str, Field(min_length=1, max_length=256)]


class CodeInterpreterTool(Body):
    """The model may write and run Python."""

    type: Literal["code_interpreter"]


class RankingOptions(Body):
    """How found passages are ranked."""

    score_threshold: Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
    ranker: Literal["auto", "default_2024_08_21"] | None = None


class FileSearchOptions(Body):
    """Bounds of a search."""

    max_num_results: Annotated[int, Field(ge=1, le=50)] | None = None
    ranking_options: RankingOptions | None = None


class FileSearchTool(Body):
    """The model may search the attached vector stores."""

    type: Literal["file_search"]
    file_search: FileSearchOptions | None = None


class FunctionShape(Body):
    """A function the caller answers; `parameters` is a JSON schema, kept as it is."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class FunctionTool(Body):
    """The model may ask the caller to run a function."""

    type: Literal["function"]
    function: FunctionShape


Tool = Annotated[
    Annotated[CodeInterpreterTool, Tag("<code_interpreter>")]
    | Annotated[FileSearchTool, Tag("<file_search>")]
    | Annotated[FunctionTool, Tag("<function>")],
    Discriminator(by_type),
]
AssistantTools = Annotated[list[Tool], Field(max_length=128)]
RunTools = Annotated[list[Tool], Field(max_length=20)]


class AutoChunking(Body):
    """Cut as is usual here: 800 tokens, 400 of them shared with the next."""

    type: Literal["auto"]


class ChunkSizes(Body):
    """Sizes in tokens."""

    max_chunk_size_tokens: Annotated[int, Field(ge=100, le=4096)]
    chunk_overlap_tokens: Annotated[int, Field(ge=0, le=2048)]


class StaticChunking(Body):
    """Cut to these sizes."""

    type: Literal["static"]
    static: ChunkSizes


ChunkingStrategy = Annotated[
    Annotated[AutoChunking, Tag("<auto>")] | Annotated[StaticChunking, Tag("<static>")], Discriminator(by_type)
]


class NewStore(Body):
    """A vector store made on the spot."""

    file_ids: Annotated[list[ObjectId], Field(max_length=10_000)] = []
    chunking_strategy: ChunkingStrategy | None = None
    metadata: Metadata = {}


class CodeInterpreterResources(Body):
    """Files the sandbox sees."""

    file_ids: Annotated[list[ObjectId], Field(max_length=20)] = []


class FileSearchResources(Body):
    """The vector store to search."""

    vector_store_ids: Annotated[list[ObjectId], Field(max_length=1)] = []


class NewFileSearchResources(FileSearchResources):
    """The vector store to search, or one to make."""

    vector_stores: Annotated[list[NewStore], Field(max_length=1)] | None = None

    @model_validator(mode="after")
    def _either(self) -> NewFileSearchResources:
        if self.vector_store_ids and self.vector_stores:
            raise ValueError("give either 'vector_store_ids' or 'vector_stores', one of them.")
        return self


class ToolResources(Body):
    """What the tools of an assistant or a thread work on."""

    code_interpreter: CodeInterpreterResources | None = None
    file_search: FileSearchResources | None = None


class NewToolResources(ToolResources):
    """Tool resources of something new, which may bring a vector store along."""

    file_search: NewFileSearchResources | None = None


Resources = Annotated[ToolResources, BeforeValidator(_null_is_empty)]
NewResources = Annotated[NewToolResources, BeforeValidator(_null_is_empty)]


class TextFormat(Body):
    """Plain text."""

    type: Literal["text"]


class JsonObjectFormat(Body):
    """Any JSON object."""

    type: Literal["json_object"]


class JsonSchema(Body):
    """A named JSON schema."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    description: str | None = None
    schema_: Annotated[dict[str, Any] | None, Field(alias="schema")] = None
    strict: bool | None = None


class JsonSchemaFormat(Body):
    """JSON that matches a schema."""

    type: Literal["json_schema"]
    json_schema: JsonSchema


StructuredFormat = Annotated[
    Annotated[TextFormat, Tag("<text>")]
    | Annotated[JsonObjectFormat, Tag("<json_object>")]
    | Annotated[JsonSchemaFormat, Tag("<json_schema>")],
    Discriminator(by_type),
]
ResponseFormat = Annotated[
    Annotated[Literal["auto"], Tag("<text>")] | Annotated[StructuredFormat, Tag("<format>")],
    Discriminator(text_or("<format>")),
]


class NamedFunction(Body):
    """A function by name."""

    name: Annotated[str, Field(min_length=1, max_length=64)]


class NamedToolChoice(Body):
    """The one tool that must be called."""

    type: Literal["function", "code_interpreter", "file_search"]
    function: NamedFunction | None = None

    @model_validator(mode="after")
    def _function_is_named(self) -> NamedToolChoice:
        if (self.type == "function") != (self.function is not None):
            raise ValueError("'function' is needed with type 'function', and only then.")
        return self


ToolChoice = Annotated[
    Annotated[Literal["none", "auto", "required"], Tag("<text>")] | Annotated[NamedToolChoice, Tag("<named>")],
    Discriminator(text_or("<named>")),
]


class TruncationStrategy(Body):
    """Which messages of a long thread the model gets."""

    type: Literal["auto", "last_messages"]
    last_messages: Annotated[int, Field(ge=1, le=100_000)] | None = None

    @model_validator(mode="after")
    def _count_is_given(self) -> TruncationStrategy:
        if self.type == "last_messages" and self.last_messages is None:
            raise ValueError("'last_messages' is needed with type 'last_messages'.")
        return self
