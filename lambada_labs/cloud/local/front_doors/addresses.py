"""Where a door is: its name on AWS, its name below `localhost`, and a plain path that opens in a browser.

The name on AWS (`<id>.execute-api.<region>.amazonaws.com`, a load balancer's DNS name) comes in the Host header,
which no web page can set for a loopback address. The other two can be typed into a page by anybody, so both hold
something that cannot be guessed: the id of an API, or a code that only this cloud can make.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["api", "alb"]
PREFIX = "/_door/"
HTTP_PORT = 80
LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost"})
_CODE_LENGTH = 32
_PORT = re.compile(r"\d{0,5}", re.ASCII)
_API_HOST = re.compile(r"([a-z0-9]{4,20})\.execute-api\.([a-z0-9-]+)\.(amazonaws\.com|localhost)")
_ALB_HOST = re.compile(r"([a-zA-Z0-9-]{1,64})\.([a-z0-9-]+)\.elb\.(amazonaws\.com|localhost)")
_PATH = re.compile(
    r"/_door/(?P<kind>api|alb)\.(?P<name>[^/]*)\.(?P<code>[0-9a-f]{32})(?P<rest>/.*)?", re.DOTALL
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One door: an API by its id, or a listener by the label of its balancer's DNS name and its port."""

    kind: Kind
    name: str
    region: str
    port: int = HTTP_PORT

    @property
    def aws_host(self) -> str:
        """The name on AWS; a listener's port is written where it is not HTTP's own."""
        if self.kind == "api":
            return f"{self.name}.execute-api.{self.region}.amazonaws.com"
        port = "" if self.port == HTTP_PORT else f":{self.port}"
        return f"{self.name}.{self.region}.elb.amazonaws.com{port}"

    @property
    def label(self) -> str:
        """What a plain URL says about it, and what its code is made over."""
        port = f".{self.port}" if self.kind == "alb" else ""
        return f"{self.kind}.{self.name}{port}.{self.region}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A door that a request asked for, and the path that is left for it.

    `base` is the address by which it was asked, ending in a slash, where that is not its name on AWS; `host` a
    name of the learner's own choice (a balancer routes by it).
    """

    address: Address
    raw_path: str
    base: str = ""
    by_path: bool = False
    host: str = ""


class Addresses:
    """The addresses of one cloud's doors; `secret` is the cloud's own."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def plain_path(self, address: Address) -> str:
        """The path of a door on the cloud's own host, ending in a slash."""
        return f"{PREFIX}{address.label}.{self._code(address)}/"

    def local_host(self, address: Address) -> str:
        """The name of a door below `localhost`, which browsers and curl take to this machine."""
        if address.kind == "api":
            return f"{address.name}.execute-api.{address.region}.localhost"
        # A DNS label has at most 63 letters: the balancer's name has up to 34 of them here.
        return f"{address.port}-{self._code(address)[:24]}.{address.region}.elb.localhost"

    def find(self, host: str, raw_path: str, port: int, listeners: tuple[Address, ...] = ()) -> Found | None:
        """The door that this Host header and path mean, or None.

        `port` is the cloud's; `listeners` are those of all balancers, among which a name below `localhost` is
        looked for.
        """
        name, _, asked_port = host.rpartition(":") if ":" in host else (host, "", "")
        if name.endswith(".localhost"):
            found = self._below_localhost(name, raw_path, listeners) if asked_port == str(port) else None
        elif _PORT.fullmatch(asked_port) and name.endswith(".amazonaws.com"):
            return _on_aws(name, raw_path, int(asked_port or HTTP_PORT))
        else:
            found = self._by_path(name, raw_path)
        return replace(found, base=f"http://{host}{found.base}") if found else None

    def _below_localhost(self, name: str, raw_path: str, listeners: tuple[Address, ...]) -> Found | None:
        api = _API_HOST.fullmatch(name)
        if api:
            return Found(address=Address(kind="api", name=api[1], region=api[2]), raw_path=raw_path, base="/")
        for one in listeners:
            if hmac.compare_digest(self.local_host(one).encode(), name.encode()):
                return Found(address=one, raw_path=raw_path, base="/")
        return None

    def _by_path(self, name: str, raw_path: str) -> Found | None:
        """A plain path: on this machine's own names, and for a balancer on any other, which its rules may want."""
        match = _PATH.fullmatch(raw_path)
        address = _labelled(match["kind"], match["name"]) if match else None
        if match is None or address is None or not hmac.compare_digest(self._code(address), match["code"]):
            return None
        foreign = "" if name in LOOPBACK_NAMES else name
        if foreign and address.kind == "api":
            return None
        rest, base = match["rest"] or "/", self.plain_path(address)
        return Found(address=address, raw_path=rest, base=base, by_path=True, host=foreign)

    def _code(self, address: Address) -> str:
        return hmac.new(self._secret, address.label.encode(), hashlib.sha256).hexdigest()[:_CODE_LENGTH]


def _on_aws(name: str, raw_path: str, port: int) -> Found | None:
    api = _API_HOST.fullmatch(name)
    if api:
        return Found(address=Address(kind="api", name=api[1], region=api[2]), raw_path=raw_path)
    alb = _ALB_HOST.fullmatch(name)
    if alb:
        return Found(address=Address(kind="alb", name=alb[1], region=alb[2], port=port), raw_path=raw_path)
    return None


def _labelled(kind: str, text: str) -> Address | None:
    """The address whose label this is, or None where it is no label."""
    parts = text.split(".")
    if kind == "api" and len(parts) == len(("id", "region")):
        return Address(kind="api", name=parts[0], region=parts[1])
    if kind == "alb" and len(parts) == len(("name", "port", "region")) and parts[1].isdecimal():
        return Address(kind="alb", name=parts[0], region=parts[2], port=int(parts[1]))
    return None
