"""Moto without what nobody here wants: Docker, default machine images, open doors, a memory of everything."""

from __future__ import annotations

import os
from typing import Any

from lambada_labs.cloud.local import exact_metrics

SWITCHES = {
    "MOTO_DISABLE_GLOBAL_CORS": "true",  # no stranger's page may read answers
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",  # 28 MB of machine images nobody here starts
}
MAKE_ACCOUNT = "_create_account_specific_backend"


def switch() -> None:
    """Set moto's switches, before it is imported, where the environment does not set them."""
    for name, value in SWITCHES.items():
        os.environ.setdefault(name, value)


def tame() -> None:
    """No Docker, no global lock where nothing is made, no memory of what was deleted, exact dimensions."""
    from moto.cloudwatch.models import CloudWatchBackend
    from moto.core.base_backend import BackendDict
    from moto.core.common_models import BaseModel
    from moto.core.config import default_user_config

    default_user_config["lambda"]["use_docker"] = False
    default_user_config["batch"]["use_docker"] = False
    make = getattr(BackendDict, MAKE_ACCOUNT)
    if getattr(make, "is_ours", False):
        return

    def make_quickly(self: Any, account_id: str) -> None:
        if not dict.__contains__(self, account_id):
            make(self, account_id)

    make_quickly.is_ours = True  # type: ignore[attr-defined]
    setattr(BackendDict, MAKE_ACCOUNT, make_quickly)
    # moto lists every object, message and line it ever made for a dashboard that is closed here.
    BaseModel.__new__ = lambda cls, *_, **__: object.__new__(cls)
    statistics, data = CloudWatchBackend.get_metric_statistics, CloudWatchBackend.get_metric_data
    CloudWatchBackend.get_metric_statistics = exact_metrics.statistics(statistics)
    CloudWatchBackend.get_metric_data = exact_metrics.data(data)
