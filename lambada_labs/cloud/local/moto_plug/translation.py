"""A verified request in the words in which moto reads it, and its answer in AWS's."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from lambada_labs.cloud.local import wsgi
from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse

log = logging.getLogger(__name__)

FIRST_ERROR, NOT_FOUND = 400, 404


def ask(application: wsgi.Application, request: AwsRequest) -> AwsResponse:
    """What moto answers; its raw failures as `AwsError`."""
    environ = wsgi.environ_of(request, _our_headers(request))
    environ |= _underscored(request.headers)
    try:
        response = wsgi.call(application, environ)
    except NotImplementedError as missing:
        raise AwsError("NotImplemented", f"The local cloud cannot do this: {missing}", 501) from missing
    except AwsError:
        raise
    except Exception as failure:
        log.exception("moto failed on %s %s %s", request.service, request.method, request.raw_path)
        text = f"The local cloud's emulation of {request.service} failed ({type(failure).__name__})."
        raise AwsError("InternalFailure", text, 500) from failure
    return _shaped(request, response)


def _our_headers(request: AwsRequest) -> dict[str, str]:
    """Who calls and in which Region, in the words in which moto looks for them."""
    scope = f"{request.caller.access_key_id}/20000101/{request.region}/{request.service}/aws4_request"
    return {
        "authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=verified",
        "x-moto-account-id": request.caller.account_id,
        "user-agent": "lambada",
    }


def _underscored(headers: Mapping[str, str]) -> dict[str, Any]:
    """S3 metadata whose names hold `_`, the way moto's own server keeps them."""
    from moto.core.request import (
        PRESERVED_HEADER_NAMES_ENVIRON_KEY,
        environ_key_for_header,
        should_preserve_original_header_name,
    )

    dashed = {environ_key_for_header(name) for name in headers if "_" not in name}
    names = {
        environ_key_for_header(name): name for name in headers if should_preserve_original_header_name(name)
    }
    kept = {key: name for key, name in names.items() if key not in dashed}
    return {PRESERVED_HEADER_NAMES_ENVIRON_KEY: kept, **{key: headers[name] for key, name in kept.items()}}


def _shaped(request: AwsRequest, response: AwsResponse) -> AwsResponse:
    """Flask's pages in HTML become AWS's errors; everything else goes through."""
    if response.status < FIRST_ERROR or not isinstance(response.body, bytes) or request.method == "HEAD":
        return response
    start = response.body[:64].lstrip().lower()
    if not start.startswith((b"<!doctype html", b"<html")):
        return response
    log.warning("moto has no %s %s of %s", request.method, request.raw_path, request.service)
    if response.status == NOT_FOUND:
        text = f"The local cloud has no such operation of {request.service}."
        raise AwsError("UnknownOperationException", text, NOT_FOUND)
    raise AwsError("InternalFailure", f"The local cloud's emulation of {request.service} failed.", 500)
