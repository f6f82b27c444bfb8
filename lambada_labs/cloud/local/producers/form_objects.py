"""An upload of a browser's form to S3 as the PUT it comes to, and what S3 answers a browser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit
from xml.sax.saxutils import escape

from lambada_labs.cloud.local import s3_form
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse

PUT, POST = "ObjectCreated:Put", "ObjectCreated:Post"
GOOD, CREATED, NO_CONTENT, SEE_OTHER = 200, 201, 204, 303
#: Fields of a form that are headers of a PUT, by their other name where they have one.
_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "acl": "x-amz-acl",
        "content-type": "content-type",
        "cache-control": "cache-control",
        "content-disposition": "content-disposition",
        "content-encoding": "content-encoding",
        "expires": "expires",
        "x-amz-storage-class": "x-amz-storage-class",
        "x-amz-server-side-encryption": "x-amz-server-side-encryption",
    }
)
_METADATA = "x-amz-meta-"


def is_upload(request: AwsRequest) -> bool:
    """Whether this verified request is a form."""
    return request.method == "POST" and request.headers.get("content-type", "").lower().startswith(
        s3_form.MULTIPART
    )


def as_put(request: AwsRequest) -> AwsRequest:
    """The PUT of the same object."""
    form = s3_form.read(request.headers["content-type"], request.body)
    headers = {
        "host": request.headers.get("host", ""),
        "content-type": "binary/octet-stream",
        "content-length": str(len(form.file or b"")),
    }
    for name, value in form.fields.items():
        if name in _HEADERS or name.startswith(_METADATA):
            headers[_HEADERS.get(name, name)] = value
    path = f"{request.path.rstrip('/')}/{form.key}"
    return replace(
        request, method="PUT", path=path, raw_path=quote(path), headers=headers, body=form.file or b""
    )


def answered(request: AwsRequest, put: AwsResponse) -> AwsResponse:
    """What the browser gets: 204, or what `success_action_status` or `success_action_redirect` ask for."""
    if put.status != GOOD:
        return put
    form = s3_form.read(request.headers["content-type"], request.body)
    bucket = request.path.strip("/")
    etag = next((value for name, value in put.headers if name.lower() == "etag"), "")
    location = f"http://{request.headers.get('host', '')}/{bucket}/{quote(form.key, safe='')}"
    kept = [pair for pair in put.headers if pair[0].lower() in {"etag", "x-amz-version-id"}]
    wanted = form.fields.get("success_action_redirect") or form.fields.get("redirect")
    if wanted:
        return AwsResponse(
            status=SEE_OTHER, headers=[*kept, ("Location", _led(wanted, bucket, form.key, etag))]
        )
    status = form.fields.get("success_action_status")
    headers = [*kept, ("Location", location)]
    if status == str(CREATED):
        body = _told(location, bucket, form.key, etag)
        return AwsResponse(status=CREATED, headers=[*headers, ("Content-Type", "application/xml")], body=body)
    return AwsResponse(status=GOOD if status == str(GOOD) else NO_CONTENT, headers=headers)


def _led(url: str, bucket: str, key: str, etag: str) -> str:
    parts = urlsplit(url)
    query = [*parse_qsl(parts.query), ("bucket", bucket), ("key", key), ("etag", etag)]
    return urlunsplit(parts._replace(query=urlencode(query)))


def _told(location: str, bucket: str, key: str, etag: str) -> bytes:
    members = {"Location": location, "Bucket": bucket, "Key": key, "ETag": etag}
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in members.items())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse>{inner}</PostResponse>'.encode()
