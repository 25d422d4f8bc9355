"""SHA-256 in hexadecimal."""

import hashlib
import json
from pathlib import Path


def checksum(data: bytes) -> str:
    """Of bytes."""
    return hashlib.sha256(data).hexdigest()


def file_checksum(path: str | Path) -> str:
    """Of a file of any size."""
    digest = hashlib.sha256()
    with Path(path).open("rb") as file:
        while block := file.read(2**22):
            digest.update(block)
    return digest.hexdigest()


def settings_checksum(about: object) -> str:
    """Short text that is equal for equal plain values."""
    return checksum(json.dumps(about, sort_keys=True, default=str).encode())[:16]
