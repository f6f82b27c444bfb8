"""The one room that knows moto: its applications, its stores, and where they need mending.

moto (pinned in pyproject.toml, watched by tests/local/test_moto_canary.py) is the database behind the
control plane of every service that is not ours. Nothing here executes a function.
"""

from lambada_labs.cloud.local.moto_plug.iam import MANAGED_POLICIES
from lambada_labs.cloud.local.moto_plug.plug import MotoPlug
from lambada_labs.cloud.local.moto_plug.tamed import SWITCHES

__all__ = ["MANAGED_POLICIES", "SWITCHES", "MotoPlug"]
