"""Playground: how an answer goes wrong on the wire, once a fault has struck."""

import asyncio
import socket
import struct

from aiohttp import web

from bot.playground.faults import Fault

HTML = "<!DOCTYPE html><html><body>Something went wrong.</body></html>"


async def fail(
    request: web.Request, fault: Fault, answer: web.Response, stopping: asyncio.Event
) -> web.StreamResponse:
    """Answer `request` as `fault` wants; `answer` is what a healthy Slack would have said.

    `stopping` ends the wait of a "timeout".
    """
    kind, _, value = fault.kind.partition(":")
    match kind:
        case "429":
            return _too_many(fault)
        case "500" | "503":
            return web.Response(status=int(kind), text="upstream error")
        case "html":
            return web.Response(text=HTML, content_type="text/html")
        case "error":
            return web.json_response({"ok": False, "error": value})
        case "body":
            return web.Response(text=value, content_type="application/json")
        case "redirect":
            return web.Response(status=302, headers={"Location": value})
        case "status":
            status, _, body = value.partition(":")
            headers = {"Location": "/api/api.test"}
            return web.Response(
                status=int(status), text=body, content_type="application/json", headers=headers
            )
        case "latency":
            await asyncio.sleep(float(value))
            return answer
        case "truncated":
            return await _half(request, answer)
        case "timeout":
            await stopping.wait()
    return _reset(request)


def _too_many(fault: Fault) -> web.Response:
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)


def _reset(request: web.Request) -> web.Response:
    if request.transport is not None:
        connection = request.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
    return web.Response()


async def _half(request: web.Request, answer: web.Response) -> web.StreamResponse:
    whole = answer.body if isinstance(answer.body, bytes) else b""
    headers = {"Content-Type": "application/json", "Content-Length": str(len(whole))}
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    await response.write(whole[: len(whole) // 2])
    if request.transport is not None:
        request.transport.close()
    return response
