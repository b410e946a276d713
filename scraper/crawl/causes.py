"""Why a download failed, in words: Scrapy's errors are about its own parts."""

from service_identity import CertificateError, VerificationError

CERTIFICATE = "certificate not valid"


def cause_of(error: BaseException) -> str:
    """What kind of failure it was, a colon, and what is said of it, in one line.

    >>> cause_of(TimeoutError("after 60 seconds"))
    'TimeoutError: after 60 seconds'
    """
    reasons = getattr(error.__cause__, "reasons", None)
    if not reasons:
        return f"{type(error).__name__}: {error}"[:200]
    inner = reasons[0].value
    if isinstance(inner, CertificateError | VerificationError):
        return f"{CERTIFICATE}: of another host"
    if "certificate verify failed" in str(inner):
        return f"{CERTIFICATE}: expired, or signed by nobody who is trusted"
    return f"{type(error).__name__}: {type(inner).__name__}: {inner}"[:200]
