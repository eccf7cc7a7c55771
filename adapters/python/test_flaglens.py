"""Tests of the adapters on real servers of the standard library, and of uvicorn's protocol by its own messages."""

import asyncio
import concurrent.futures
import contextvars
import http.client
import threading
import unittest
import wsgiref.simple_server

from openfeature import api
from openfeature.evaluation_context import EvaluationContext
from openfeature.flag_evaluation import FlagResolutionDetails, Reason
from openfeature.provider.in_memory_provider import InMemoryFlag, InMemoryProvider
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from prometheus_client import REGISTRY, CollectorRegistry

import flaglens

TWIN = flaglens.NAME + "_count"


def by_user(flag, context):
    variant = "on" if int(context.targeting_key) % 2 == 0 else "off"
    return FlagResolutionDetails(value=variant == "on", variant=variant, reason=Reason.SPLIT)


api.set_provider(
    InMemoryProvider(
        {
            "checkout-v2": InMemoryFlag("off", {"on": True, "off": False}, context_evaluator=by_user),
            "search": InMemoryFlag("new", {"new": "n", "old": "o"}),
        }
    )
)
api.add_hooks([flaglens.FlagHook()])
client = api.get_client()


def evaluate(user):
    context = EvaluationContext(str(user))
    on = client.get_boolean_value("checkout-v2", False, context)
    client.get_boolean_value("checkout-v2", False, context)
    client.get_string_value("search", "", context)
    client.get_boolean_value("missing", False, context)
    return on


def counts(registry, *labels):
    found = {}
    for family in registry.collect():
        for sample in family.samples:
            if sample.name == TWIN and sample.value > 0:
                key = " ".join(sample.labels[label] for label in labels)
                found[key] = found.get(key, 0) + sample.value
    return found


def wsgi_app(environ, start_response):
    user = environ["PATH_INFO"].rsplit("/", 1)[1]
    on = evaluate(user)
    if user.endswith("7"):
        raise RuntimeError("of the application")
    start_response("500 Failed" if user.endswith("0") else "200 OK", [("content-type", "text/plain")])
    yield str(on).encode()


async def asgi_app(scope, receive, send):
    user = scope["path"].rsplit("/", 1)[1]
    on = await asyncio.get_running_loop().run_in_executor(None, contextvars.copy_context().run, evaluate, user)
    if user.endswith("7"):
        raise RuntimeError("of the application")
    await send({"type": "http.response.start", "status": 500 if user.endswith("0") else 200, "headers": []})
    await send({"type": "http.response.body", "body": str(on).encode(), "more_body": True})
    await send({"type": "http.response.body", "body": b""})


class Threaded(wsgiref.simple_server.WSGIServer):
    request_queue_size = 200

    def process_request(self, request, client_address):
        threading.Thread(target=self._serve, args=(request, client_address), daemon=True).start()

    def _serve(self, request, client_address):
        self.finish_request(request, client_address)
        self.shutdown_request(request)


class Quiet(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *args):
        pass

    def get_stderr(self):
        import io

        return io.StringIO()


TOTAL = 200
EXPECTED = {
    "checkout-v2 on GET /items/{id} 200": 80,
    "checkout-v2 on GET /items/{id} 500": 20,
    "checkout-v2 off GET /items/{id} 200": 80,
    "checkout-v2 off GET /items/{id} 500": 20,
}


