"""What the libraries of stores raise, as a person should be told."""

from __future__ import annotations

import errno
from typing import Final

from mailweave import MailweaveError, Problem
from mailweave.deliverers import AwayError
from mailweave_plugins.bulk.delivering import undeliverable

# By name, because each library has its own, and none has to be installed.
_LOGIN: Final = frozenset(
    {
        "ClientAuthenticationError",
        "CredentialRetrievalError",
        "DefaultCredentialsError",
        "NoAuthTokenError",
        "NoCredentialsError",
        "PartialCredentialsError",
        "ProfileNotFound",
        "RefreshError",
        "SSOError",
        "TokenRetrievalError",
    }
)
# Nobody helps these by waiting.
_LOCAL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG)
_VARIABLES: Final = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, GOOGLE_APPLICATION_CREDENTIALS"


def fault(url: str, error: Exception) -> MailweaveError:
    """The error to raise instead."""
    if isinstance(error, MailweaveError):
        return error
    said = " ".join(str(error).split()) or type(error).__name__
    status = getattr(error, "code", None) or getattr(error, "status", None)
    names = {kind.__name__ for kind in type(error).__mro__}
    if _LOGIN & names or (isinstance(error, ValueError) and "credential" in said.lower()):
        remedy = f"set those of the store where the run and its workers see them: {_VARIABLES}"
        return _stop(f"there are no credentials for {url}: {said}", remedy, "no-login")
    if isinstance(error, PermissionError) or status in (401, 403, "401", "403"):
        return _stop(f"{url} can't be used: {said}", "check the credentials, and that they may list, read, write and delete there", "not-allowed")
    if isinstance(error, FileNotFoundError):
        return _stop(f"there is no {url}: {said}", "make the bucket, or correct the URL", "no-store")
    if isinstance(error, TypeError | ValueError | NotImplementedError):
        return _stop(f"{url} can't be opened: {said}", "correct the URL, and the options behind its question mark", "bad-url")
    if isinstance(error, OSError) and error.errno in _LOCAL:
        return undeliverable(error)
    what = f"{url} doesn't answer as it should: {said}"
    remedy = "check the URL and the network, and go on with the same command; --patience waits longer"
    return AwayError(Problem(what, remedy, code="away"))


def _stop(what: str, remedy: str, code: str) -> MailweaveError:
    return MailweaveError(Problem(what, remedy, code=code))
