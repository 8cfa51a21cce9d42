"""What an error of obstore says, in one line and in botocore's words, which logs and people know.

An error's text is its sentence with the answer of S3, if there was one, and below it what it is made of in Rust.
"""

import re

_ASKED = re.compile(r"Error performing (\S+) (\S+) in ")
_STATUS = re.compile(r"non-2xx status code: (\d+) ?([^:]*)")
_RETRIES = re.compile(r"after (\d+) retries")
_REDIRECT = re.compile(r"redirect without LOCATION|status code: 30\d")
_PROVIDER = "External AWS credential provider"  # that of worker.container_credentials
_SUBJECT = re.compile(rf"^(?:Generic [\w ]+ error|.*{_PROVIDER}: \w+): ")
_CAUSE = re.compile(r'(?:message|error): "([^"]+)"|General\(\s*"([^"]+)"|Invalid(Certificate\(\s*\w+)')


def reason(error: str, operation: str, address: str) -> str:
    """Why a request failed.

    Args:
        error: the text of the error.
        operation: what was asked of S3, as its API calls it.
        address: where the bucket is.
    """
    text, _, details = error.partition("\n\nDebug source:\n")
    asked = _ASKED.search(text)
    if not asked or asked[2].startswith(address):
        return _reason(text, details, operation, address)
    if asked[2] == "REDACTED":  # because what is sent to STS is secret
        return _reason(text, details, "AssumeRoleWithWebIdentity", "AWS STS")
    return f"Unable to locate credentials: {_reason(text, details, asked[1], asked[2])}"


def code(error: str) -> str:
    """What S3 calls the error; nothing when it did not answer."""
    return _element(error, "Code")


def region(error: str) -> str | None:
    """The region that S3 says a request should have been signed for."""
    return _element(error, "Region") or None


def is_redirect(error: str) -> bool:
    """Whether S3 said that the bucket is elsewhere, and not where."""
    return _REDIRECT.search(error) is not None


def is_unanswered(error: str) -> bool:
    """Whether a request was sent, and what became of it is not known."""
    return "kind: Interrupted" in error or "kind: Timeout" in error


def _reason(text: str, details: str, operation: str, address: str) -> str:
    retries = _RETRIES.search(text)
    calling = f"when calling the {operation} operation" + (f" (reached max retries: {retries[1]})" if retries else "")
    if code := _element(text, "Code"):
        return f"An error occurred ({code}) {calling}: {_element(text, 'Message')}"
    if is_redirect(text):
        return f"An error occurred (PermanentRedirect) {calling}: the bucket is in another region: set AWS_REGION"
    if status := _STATUS.search(text):
        return f"An error occurred ({status[1]}) {calling}: {status[2].strip()}"
    return _unanswered(text, details, calling, address)


def _unanswered(text: str, details: str, calling: str, address: str) -> str:
    cause = _CAUSE.search(details)
    words = " ".join(cause[cause.lastindex or 0].split()).replace("Certificate( ", "certificate: ") if cause else ""
    because = f" ({words})" if words else ""
    if "kind: Timeout" in details:
        return f'Timeout {calling} on endpoint URL: "{address}"'
    if "kind: Connect" in details:
        return f'Could not connect to the endpoint URL: "{address}"{because}'
    if "HttpError" in details:
        return f'Connection was closed {calling} on endpoint URL: "{address}"{because}'
    sentence = " ".join(_SUBJECT.sub("", text).split()) + because
    return f"Unable to locate credentials: {sentence}" if _PROVIDER in text else sentence


def _element(text: str, name: str) -> str:
    """The text of the first XML element of a name; nothing when there is none."""
    found = text.partition(f"<{name}>")[2].partition(f"</{name}>")[0]
    for escape, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        found = found.replace(escape, letter)
    return " ".join(found.split())
