"""How the code of a request becomes a stored package: from its own bytes, or from S3."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from lambada_labs import facts
from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.functions.later import refuse_images
from lambada_labs.cloud.local.functions.ports import ControlPlane
from lambada_labs.cloud.local.functions.records import LayerUse
from lambada_labs.cloud.local.functions.refusals import invalid, too_large
from lambada_labs.runtime.package import Package, UnsafePackage

ZIPPED_LIMIT = facts.number("limit.package.zipped")
UNZIPPED_LIMIT = facts.number("limit.package.unzipped")
REQUEST_LIMIT = facts.number("limit.request.create")
#: Requests that carry an archive may be this large; the archive comes in base64.
CARRIERS = frozenset({"CreateFunction", "UpdateFunctionCode", "PublishLayerVersion"})
NO_SOURCE = "Please provide a source for function code."


def check_request_size(operation: str, size: int) -> None:
    """Refuse a request that is too large to carry code; raises `RequestEntityTooLargeException`."""
    if operation in CARRIERS and size > REQUEST_LIMIT:
        raise too_large(f"Request must be smaller than {REQUEST_LIMIT} bytes for the {operation} operation")


async def store_code(plane: ControlPlane, source: Mapping[str, Any]) -> Package:
    """The package that `ZipFile`, or `S3Bucket` and `S3Key`, mean.

    Raises:
        AwsError: no source, no archive, too large, or S3 would not give it.
    """
    if source.get("ImageUri"):
        raise refuse_images()
    zip_bytes = source["ZipFile"] if "ZipFile" in source else await _from_s3(plane, source)
    if "ZipFile" in source and len(zip_bytes) > ZIPPED_LIMIT:
        raise too_large(f"Zipped size must be smaller than {ZIPPED_LIMIT} bytes")
    try:
        # Unpacking can take seconds: other requests go on meanwhile.
        return await asyncio.to_thread(plane.packages.put, zip_bytes)
    except UnsafePackage as refusal:
        raise invalid(refusal.aws_message) from None


def check_together(code_bytes: int, layers: tuple[LayerUse, ...]) -> None:
    """Refuse code and layers that are too large together (bytes unzipped)."""
    together = code_bytes + sum(layer.unpacked_size for layer in layers)
    if together > UNZIPPED_LIMIT:
        raise invalid(
            f"Function code combined with layers exceeds the maximum allowed size of {UNZIPPED_LIMIT} bytes. "
            f"The actual size is {together} bytes."
        )


async def _from_s3(plane: ControlPlane, source: Mapping[str, Any]) -> bytes:
    bucket, key = source.get("S3Bucket"), source.get("S3Key")
    if not bucket or not key:
        raise invalid(NO_SOURCE)
    try:
        return await asyncio.to_thread(plane.objects.read_object, bucket, key, source.get("S3ObjectVersion"))
    except AwsError as refusal:
        raise invalid(
            f"Error occurred while GetObject. S3 Error Code: {refusal.code}. "
            f"S3 Error Message: {refusal.message}"
        ) from None
