"""Moto's S3, read without a request."""

from __future__ import annotations

from lambada_labs.cloud.local.aws_error import AwsError

PARTITION, NOT_FOUND = "aws", 404


def read_object(account_id: str, bucket: str, key: str, version: str | None = None) -> bytes:
    """The bytes of an S3 object.

    Raises:
        AwsError: NoSuchBucket, NoSuchKey or NoSuchVersion, as GetObject says it.
    """
    from moto.s3.exceptions import MissingBucket
    from moto.s3.models import s3_backends

    try:
        found = s3_backends[account_id][PARTITION].get_object(bucket, key, version_id=version)
    except MissingBucket as missing:
        text = "The specified bucket does not exist"
        raise AwsError("NoSuchBucket", text, NOT_FOUND, BucketName=bucket) from missing
    if found is not None:
        return bytes(found.value)
    if version is not None:
        raise AwsError("NoSuchVersion", "The specified version does not exist.", NOT_FOUND, Key=key)
    raise AwsError("NoSuchKey", "The specified key does not exist.", NOT_FOUND, Key=key)
