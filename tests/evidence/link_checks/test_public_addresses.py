"""The portal connects only to IP addresses of the public internet when it follows links."""

import socket
import threading
from typing import Any

import pytest

from evidence.link_checks.public_addresses import is_public, resolve

PUBLIC = [
    "8.8.8.8",
    "1.1.1.1",
    "100.63.255.255",
    "100.128.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "151.101.0.144",
    "223.255.255.255",
    "2606:4700:4700::1111",
    "2a00:1450:4009::200e",
    "64:ff9b::808:808",
]
NOT_PUBLIC = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::8.8.8.8",
    "64:ff9b::a00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::808:808",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "2606:4700:4700::1111%eth0",
    "fec0::1",
    "ff02::1",
    "",
    "localhost",
    "2130706433",
    "127.1",
    "8.8.8.8/8",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_public_internet_is_allowed(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_no_other_address_is_allowed(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("name", ["127.0.0.1", "127.1", "2130706433", "0x7f.0.0.1"])
def test_an_address_in_an_unusual_notation_is_recognised(name: str) -> None:
    assert resolve(name, 80, 1) == ["127.0.0.1"]


@pytest.mark.parametrize("name", ["a" * 64 + ".example", "a\x00b.example"])
def test_a_text_that_cannot_be_a_host_name_is_not_found(name: str) -> None:
    with pytest.raises(OSError, match=r"[Nn]ame"):
        resolve(name, 80, 1)


def test_resolving_a_name_has_a_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    given_up, answered = threading.Event(), threading.Event()

    def slow(*args: Any, **kwargs: Any) -> list[Any]:
        given_up.wait(30)
        answered.set()
        return []

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    with pytest.raises(TimeoutError):
        resolve("slow.example", 80, 0.05)
    assert not answered.is_set()
    given_up.set()
