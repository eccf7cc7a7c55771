"""A small shop behind two flags, instrumented by the adapters: it shows how they are used, and the tests send it requests.

The argument says which: `wsgi` (prometheus_client) or `asgi` (OpenTelemetry). It prints its address.
"""

import asyncio
import contextvars
import re
import socketserver
import sys
import wsgiref.simple_server

from openfeature import api
from openfeature.evaluation_context import EvaluationContext
from openfeature.flag_evaluation import FlagResolutionDetails, Reason
from openfeature.provider.in_memory_provider import InMemoryFlag, InMemoryProvider
from prometheus_client import REGISTRY, generate_latest

import flaglens


def by_user(flag, context):
    variant = "on" if int(context.targeting_key) % 2 == 0 else "off"
    return FlagResolutionDetails(value=variant == "on", variant=variant, reason=Reason.SPLIT)


def set_up_flags():
    checkout = InMemoryFlag("off", {"on": True, "off": False}, context_evaluator=by_user)
    search = InMemoryFlag("new-ranking", {"new-ranking": "new", "control": "control"})
    api.set_provider(InMemoryProvider({"checkout-v2": checkout, "search": search}))
    api.add_hooks([flaglens.FlagHook()])


def item(user):
    """Evaluates two flags, one of them twice, and one that is not there. Every tenth request fails."""
    client, context = api.get_client(), EvaluationContext(user)
    on = client.get_boolean_value("checkout-v2", False, context)
    client.get_boolean_value("checkout-v2", False, context)
    client.get_string_value("search", "control", context)
    client.get_boolean_value("missing", False, context)
    return 500 if int(user) % 10 == 0 else 200, str(on).encode()


def pattern(path):
    """A framework knows the route: Flask `request.url_rule.rule`, Starlette `scope["route"].path`."""
    return "/items/{id}" if re.fullmatch(r"/items/\d+", path) else None


def shop(environ, start_response):
    status, body = item(environ["PATH_INFO"].rsplit("/", 1)[1])
    start_response(f"{status} {'OK' if status == 200 else 'Failed'}", [("content-type", "text/plain")])
    return [body]


class Threaded(socketserver.ThreadingMixIn, wsgiref.simple_server.WSGIServer):
    daemon_threads = True
    request_queue_size = 200


class Quiet(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *args):
        pass


def wsgi():
    split = flaglens.WsgiSplit(
        shop,
        flaglens.prometheus_histogram(REGISTRY),
        lambda environ: pattern(environ["PATH_INFO"]),
        flags={"checkout-v2": ["off", "on"]},
        routes=[("GET", "/items/{id}")],
    )

    def app(environ, start_response):
        if environ["PATH_INFO"] != "/metrics":
            return split(environ, start_response)
        start_response("200 OK", [("content-type", "text/plain; version=0.0.4")])
        return [generate_latest(REGISTRY)]

    server = wsgiref.simple_server.make_server("127.0.0.1", 0, app, Threaded, Quiet)
    print(f"127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


async def async_shop(scope, receive, send):
    work = contextvars.copy_context().run
    user = scope["path"].rsplit("/", 1)[1]
    status, body = await asyncio.get_running_loop().run_in_executor(None, work, item, user)
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": body})


def asgi():
    import socket

    import uvicorn
    from opentelemetry.exporter.prometheus import PrometheusMetricReader
    from opentelemetry.sdk.metrics import MeterProvider

    # The reader registers itself in the registry of prometheus_client.
    meter = MeterProvider(metric_readers=[PrometheusMetricReader()]).get_meter("shop")
    split = flaglens.AsgiSplit(async_shop, flaglens.meter_histogram(meter), lambda scope: pattern(scope["path"]))

    async def app(scope, receive, send):
        if scope["type"] == "http" and scope["path"] == "/metrics":
            headers = [(b"content-type", b"text/plain; version=0.0.4")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": generate_latest(REGISTRY)})
        else:
            await split(scope, receive, send)

    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    print("127.0.0.1:%d" % listener.getsockname()[1], flush=True)
    uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="error")).run(sockets=[listener])


if __name__ == "__main__":
    set_up_flags()
    {"wsgi": wsgi, "asgi": asgi}[sys.argv[1]]()
