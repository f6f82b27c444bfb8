"""Our local cloud, started through its command line as a user would, and what the bench does with it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from load import post

SILENT = "def handler(event, context):\n    return {'ok': True}\n"
PRINTING = "def handler(event, context):\n    print('one line')\n    return {'ok': True}\n"
STANDARD = {
    "Runtime": f"python{sys.version_info.major}.{sys.version_info.minor}",
    "Handler": "handler.handler",
    "MemorySize": 256,
    "Timeout": 10,
}
ROLE = "arn:aws:iam::{account}:role/bench"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ],
}


def lambada(*words: str, state: str) -> str:
    """What `lambada …` prints, with its state in `state`."""
    variables = {**os.environ, "LAMBADA_STATE_DIR": state}
    argv = [sys.executable, "-m", "lambada_labs.cli", *words]
    return subprocess.run(argv, env=variables, check=True, capture_output=True, text=True).stdout


@dataclass(frozen=True)
class Cloud:
    """A running local cloud: where, and with which keys."""

    facts: Mapping[str, Any]
    state: str

    @property
    def port(self) -> int:
        """Its port on 127.0.0.1."""
        return int(self.facts["endpoint_url"].rsplit(":", 1)[1].rstrip("/"))

    @property
    def pid(self) -> int:
        """Its process."""
        return int(self.facts["pid"])

    def client(self, service: str) -> Any:
        """A boto3 client for it."""
        import boto3

        return boto3.client(
            service,
            endpoint_url=self.facts["endpoint_url"],
            aws_access_key_id=self.facts["access_key_id"],
            aws_secret_access_key=self.facts["secret_access_key"],
            region_name=self.facts["region"],
        )

    def signed(self, service: str, path: str, body: bytes, headers: Mapping[str, str] = {}) -> bytes:
        """The bytes of one POST, signed now (good for some minutes)."""
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest
        from botocore.credentials import Credentials

        request = AWSRequest("POST", f"http://127.0.0.1:{self.port}{path}", data=body, headers=dict(headers))
        keys = Credentials(self.facts["access_key_id"], self.facts["secret_access_key"])
        SigV4Auth(keys, service, self.facts["region"]).add_auth(request)
        return post(self.port, path, dict(request.headers), body)

    def signed_invoke(self, name: str, event: bytes = b'{"a": 1}', *, kind: str = "") -> bytes:
        """The bytes of one Invoke; `kind` is its invocation type."""
        headers = {"X-Amz-Invocation-Type": kind} if kind else {}
        return self.signed("lambda", f"/2015-03-31/functions/{name}/invocations", event, headers)

    def create_role(self) -> str:
        """The ARN of the role that every function of the bench runs under."""
        iam = self.client("iam")
        with contextlib.suppress(iam.exceptions.EntityAlreadyExistsException):
            iam.create_role(RoleName="bench", AssumeRolePolicyDocument=json.dumps(TRUST))
        return ROLE.format(account=self.facts["account_id"])

    def create_function(self, name: str, source: str, file: str = "handler.py", **configuration: Any) -> None:
        """A function with its code in this one file, Python unless configured otherwise, Active."""
        client = self.client("lambda")
        client.create_function(
            FunctionName=name,
            Role=self.create_role(),
            Code={"ZipFile": zipped(source, file)},
            **{**STANDARD, **configuration},
        )
        client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})


def zipped(source: str, file: str = "handler.py") -> bytes:
    """A deployment package with this one file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr(file, source)
    return buffer.getvalue()


@contextlib.contextmanager
def local_cloud() -> Iterator[Cloud]:
    """A local cloud of its own, surely stopped."""
    with tempfile.TemporaryDirectory(prefix="lambada-bench-") as state:
        try:
            yield Cloud(json.loads(lambada("up", "--json", state=state)), state)
        finally:
            lambada("down", state=state)


def handler_folder(source: str) -> Path:
    """A folder with this handler.py, for the peers that read folders."""
    folder = Path(tempfile.mkdtemp(prefix="bench-handler-"))
    (folder / "handler.py").write_text(source)
    return folder
