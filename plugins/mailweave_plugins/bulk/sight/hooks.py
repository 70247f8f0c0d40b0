"""Call somebody when a run has ended: a URL with a POST, or a command, both with the same JSON (docs/watching-runs.md).

A hook never changes what a run came to: what fails in it is a warning.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from http.client import HTTPException
from importlib.metadata import version
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

# What stands there is sent as the header Authorization of a POST.
AUTHORIZATION: Final = "MAILWEAVE_HOOK_AUTHORIZATION"
# What a command doesn't get of our environment.
_SECRETS: Final = (AUTHORIZATION, "MAILWEAVE_SMTP_PASSWORD")
_TIMEOUT: Final = 10.0  # seconds for one try of a POST
_LONGEST: Final = 60.0  # seconds for a command
# Seconds between the three tries.
PAUSES: Final = (1.0, 4.0)
_SCHEME: Final = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*)://")

Warn = Callable[[str, str], None]


def check(hook: str) -> None:
    """Look at a hook before the run begins.

    Raises:
        ValueError: it is neither a URL that can be called nor a command that is there.
    """
    if _SCHEME.match(hook):
        _address(hook)
        return
    words = _words(hook)
    if shutil.which(words[0]) is None:
        raise ValueError(f"there is no command '{words[0]}'; write a URL that begins with https://, or the path of a program")


def call(hook: str, payload: Mapping[str, Any], warn: Warn) -> None:
    """Call a hook; `warn` hears, as what and remedy, why that failed."""
    data = json.dumps(payload).encode()
    try:
        problem = _post(hook, data) if _SCHEME.match(hook) else _run(hook, data)
    except Exception as error:  # nothing of it may change how the run ended
        problem = f"{type(error).__name__}: {error}"
    if problem:
        warn(f"the hook {_shown(hook)} failed: {problem}", "the run isn't concerned; try the hook by hand")


def _words(hook: str) -> list[str]:
    try:
        words = shlex.split(hook)
    except ValueError as error:
        raise ValueError(f"the command can't be read: {str(error).lower()}; put quotes in pairs") from error
    if not words:
        raise ValueError("it is empty; write a URL or a command")
    return words


def _address(hook: str) -> SplitResult:
    try:
        url = urlsplit(hook)
        host, _ = url.hostname, url.port
    except ValueError as error:
        raise ValueError(f"this URL can't be read: {error}") from error
    if url.scheme.lower() not in ("http", "https"):
        raise ValueError(f"{url.scheme}:// can't be called; write https:// or http://")
    if not host:
        raise ValueError("the URL names no host; write https://host/path")
    if url.username or url.password:
        raise ValueError(f"a URL must not hold a password, as others may read it; put an Authorization header into {AUTHORIZATION}")
    return url


def _shown(hook: str) -> str:
    """A hook without what may be a secret."""
    if not _SCHEME.match(hook):
        return f"'{_words(hook)[0]}'"
    url = urlsplit(hook)
    return f"{url.scheme}://{url.netloc}/…"


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A POST that is sent on becomes a GET, which tells nobody anything."""

    def redirect_request(self, *_: Any) -> None:
        """Don't follow."""
        return


def _post(hook: str, data: bytes) -> str | None:
    """Post three times at most; why it failed, or None."""
    headers = {"Content-Type": "application/json", "User-Agent": f"mailweave/{version('mailweave')}"}
    secret = os.environ.get(AUTHORIZATION)
    if secret:
        if not _safe(_address(hook)):
            return f"{AUTHORIZATION} is only sent to https:// or to this machine"
        headers["Authorization"] = secret
    opener = urllib.request.build_opener(_NoRedirects)
    problem: str | None = None
    for pause in (*PAUSES, None):
        request = urllib.request.Request(hook, data, headers, method="POST")
        again, problem = _once(opener, request)
        if not again or pause is None:
            break
        time.sleep(pause)
    return problem


def _once(opener: urllib.request.OpenerDirector, request: urllib.request.Request) -> tuple[bool, str | None]:
    """Whether another try may help, and what went wrong."""
    try:
        with opener.open(request, timeout=_TIMEOUT):
            return False, None
    except urllib.error.HTTPError as error:
        with error:
            return error.code in (408, 425, 429) or error.code >= 500, f"it answered {error.code} {error.reason}"
    except urllib.error.URLError as error:
        return True, str(error.reason)
    except (OSError, HTTPException) as error:
        return True, str(error) or type(error).__name__


def _safe(url: SplitResult) -> bool:
    host = url.hostname or ""
    if url.scheme.lower() == "https" or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _run(hook: str, data: bytes) -> str | None:
    """Run a command once, without a shell; why it failed, or None. What it prints isn't shown, but for its last line when it failed."""
    environment = {name: value for name, value in os.environ.items() if name not in _SECRETS}
    try:
        done = subprocess.run(
            _words(hook), input=data, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment, timeout=_LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        return f"it took longer than {_LONGEST:g} seconds, and was ended"
    except OSError as error:
        return error.strerror or str(error)
    if done.returncode == 0:
        return None
    last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2][-200:]
    return f"it ended with status {done.returncode}" + (f": {last}" if last else "")
