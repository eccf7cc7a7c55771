"""Splits the request metrics of a Python service by feature flag and variant.

Copy this file, or import it. `FlagHook` remembers which flags a request evaluated; `WsgiSplit` and `AsgiSplit` record the
request once for each of them, in a histogram that `prometheus_histogram` or `meter_histogram` makes. The names of metrics
and labels are those of Flaglens' library for Node.js.
"""

import contextvars
import threading
import time

from openfeature.flag_evaluation import Reason
from openfeature.hook import Hook

#: Variant of a request that got the caller's default because its evaluation failed.
FAILED_EVALUATION = "evaluation_error"
#: Stands for every flag, variant and route beyond a limit.
OTHER = "other"
#: Route of a request that no route of the service answers: its path is never a label.
UNMATCHED = "unmatched"
#: Status of a request whose client went away before the answer was complete.
CLIENT_LEFT = 499

NAME = "feature_flag_http_request_duration_seconds"
HELP = "Duration of HTTP requests in seconds, once for each flag that they evaluated: never sum across flags"
LABELS = ("feature_flag_key", "feature_flag_variant", "method", "route", "status")
#: Upper bounds in seconds, as OpenTelemetry advises them for HTTP.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))

_current = contextvars.ContextVar("flaglens_evaluations", default=None)


class Evaluations:
    """The flags that one request has evaluated, each with one variant."""

    def __init__(self):
        self._lock = threading.Lock()
        self._variants = {}

    def note(self, flag, variant):
        """Keeps the first variant of a flag; a failed evaluation counts only as long as none succeeds."""
        with self._lock:
            if self._variants.get(flag, FAILED_EVALUATION) == FAILED_EVALUATION:
                self._variants[flag] = variant

    def all(self):
        with self._lock:
            return dict(self._variants)


class FlagHook(Hook):
    """Notes each evaluated flag on the request under way: `api.add_hooks([FlagHook()])`.

    Threads that a request starts know of it where they run in a copy of its context (`contextvars.copy_context().run`).
    """

    def finally_after(self, hook_context, details, hints):
        evaluations = _current.get()
        if evaluations is None:
            return
        if details.error_code or details.reason == Reason.ERROR:
            variant = FAILED_EVALUATION
        else:
            variant = details.variant or _text(details.value)
        evaluations.note(hook_context.flag_key, variant)


