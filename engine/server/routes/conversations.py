"""`/v1/conversations`: lists of items that responses go on from and add to."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from engine.server.api import api_of, read_body
from engine.server.query import page_of
from engine.server.wire.lists import deleted_json, page_json
from engine.server.wire.messages import UpdateMetadata
from engine.server.wire.responses import AddItems, CreateConversation
from engine.store.responses import Conversation, ConversationItem
from engine.types import JsonObject


async def create(request: Request) -> JSONResponse:
    api, body = api_of(request), await read_body(request, CreateConversation)
    items = [item.kept() for item in body.items or ()]
    return JSONResponse(_conversation_json(await api.call(api.engine.conversations.create, body.metadata, items)))


async def retrieve(request: Request) -> JSONResponse:
    api = api_of(request)
    return JSONResponse(_conversation_json(await api.call(api.engine.conversations.get, _id(request))))


async def update(request: Request) -> JSONResponse:
    api, body = api_of(request), await read_body(request, UpdateMetadata)
    return JSONResponse(
        _conversation_json(await api.call(api.engine.conversations.update, _id(request), body.metadata))
    )


async def delete(request: Request) -> JSONResponse:
    api = api_of(request)
    await api.call(api.engine.conversations.delete, _id(request))
    return JSONResponse(deleted_json(_id(request), "conversation.deleted"))


async def add_items(request: Request) -> JSONResponse:
    api, body = api_of(request), await read_body(request, AddItems)
    items = [item.kept() for item in body.items]
    await api.call(api.engine.conversations.add, _id(request), items)
    first, last = items[0]["id"], items[-1]["id"]
    return JSONResponse({"object": "list", "data": items, "first_id": first, "last_id": last, "has_more": False})


async def list_items(request: Request) -> JSONResponse:
    api = api_of(request)
    return JSONResponse(
        page_json(await api.call(api.engine.conversations.items, _id(request), page_of(request)), _item_json)
    )


async def retrieve_item(request: Request) -> JSONResponse:
    api = api_of(request)
    found = await api.call(api.engine.conversations.item, _id(request), request.path_params["item_id"])
    return JSONResponse(_item_json(found))


async def delete_item(request: Request) -> JSONResponse:
    api = api_of(request)
    await api.call(api.engine.conversations.delete_item, _id(request), request.path_params["item_id"])
    return JSONResponse(_conversation_json(await api.call(api.engine.conversations.get, _id(request))))


def _id(request: Request) -> str:
    found: str = request.path_params["conversation_id"]
    return found


def _conversation_json(conversation: Conversation) -> JsonObject:
    return {
        "id": conversation.id,
        "object": "conversation",
        "created_at": conversation.created_at,
        "metadata": conversation.metadata,
    }


def _item_json(item: ConversationItem) -> JsonObject:
    return item.body


_ONE, _ITEMS = "/v1/conversations/{conversation_id}", "/v1/conversations/{conversation_id}/items"
ROUTES = [
    Route("/v1/conversations", create, methods=["POST"]),
    Route(_ONE, retrieve, methods=["GET"]),
    Route(_ONE, update, methods=["POST"]),
    Route(_ONE, delete, methods=["DELETE"]),
    Route(_ITEMS, add_items, methods=["POST"]),
    Route(_ITEMS, list_items, methods=["GET"]),
    Route(f"{_ITEMS}/{{item_id}}", retrieve_item, methods=["GET"]),
    Route(f"{_ITEMS}/{{item_id}}", delete_item, methods=["DELETE"]),
]
