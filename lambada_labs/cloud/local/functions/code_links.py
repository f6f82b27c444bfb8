"""Addresses from which stored code can be downloaded for ten minutes, and the download itself."""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Callable

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.functions.ports import ControlPlane
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse
from lambada_labs.runtime.package import PackageMissing

PATH = re.compile(r"/snapshots/(?P<account>\d{12})/(?P<digest>[0-9a-f]{64})")
#: Source: API reference of GetFunction, "a link … that's valid for 10 minutes".
VALID_S = 600


class CodeLinks:
    """Presigned URLs of this cloud, signed by its own key; `endpoint` is asked when one is made."""

    def __init__(self, endpoint: Callable[[], str], *, access_key_id: str, secret: str) -> None:
        self._endpoint, self._access_key_id, self._secret = endpoint, access_key_id, secret

    def presigned(self, path: str, region: str) -> str:
        """A URL for this path, good for ten minutes."""
        from botocore.auth import SigV4QueryAuth
        from botocore.awsrequest import AWSRequest
        from botocore.credentials import Credentials

        request = AWSRequest(method="GET", url=self._endpoint() + path)
        keys = Credentials(self._access_key_id, self._secret)
        SigV4QueryAuth(keys, "lambda", region, expires=VALID_S).add_auth(request)
        return str(request.url)


def code_path(account_id: str, sha256: str) -> str:
    """The path under which the package of this `CodeSha256` is served to its account."""
    return f"/snapshots/{account_id}/{base64.b64decode(sha256).hex()}"


async def download(plane: ControlPlane, request: AwsRequest) -> AwsResponse | None:
    """The archive, where the path is one of these addresses; None for any other path."""
    match = PATH.fullmatch(request.path)
    if match is None or request.method != "GET":
        return None
    sha256 = base64.b64encode(bytes.fromhex(match["digest"])).decode()
    try:
        package = plane.packages.get(sha256)
    except PackageMissing:
        package = None
    if package is None or match["account"] != request.caller.account_id:
        raise AwsError("NoSuchKey", "The specified key does not exist.", 404)
    body = await asyncio.to_thread(package.zip_bytes)
    return AwsResponse(headers=[("Content-Type", "application/zip")], body=body)
