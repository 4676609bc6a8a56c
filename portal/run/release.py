"""Which version of the code is running."""

import hashlib
from pathlib import Path

CODE_FOLDERS = ("portal", "centres", "evidence", "templates", "static")


def fingerprint(folder: Path) -> str:
    """Return a hash (12 hexadecimal digits) of the code and templates, which pages are made from besides the content."""
    digest = hashlib.sha256()
    for name in CODE_FOLDERS:
        for path in sorted((folder / name).rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(str(path.relative_to(folder)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
