"""Which IP addresses the portal may connect to when it follows links.

A link in the content may lead anywhere, even into the private network that the portal runs in. So whatever follows links must
resolve a host name once, check every IP address with `is_public`, and connect to exactly an address that was checked.
"""

import ipaddress
import queue
import socket
import threading

IPv4 = ipaddress.IPv4Address
IPv6 = ipaddress.IPv6Address

# From IANA's registries of special-purpose addresses. Written out, because Python's own list changes between releases.
NOT_PUBLIC_4 = [
    ipaddress.IPv4Network(network)
    for network in [
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared, behind a provider's translation
        "127.0.0.0/8",  # this machine
        "168.63.129.16/32",  # services that a cloud offers to its own machines
        "169.254.0.0/16",  # link-local, and where clouds hand out credentials
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocols
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    ]
]
PUBLIC_6 = ipaddress.IPv6Network("2000::/3")  # all addresses of the public internet
NOT_PUBLIC_6 = [
    ipaddress.IPv6Network(network)
    for network in [
        "2001::/23",  # protocols, tunnels such as Teredo
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: another address in disguise
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    ]
]
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # an IPv4 address behind a translator


def is_public(address: str) -> bool:
    """Say whether a text is an IP address of the public internet."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv4):
        return not any(ip in network for network in NOT_PUBLIC_4)
    if ip.scope_id:
        return False
    if ip in NAT64:
        return is_public(str(IPv4(ip.packed[-4:])))
    return ip in PUBLIC_6 and not any(ip in network for network in NOT_PUBLIC_6)


def resolve(name: str, port: int, seconds: float) -> list[str]:
    """Return the IP addresses of a host name, the one to try first at the head. Raises OSError if there are none in time."""
    found: queue.Queue[list[str] | OSError] = queue.Queue()

    def work() -> None:
        try:
            rows = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
            found.put(list(dict.fromkeys(str(row[4][0]) for row in rows)))
        except OSError as error:
            found.put(error)
        except ValueError:  # too long for a name, or wrong characters
            found.put(socket.gaierror(socket.EAI_NONAME, "not a name"))

    # getaddrinfo has no time limit, so a thread of its own waits for it.
    threading.Thread(target=work, daemon=True).start()
    try:
        result = found.get(timeout=max(seconds, 0))
    except queue.Empty:
        raise TimeoutError("the look-up took too long") from None
    if isinstance(result, OSError):
        raise result
    return result