class Wsgi(unittest.TestCase):
    def sent(self, app):
        server = wsgiref.simple_server.make_server("127.0.0.1", 0, app, Threaded, Quiet)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()

        def send(user):
            connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=20)
            connection.request("GET", f"/items/{user}")
            answer = connection.getresponse()
            answer.read()
            connection.close()
            return answer.status

        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            statuses = list(pool.map(send, range(TOTAL)))
        server.shutdown()
        server.server_close()
        return statuses

    def test_requests_of_a_flag_sum_to_those_that_were_sent(self):
        registry = CollectorRegistry()
        route = lambda environ: "/items/{id}"  # noqa: E731
        statuses = self.sent(flaglens.WsgiSplit(wsgi_app, flaglens.prometheus_histogram(registry), route))

        self.assertEqual(statuses.count(200), TOTAL * 8 // 10)
        self.assertEqual(counts(registry, "feature_flag_key"), {"checkout-v2": TOTAL, "search": TOTAL, "missing": TOTAL})
        found = counts(registry, *flaglens.LABELS)
        self.assertEqual({key: value for key, value in found.items() if key.startswith("checkout")}, EXPECTED)
        self.assertEqual(counts(registry, "feature_flag_key", "feature_flag_variant")["missing evaluation_error"], TOTAL)

    def test_a_client_that_leaves_counts_once(self):
        registry = CollectorRegistry()
        app = flaglens.WsgiSplit(wsgi_app, flaglens.prometheus_histogram(registry), lambda environ: None)
        body = app({"PATH_INFO": "/items/2", "REQUEST_METHOD": "GET"}, lambda *args: None)
        next(body)
        body.close()
        body.close()
        self.assertEqual(counts(registry, "feature_flag_key", "route", "status")["search unmatched 499"], 1)


class Asgi(unittest.TestCase):
    def send(self, app, user, disconnect=False):
        async def run():
            async def receive():
                return {"type": "http.disconnect" if disconnect else "http.request", "body": b""}

            async def send(message):
                if disconnect:
                    raise OSError("the client is gone")

            try:
                await app({"type": "http", "method": "GET", "path": f"/items/{user}"}, receive, send)
            except (RuntimeError, OSError):
                pass

        return run()

    def all_sent(self, app):
        async def run():
            await asyncio.gather(*(self.send(app, user) for user in range(TOTAL)))

        asyncio.run(run())

    def test_requests_of_a_flag_sum_to_those_that_were_sent(self):
        registry = CollectorRegistry()
        self.all_sent(
            flaglens.AsgiSplit(asgi_app, flaglens.prometheus_histogram(registry), lambda scope: "/items/{id}")
        )
        found = counts(registry, *flaglens.LABELS)
        self.assertEqual({key: value for key, value in found.items() if key.startswith("checkout")}, EXPECTED)

    def test_the_same_on_a_meter(self):
        # A reader of OpenTelemetry's registers itself in the global registry.
        meter = MeterProvider(metric_readers=[PrometheusMetricReader()]).get_meter("test")
        self.all_sent(flaglens.AsgiSplit(asgi_app, flaglens.meter_histogram(meter), lambda scope: "/items/{id}"))
        found = counts(REGISTRY, *flaglens.LABELS)
        self.assertEqual({key: value for key, value in found.items() if key.startswith("checkout")}, EXPECTED)

    def test_a_client_that_leaves_counts_once(self):
        registry = CollectorRegistry()
        app = flaglens.AsgiSplit(asgi_app, flaglens.prometheus_histogram(registry), lambda scope: None)
        asyncio.run(self.send(app, 2, disconnect=True))
        self.assertEqual(counts(registry, "feature_flag_key", "route", "status")["search unmatched 499"], 1)


class Limits(unittest.TestCase):
    def test_series_start_at_zero(self):
        registry = CollectorRegistry()
        flags, routes = {"a": ["off", "on"]}, [("GET", "/x"), ("POST", "/y")]
        flaglens.WsgiSplit(wsgi_app, flaglens.prometheus_histogram(registry), None, flags=flags, routes=routes)
        zero = [s for f in registry.collect() for s in f.samples if s.name == TWIN]
        self.assertEqual([len(zero), sum(s.value for s in zero)], [8, 0])

    def test_nothing_beyond_the_limits(self):
        registry = CollectorRegistry()

        async def app(scope, receive, send):
            for number in range(10):
                client.get_string_value(f"flag-{number}", "")
            client.get_string_value("search", "")

        split = flaglens.AsgiSplit(
            app,
            flaglens.prometheus_histogram(registry),
            lambda scope: scope["path"],
            flags={"search": ["new"]},
            max_flags=3,
            max_routes=2,
        )
        for user in range(10):
            asyncio.run(split({"type": "http", "method": "GET", "path": f"/items/{user}"}, None, None))
        flags = counts(registry, "feature_flag_key")
        self.assertEqual(len(flags), 4)
        self.assertEqual(flags["search"], 10)
        self.assertEqual(len(counts(registry, "route")), 3)


if __name__ == "__main__":
    unittest.main()
