"""AWS Lambda's control plane and its Invoke door: `LambdaService` answers, out of a `ControlPlane`."""

from lambada_labs.cloud.local.functions.code_links import CodeLinks
from lambada_labs.cloud.local.functions.ports import ControlPlane
from lambada_labs.cloud.local.functions.service import LambdaService
from lambada_labs.cloud.local.functions.store import Store

__all__ = ["CodeLinks", "ControlPlane", "LambdaService", "Store"]
