"""Files of models: fetched once, whole or not at all, and checked.

A file that is being fetched is called ``FILE.part``; the next attempt goes on where the
last one ended, whoever made it. Nothing here runs unless somebody names a model.
"""

import errno
import http.client
import os
import re
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from mcf.utils.atomic_file import write_atomically
from mcf.utils.checksums import file_checksum
from mcf.utils.lock import locked
from mcf.utils.model_cache import is_as_noted, read_note, write_note
from mcf.version import __version__

from .registry import LOOPBACK, HubModel

OFFLINE = "MCF_OFFLINE"
"""Environment variable that forbids all connections if it is neither empty nor 0."""
TIMEOUT = 30.0
"""Seconds without a byte after which a connection counts as lost."""
ATTEMPTS = 3
BLOCK = 2**20
MOST_BYTES = 2**33
"""Of a file whose length nobody has published."""

Progress = Callable[[int, int | None], None]
"""Called with the bytes that are there and those there will be, if known."""


def ensure(
    model: HubModel, *, progress: Progress | None = None, timeout: float = TIMEOUT
) -> Path:
    """File of a model, fetched if it is not in the cache; always checked.

    Several processes may ask at once: one fetches, the others wait. A file that was put
    into its place by hand counts.

    Args:
        model: Which.
        progress: Told how far it is.
        timeout: Seconds without a byte after which a connection counts as lost.

    Raises:
        ConnectionError: If it cannot be fetched, naming address, size and place.
        OSError: If the cache cannot be written.
        ValueError: If what is there, or came, is another file than the published one.
    """
    file = model.path
    if _is_known(model, file):
        return file
    if file.is_file() and not _is_writable(file.parent):
        _check(model, file)
        return file
    _refuse_offline(model, file)
    with locked(file.with_name(f".{file.name}.lock")):
        if _is_known(model, file):
            return file
        if not file.is_file():
            _fetch(model, file, progress, timeout)
        sha256 = _check(model, file)
        write_note(file, sha256, expected=model.sha256 == sha256)
    if model.sha256 is None:
        _log(
            f"{model.name}: nobody has published a checksum of {file.name}; its "
            f"SHA-256 {sha256} is recorded, and from now on checked"
        )
    return file


def is_offline() -> bool:
    """Whether the environment forbids connections."""
    return os.environ.get(OFFLINE, "0") not in ("", "0")


def _is_known(model: HubModel, file: Path) -> bool:
    """Whether a file was found whole before and is the same still."""
    note = read_note(file)
    if not is_as_noted(file, note):
        return False
    return note.sha256.startswith(model.sha256 or "")


def _is_writable(folder: Path) -> bool:
    return os.access(folder, os.W_OK)


def _refuse_offline(model: HubModel, file: Path) -> None:
    if file.is_file():
        return
    if model.url is None:
        raise FileNotFoundError(
            f"{model.name} has no address (any more): if you have {model.file}, put it "
            f"at {file}"
        )
    if is_offline():
        raise ConnectionError(f"{OFFLINE} is set: {_remedy(model, file)}")


def _remedy(model: HubModel, file: Path) -> str:
    size = "of unknown size" if model.bytes is None else f"of {model.bytes} bytes"
    return (
        f"{model.name} is not there. Fetch {model.url} ({size}) on a machine with "
        f"network and put it at {file}; it is checked when it is used"
    )


def _check(model: HubModel, file: Path) -> str:
    """Checksum of a file that is the published one, or the one first recorded."""
    length, note = file.stat().st_size, read_note(file)
    if model.bytes not in (None, length):
        raise ValueError(
            f"{file} has {length} bytes, the published file {model.bytes}: remove it, "
            f"and fetch it again from {model.url}"
        )
    sha256 = file_checksum(file)
    wanted = model.sha256 or (note.sha256 if note is not None else sha256)
    if not sha256.startswith(wanted):
        kind = "published" if model.sha256 else "first recorded"
        raise ValueError(
            f"{file} has the SHA-256 {sha256}, the {kind} one is {wanted}: remove it, "
            f"and fetch it again from {model.url}"
        )
    return sha256