def _text(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


def prometheus_histogram(registry):
    """The split histogram in a registry of `prometheus_client`."""
    from prometheus_client import Histogram

    histogram = Histogram(NAME, HELP, LABELS, registry=registry, buckets=BUCKETS)

    def record(labels, seconds):
        series = histogram.labels(**labels)
        # Without a value only its series is there, at zero.
        if seconds is not None:
            series.observe(seconds)

    return record


def meter_histogram(meter):
    """The split histogram of an OpenTelemetry meter, which cannot begin at zero."""
    histogram = meter.create_histogram(
        "feature_flag_http_request_duration", unit="s", description=HELP, explicit_bucket_boundaries_advisory=BUCKETS
    )

    def record(labels, seconds):
        if seconds is not None:
            histogram.record(seconds, labels)

    return record


class _Split:
    def __init__(self, app, record, route, flags=None, routes=(), max_flags=100, max_variants=20, max_routes=200):
        """
        :param record: what `prometheus_histogram` or `meter_histogram` made
        :param route: answers the pattern of a request that was answered, from its environ or scope; never its path
        :param flags: a list of variants by the key of each flag that the service knows of: their series start at zero
        :param routes: pairs of a method and a pattern, on which they do
        """
        self._app = app
        self._record = record
        self._route = route
        self._limits = (max_flags, max_variants, max_routes)
        self._lock = threading.Lock()
        self._flags = {flag: set(variants) for flag, variants in (flags or {}).items()}
        self._routes = {pattern for _, pattern in routes}
        for flag, variants in self._flags.items():
            for variant in variants:
                for method, pattern in routes:
                    self._start(flag, variant, method, pattern)

    def _start(self, flag, variant, method, route):
        for status in ("200", "500"):
            self._record(dict(zip(LABELS, (flag, variant, method, route, status))), None)

    def _bounded(self, flag, variant):
        max_flags, max_variants, _ = self._limits
        with self._lock:
            if flag not in self._flags and len(self._flags) >= max_flags:
                return OTHER, OTHER
            known = self._flags.setdefault(flag, set())
            if variant != FAILED_EVALUATION and not _admit(known, variant, max_variants):
                return flag, OTHER
            return flag, variant

    def _finish(self, evaluations, request, method, status, begun):
        seconds = time.perf_counter() - begun
        method = method if method in METHODS else OTHER
        route = self._route(request) or UNMATCHED
        with self._lock:
            if not _admit(self._routes, route, self._limits[2]):
                route = OTHER
        for flag, variant in evaluations.all().items():
            flag, variant = self._bounded(flag, variant)
            # The other statuses of a route that was not registered are at zero from here.
            self._start(flag, variant, method, route)
            self._record(dict(zip(LABELS, (flag, variant, method, route, str(status)))), seconds)


def _admit(known, value, limit):
    if value not in known and len(known) < limit and len(value) <= 64:
        known.add(value)
    return value in known


class WsgiSplit(_Split):
    """WSGI middleware: `app.wsgi_app = WsgiSplit(app.wsgi_app, record, route)`. `route` is given the environ."""

    def __call__(self, environ, start_response):
        begun = time.perf_counter()
        evaluations = Evaluations()
        # The server iterates over the answer after this has returned: each step runs in the request's own context.
        context = contextvars.copy_context()
        context.run(_current.set, evaluations)
        answer = {"status": 500}

        def started(status, headers, exc_info=None):
            answer["status"] = int(status.split(" ", 1)[0])
            return start_response(status, headers, exc_info)

        def finish(status):
            self._finish(evaluations, environ, environ.get("REQUEST_METHOD", ""), status, begun)

        try:
            body = context.run(self._app, environ, started)
        except BaseException:
            finish(500)
            raise
        return _Body(context, body, answer, finish)


class _Body:
    """An answer on its way. It is over when the server closes it, whole or not."""

    def __init__(self, context, body, answer, finish):
        self._context = context
        self._body = body
        self._chunks = context.run(iter, body)
        self._answer = answer
        self._finish = finish
        self._status = CLIENT_LEFT

    def __iter__(self):
        return self

    def __next__(self):
        try:
            return self._context.run(next, self._chunks)
        except StopIteration:
            self._status = self._answer["status"]
            raise
        except BaseException:
            self._status = 500
            raise

    def close(self):
        try:
            if hasattr(self._body, "close"):
                self._context.run(self._body.close)
        finally:
            finish, self._finish = self._finish, lambda status: None
            finish(self._status)


class AsgiSplit(_Split):
    """ASGI middleware: `app = AsgiSplit(app, record, route)`. `route` is given the scope."""

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.perf_counter()
        evaluations = Evaluations()
        token = _current.set(evaluations)
        answer = {"status": 500, "whole": False, "left": False}

        async def sent(message):
            if message["type"] == "http.response.start":
                answer["status"] = message["status"]
            try:
                await send(message)
            except OSError:
                answer["left"] = True
                raise
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                answer["whole"] = True

        async def received():
            message = await receive()
            # A server says so after a whole answer, too.
            if message["type"] == "http.disconnect" and not answer["whole"]:
                answer["left"] = True
            return message

        try:
            await self._app(scope, received, sent)
        finally:
            _current.reset(token)
            status = answer["status"] if answer["whole"] else CLIENT_LEFT if answer["left"] else 500
            self._finish(evaluations, scope, scope["method"], status, begun)
