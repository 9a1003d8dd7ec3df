"""Prints as JSON what the openai client it runs with can send: each endpoint's parameters, with those inside them."""

import collections.abc
import importlib
import json
import sys
import typing

SHAPES = {
    "POST /v1/assistants": "beta.assistant_create_params.AssistantCreateParams",
    "GET /v1/assistants": "beta.assistant_list_params.AssistantListParams",
    "POST /v1/assistants/{assistant_id}": "beta.assistant_update_params.AssistantUpdateParams",
    "POST /v1/threads": "beta.thread_create_params.ThreadCreateParams",
    "POST /v1/threads/{thread_id}": "beta.thread_update_params.ThreadUpdateParams",
    "POST /v1/threads/runs": "beta.thread_create_and_run_params.ThreadCreateAndRunParamsBase",
    "POST /v1/threads/{thread_id}/messages": "beta.threads.message_create_params.MessageCreateParams",
    "GET /v1/threads/{thread_id}/messages": "beta.threads.message_list_params.MessageListParams",
    "POST /v1/threads/{thread_id}/messages/{message_id}": "beta.threads.message_update_params.MessageUpdateParams",
    "POST /v1/threads/{thread_id}/runs": "beta.threads.run_create_params.RunCreateParamsBase",
    "GET /v1/threads/{thread_id}/runs": "beta.threads.run_list_params.RunListParams",
    "POST /v1/threads/{thread_id}/runs/{run_id}": "beta.threads.run_update_params.RunUpdateParams",
    "POST /v1/threads/{thread_id}/runs/{run_id}/submit_tool_outputs": (
        "beta.threads.run_submit_tool_outputs_params.RunSubmitToolOutputsParamsBase"
    ),
    "GET /v1/threads/{thread_id}/runs/{run_id}/steps": "beta.threads.runs.step_list_params.StepListParams",
    "GET /v1/threads/{thread_id}/runs/{run_id}/steps/{step_id}": (
        "beta.threads.runs.step_retrieve_params.StepRetrieveParams"
    ),
    "POST /v1/files": "file_create_params.FileCreateParams",
    "GET /v1/files": "file_list_params.FileListParams",
    "POST /v1/uploads": "upload_create_params.UploadCreateParams",
    "POST /v1/uploads/{upload_id}/parts": "uploads.part_create_params.PartCreateParams",
    "POST /v1/uploads/{upload_id}/complete": "upload_complete_params.UploadCompleteParams",
    "POST /v1/vector_stores": "vector_store_create_params.VectorStoreCreateParams",
    "GET /v1/vector_stores": "vector_store_list_params.VectorStoreListParams",
    "POST /v1/vector_stores/{vector_store_id}": "vector_store_update_params.VectorStoreUpdateParams",
    "POST /v1/vector_stores/{vector_store_id}/search": "vector_store_search_params.VectorStoreSearchParams",
    "POST /v1/vector_stores/{vector_store_id}/files": "vector_stores.file_create_params.FileCreateParams",
    "GET /v1/vector_stores/{vector_store_id}/files": "vector_stores.file_list_params.FileListParams",
    "POST /v1/vector_stores/{vector_store_id}/files/{file_id}": "vector_stores.file_update_params.FileUpdateParams",
    "POST /v1/vector_stores/{vector_store_id}/file_batches": (
        "vector_stores.file_batch_create_params.FileBatchCreateParams"
    ),
    "GET /v1/vector_stores/{vector_store_id}/file_batches/{batch_id}/files": (
        "vector_stores.file_batch_list_files_params.FileBatchListFilesParams"
    ),
    "POST /v1/chat/completions": "chat.completion_create_params.CompletionCreateParamsBase",
    "POST /v1/responses": "responses.response_create_params.ResponseCreateParamsBase",
    "POST /v1/conversations": "conversations.conversation_create_params.ConversationCreateParams",
    "POST /v1/embeddings": "embedding_create_params.EmbeddingCreateParams",
}
_DEPTH = 8


def fields(shape, prefix="", depth=0):
    for name, kind in typing.get_type_hints(shape).items():
        yield prefix + name
        if depth < _DEPTH:
            for inner, many in shapes(kind, False):
                yield from fields(inner, f"{prefix}{name}{'[]' if many else ''}.", depth + 1)


def shapes(kind, many):
    if typing.is_typeddict(kind) or hasattr(kind, "__total__"):
        yield kind, many
        return
    origin = typing.get_origin(kind)
    is_list = isinstance(origin, type) and issubclass(origin, collections.abc.Iterable) and origin is not dict
    for inner in typing.get_args(kind):
        yield from shapes(inner, many or is_list)


def main():
    found = {}
    for endpoint, where in SHAPES.items():
        module, _, name = where.rpartition(".")
        shape = getattr(importlib.import_module(f"openai.types.{module}"), name)
        # Of the large surfaces only the first level: what is inside is taken or refused by its own words.
        nested = not any(large in endpoint for large in ("/v1/chat", "/v1/responses", "/v1/conversations"))
        found[endpoint] = sorted(set(fields(shape, depth=0 if nested else _DEPTH)))
    json.dump(found, sys.stdout)


main()
