"""`python quiet_network.py RESULT COMMAND…`, inside a network namespace of its own.

Loopback works; every other packet goes into a cable with nobody at its end, where it is counted and named.
RESULT gets {"exit": status, "left": [destination, …]}.
"""

import ipaddress
import json
import socket
import subprocess
import sys
import threading

SETUP = """
ip link set lo up
sysctl -q -w net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
sysctl -q -w net.ipv6.conf.lo.disable_ipv6=0
ip link add out0 type veth peer name out1
ip link set out1 up
ip addr add 10.66.0.1/24 dev out0
ip link set out0 up
ip route add default via 10.66.0.2 dev out0
ip neigh add 10.66.0.2 lladdr 02:00:00:00:00:01 dev out0
"""
ETH_P_ALL = 3
IPV4 = b"\x08\x00"


def listen(left: list[str]) -> None:
    """Name the destination of every packet that reaches the cable's far end."""
    cable = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    cable.bind(("out1", 0))

    def read() -> None:
        while frame := cable.recv(65536):
            if frame[12:14] == IPV4:
                port = int.from_bytes(frame[36:38], "big")
                left.append(f"{ipaddress.ip_address(frame[30:34])}:{port} {frame[42:120]!r}")

    threading.Thread(target=read, daemon=True).start()


def main(result: str, command: list[str]) -> None:
    """Set the room up, run the command in it, write down what left."""
    subprocess.run(["sh", "-ec", SETUP], check=True)
    left: list[str] = []
    listen(left)
    status = subprocess.run(command, check=False).returncode
    with open(result, "w", encoding="utf-8") as file:
        json.dump({"exit": status, "left": left}, file)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