def _fetch(
    model: HubModel, file: Path, progress: Progress | None, timeout: float
) -> None:
    """Download to ``FILE.part`` and rename it, once it is whole and right."""
    part = file.with_name(f"{file.name}.part")
    size = "unknown size" if model.bytes is None else f"{model.bytes / 1e6:.0f} MB"
    _log(f"fetching {model.name} ({size}, weights: {model.licence}) from {model.url}")
    for attempt in range(1, ATTEMPTS + 1):
        before = part.stat().st_size if part.is_file() else 0
        try:
            _receive(model, part, progress, timeout)
            break
        except _Refused as error:
            part.unlink(missing_ok=True)
            raise ConnectionError(
                f"{model.url}: {error}; {_remedy(model, file)}"
            ) from error
        except (OSError, http.client.HTTPException) as error:
            if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
                raise
            after = part.stat().st_size if part.is_file() else 0
            if attempt == ATTEMPTS or (after == before and not _is_passing(error)):
                raise ConnectionError(
                    f"{model.url} cannot be fetched: {_reason(error)}; {after} bytes "
                    f"are kept for the next attempt. {_remedy(model, file)}"
                ) from error
    if not file_checksum(part).startswith(model.sha256 or ""):
        part.unlink()
        raise ValueError(
            f"{model.url} gave another file than the published one (its SHA-256 is not "
            f"{model.sha256}); nothing of it was kept"
        )
    with part.open("rb") as whole:
        os.fsync(whole.fileno())
    part.replace(file)


class _Refused(Exception):
    """An answer that no second attempt would better."""


def _receive(
    model: HubModel, part: Path, progress: Progress | None, timeout: float
) -> None:
    """Append to a part what it lacks, or begin again where the server wants it."""
    start = part.stat().st_size if part.is_file() else 0
    if model.bytes is not None and start >= model.bytes:
        if start == model.bytes:
            return
        part.unlink()
        start = 0
    headers = {"User-Agent": f"mcf/{__version__}", "Accept-Encoding": "identity"}
    tag = part.with_name(f"{part.name}.tag")
    if start and (tag.is_file() or model.sha256 is not None):
        headers["Range"] = f"bytes={start}-"
        if tag.is_file():
            headers["If-Range"] = tag.read_text(encoding="latin-1")
    request = urllib.request.Request(model.url, headers=headers)
    try:
        response = urllib.request.urlopen(request, timeout=timeout)
    except urllib.error.HTTPError as error:
        if error.code == 416 or error.code >= 500:
            tag.unlink(missing_ok=True)  # begin again
            raise ConnectionError(f"status {error.code}") from error
        raise _Refused(f"status {error.code} {error.reason}") from error
    with response:
        _check_place(response.geturl())
        start, total = _extent(response, start)
        if model.bytes not in (None, total) and total is not None:
            raise _Refused(f"it has {total} bytes, the published file {model.bytes}")
        if start == 0:
            _remember_version(response, tag)
        with part.open("r+b" if start else "wb") as file:
            file.seek(start)
            file.truncate()
            _copy(response, file, start, total, model.bytes or MOST_BYTES, progress)
    tag.unlink(missing_ok=True)


def _check_place(url: str) -> None:
    """Refuse to be led to an address without encryption."""
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise _Refused(f"it leads to {url}, which is not encrypted")


def _extent(response: http.client.HTTPResponse, start: int) -> tuple[int, int | None]:
    """First byte of the answer's body, and bytes of the whole file."""
    if response.status == 206:
        found = re.fullmatch(
            r"bytes (\d+)-\d+/(\d+|\*)", response.headers.get("Content-Range", "")
        )
        if found is None or int(found[1]) != start:
            raise _Refused("it sends another part than was asked for")
        return start, None if found[2] == "*" else int(found[2])
    length = response.headers.get("Content-Length", "")
    return 0, int(length) if length.isdecimal() else None


def _remember_version(response: http.client.HTTPResponse, tag: Path) -> None:
    """Keep what tells this version of the file, to go on with no other."""
    version = response.headers.get("ETag", "")
    if not version or version.startswith("W/"):
        version = response.headers.get("Last-Modified", "")
    tag.unlink(missing_ok=True)
    if version and response.headers.get("Accept-Ranges") != "none":
        write_atomically(version.encode("latin-1"), tag)


def _copy(
    response: http.client.HTTPResponse,
    file: object,
    start: int,
    total: int | None,
    most: int,
    progress: Progress | None,
) -> None:
    there = start
    while block := response.read(BLOCK):
        there += len(block)
        if there > most:
            raise _Refused(f"it has more than {most} bytes")
        file.write(block)
        if progress is not None:
            progress(there, total)
    if total is not None and there != total:
        raise ConnectionError(f"the connection ended after {there} of {total} bytes")


def _is_passing(error: Exception) -> bool:
    """Whether a second attempt may fare better though nothing came."""
    reason = getattr(error, "reason", error)
    return not isinstance(reason, ssl.SSLCertVerificationError) and isinstance(
        reason, (TimeoutError, ConnectionResetError, http.client.HTTPException)
    )


def _reason(error: Exception) -> str:
    reason = getattr(error, "reason", None) or error
    return str(reason) or type(reason).__name__


def _log(text: str) -> None:
    from mmengine.logging import MMLogger  # not for a list of models

    MMLogger.get_current_instance().info(text)
