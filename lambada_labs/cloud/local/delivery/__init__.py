"""Messages that Lambda itself sends about events: each a signed request of the function's role to this cloud."""

from lambada_labs.cloud.local.delivery.courier import Courier
from lambada_labs.cloud.local.delivery.role_keys import RoleKeys

__all__ = ["Courier", "RoleKeys"]
