"""A passkey in Python: it answers as the browser and the device of a person do."""

import hashlib
import json
import os
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, MADE = 0x01, 0x40  # flags: somebody was there; the answer has a new key


def text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


@dataclass
class Authenticator:
    """A device with one key."""

    origin: str = "http://localhost:8000"
    host: str = "localhost"
    signed: int = 0  # how often it says that it has signed
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential: bytes = field(default_factory=lambda: os.urandom(16))

    def create(self, options: dict[str, Any]) -> str:
        """Make a key, and answer as navigator.credentials.create does."""
        numbers = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        public = cbor2.dumps(
            {1: 2, 3: -7, -1: 1, -2: x, -3: y}
        )  # COSE: ECDSA with SHA-256 on P-256
        length = len(self.credential).to_bytes(2, "big")
        data = self._data(PRESENT | MADE) + bytes(16) + length + self.credential + public
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        said = self._said("webauthn.create", options["challenge"])
        return self._answer(clientDataJSON=said, attestationObject=attestation)

    def get(self, options: dict[str, Any]) -> str:
        """Sign, and answer as navigator.credentials.get does."""
        self.signed += 1
        data, said = self._data(PRESENT), self._said("webauthn.get", options["challenge"])
        signature = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(clientDataJSON=said, authenticatorData=data, signature=signature)

    def _data(self, flags: int) -> bytes:
        host = hashlib.sha256(self.host.encode()).digest()
        return host + bytes([flags]) + self.signed.to_bytes(4, "big")

    def _said(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, **response: bytes) -> str:
        own = text(self.credential)
        parts = {name: text(data) for name, data in response.items()}
        return json.dumps({"id": own, "rawId": own, "type": "public-key", "response": parts})
