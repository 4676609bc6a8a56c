"""Which code is running."""

import hashlib
from pathlib import Path

MADE_OF = ("portal", "centres", "evidence", "templates", "static")


def fingerprint(folder: Path) -> str:
    """Return a short hash of all that pages are made from, beside the content."""
    digest = hashlib.sha256()
    for name in MADE_OF:
        for path in sorted((folder / name).rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(str(path.relative_to(folder)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
