"""boto3 clients that reach one local cloud, whatever profile, proxy or endpoint this process is set to."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from lambada_labs.cloud.local.state import CloudState

_lock = threading.Lock()


def client(state: CloudState, variables: Mapping[str, str], service: str, **options: Any) -> Any:
    """A boto3 client; `options` as boto3 takes them, a `config` of the caller's is merged over ours."""
    from botocore.config import Config

    ours = Config(proxies={}, inject_host_prefix=False, **_for_s3(service))
    theirs = options.pop("config", None)
    settings: dict[str, Any] = {
        "endpoint_url": state.endpoint_url,
        "region_name": state.region,
        "config": ours.merge(theirs) if theirs is not None else ours,
        **options,
    }
    with _lock:  # a boto3 session makes one client at a time
        return _session(state, variables["AWS_CONFIG_FILE"]).client(service, **settings)


def _for_s3(service: str) -> dict[str, Any]:
    return {"signature_version": "s3v4", "s3": {"addressing_style": "path"}} if service == "s3" else {}


@lru_cache(maxsize=4)
def _session(state: CloudState, config_file: str) -> Any:
    import boto3
    import botocore.session

    core = botocore.session.Session()
    core.set_config_variable("profile", "default")
    core.set_config_variable("config_file", config_file)
    return boto3.Session(
        botocore_session=core,
        aws_access_key_id=state.access_key_id,
        aws_secret_access_key=state.secret_access_key,
        region_name=state.region,
    )
