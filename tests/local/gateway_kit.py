"""A gateway over moto in a thread of this process, with an account of its own, for tests that look inside."""

from __future__ import annotations

import asyncio
import http.client
import secrets
import threading

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from lambada_labs.cloud.local.authenticate import Authenticator
from lambada_labs.cloud.local.gateway import Gateway
from lambada_labs.cloud.local.identity import Identity
from lambada_labs.cloud.local.listener import Bounds
from lambada_labs.cloud.local.log_store import LogStore
from lambada_labs.cloud.local.message import AwsResponse
from lambada_labs.cloud.local.metric_store import MetricStore
from lambada_labs.cloud.local.moto_plug import MotoPlug
from lambada_labs.cloud.local.sts import SecurityTokens
from lambada_labs.cloud.local.telemetry import Caps

REGION = "us-east-1"


class Echo:
    """A service that tells what it was handed."""

    async def handle(self, request):
        return AwsResponse.of_json(
            {
                "caller": request.caller.arn,
                "environment": request.caller.environment_id,
                "method": request.method,
                "path": request.path,
                "query": request.query,
                "bytes": len(request.body),
            }
        )


class Failing:
    async def handle(self, request):
        raise RuntimeError("a bug of ours")


class Streaming:
    """Pieces until the client is gone; `ended` is set then."""

    def __init__(self):
        self.ended = threading.Event()

    async def handle(self, request):
        return AwsResponse(
            headers=[("Content-Type", "application/x-pieces")], body=self._pieces(int(request.parameter("n")))
        )

    async def _pieces(self, count):
        try:
            for number in range(count):
                yield f"{number},".encode()
                await asyncio.sleep(0.001)
        finally:
            self.ended.set()


class Kit:
    """`port`, `plug`, `identity`, `logs`, `metrics`, and clients for them."""

    def __init__(self, *, caps=None, bounds=None):
        self.account_id = str(secrets.randbelow(9 * 10**11) + 10**11)
        self.plug = MotoPlug(account_id=self.account_id, region=REGION, caps=caps or Caps())
        self.secret = secrets.token_hex(20)
        self.identity = Identity(
            account_id=self.account_id,
            access_key_id="AKIAROOTROOTROOTROOT",
            secret=self.secret,
            directory=self.plug,
        )
        self.logs, self.metrics = LogStore(self.plug), MetricStore(self.plug)
        self.plug.before("logs", self.logs.flush)
        self.plug.before("monitoring", self.metrics.flush)
        self.streaming = Streaming()
        self._bounds = bounds or Bounds()
        self._clients = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        self.port = self._wait(self._start())
        return self

    def __exit__(self, *_):
        for client in self._clients:
            client.close()
        self._wait(self.gateway.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        self.plug.close()
        self.logs.close()
        self.metrics.close()

    async def _start(self):
        self.gateway = Gateway(
            Authenticator(self.identity, region=REGION),
            services={
                "sts": SecurityTokens(self.identity, self.plug),
                "echo": Echo(),
                "failing": Failing(),
                "streaming": self.streaming,
            },
            fallback=self.plug,
            bounds=self._bounds,
        )
        return await self.gateway.start()

    def _wait(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(30)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def credentials(self):
        return {"AccessKeyId": "AKIAROOTROOTROOTROOT", "SecretAccessKey": self.secret}

    def client(self, service, credentials=None, **config):
        credentials = credentials or self.credentials
        client = boto3.client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials.get("SessionToken"),
            config=Config(retries={"max_attempts": 0}, **config),
        )
        self._clients.append(client)
        return client

    def signed(self, service, method, path, body=b"", headers=()):
        """The headers of a request signed by botocore."""
        request = AWSRequest(method=method, url=self.url + path, data=body, headers=dict(headers))
        keys = self.credentials
        SigV4Auth(Credentials(keys["AccessKeyId"], keys["SecretAccessKey"]), service, REGION).add_auth(
            request
        )
        return dict(request.headers.items())

    def send(self, method, path, body=None, headers=()):
        """One request on a connection of its own: status, headers, body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            return answer.status, dict(answer.headers), answer.read()
        finally:
            connection.close()

    def call(self, service, method, path, body=b"", headers=()):
        """A signed request by plain HTTP."""
        return self.send(method, path, body, self.signed(service, method, path, body, headers))
