"""Which addresses of the internet the portal itself may ask, and finding them.

A link in the content may lead anywhere, into the network that the portal stands in too. So whoever follows links looks a
name up once, checks every address by `is_public`, and connects to exactly what was checked.
"""

import ipaddress
import queue
import socket
import threading

IPv4 = ipaddress.IPv4Address
IPv6 = ipaddress.IPv6Address

# IANA's registries of special purposes. Written out, because what Python calls global differs from release to release.
NOT_PUBLIC_4 = [
    ipaddress.IPv4Network(network)
    for network in [
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared, behind a provider's translation
        "127.0.0.0/8",  # this machine
        "168.63.129.16/32",  # a cloud's own services for its machines
        "169.254.0.0/16",  # this link, and where clouds keep their keys
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
PUBLIC_6 = ipaddress.IPv6Network("2000::/3")  # all that is given out for the public internet
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
    """Say whether an address is one of the public internet. What is no address is not."""
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


def look_up(name: str, port: int, seconds: float) -> list[str]:
    """Return the addresses of a name, the one to try first at the head. OSError if there are none in time."""
    found: queue.Queue[list[str] | OSError] = queue.Queue()

    def ask() -> None:
        try:
            rows = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
            found.put(list(dict.fromkeys(str(row[4][0]) for row in rows)))
        except OSError as error:
            found.put(error)
        except ValueError:  # no name can be so long, or hold such characters
            found.put(socket.gaierror(socket.EAI_NONAME, "not a name"))

    # The system's own look-up knows no time limit, so somebody else waits for it.
    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = found.get(timeout=max(seconds, 0))
    except queue.Empty:
        raise TimeoutError("the look-up took too long") from None
    if isinstance(answer, OSError):
        raise answer
    return answer
