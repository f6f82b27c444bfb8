"""Which of moto's applications answers a request, and the making of each at its first one."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any

from lambada_labs.cloud.local.aws_error import AwsError

CLOSED = ("moto_api", "instance_metadata")  # doors without authentication


class Dispatcher:
    """The dispatcher of moto without its costs: a folder listed per request, one lock for slow starts.

    Whoever imports packages of moto holds `building`: at the same time they may see each other half made.
    """

    def __init__(self) -> None:
        from moto.backends import list_of_moto_modules
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

        self._moto = DomainDispatcherApplication(create_backend_app)
        self._modules = frozenset(list_of_moto_modules())
        self._applications: dict[str, Any] = {}
        self.building = threading.Lock()
        self._backend = functools.lru_cache(maxsize=512)(self._find_backend)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        """The answer, as WSGI applications give it. Raises `AwsError` for a service that moto does not have."""
        host = self._moto.infer_service_region_host(environ, environ["PATH_INFO"]) or ""
        backend = self._backend(host)
        application = self._applications.get(backend)
        if application is None:
            application = self._build(backend)
        return application(environ, start_response)

    def _find_backend(self, host: str) -> str:
        if host in self._modules:
            return host
        found = (name for name, pattern in self._moto.backend_url_patterns if pattern.match(f"http://{host}"))
        backend = next(found, None)
        if backend is None or backend.startswith(CLOSED):
            service = host.split(".", 1)[0]
            raise AwsError("NotImplemented", f"The local cloud has no service {service}.", 501)
        return str(backend)

    def _build(self, backend: str) -> Any:
        with self.building:
            if backend not in self._applications:
                self._applications[backend] = self._moto.create_app(backend)
            return self._applications[backend]
