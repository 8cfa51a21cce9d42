"""Files that forms of web pages send to S3, by the policy that somebody has signed for them.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html and
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html
"""

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from botocore.auth import HmacV1Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from werkzeug.formparser import parse_form_data

from constructs_lib.local.signatures.presented import ALGORITHM, read_scope
from constructs_lib.local.signatures.problems import Problem, RefusedError
from constructs_lib.local.signatures.received import Received

_KIND = "multipart/form-data"
_UNCHECKED = {"awsaccesskeyid", "file", "policy", "signature", "x-amz-signature"}
_UNCHECKED_PREFIX = "x-ignore-"


@dataclass(frozen=True)
class Form:
    """What a form has sent.

    Args:
        fields: its fields by their names in lower case.
        size: of its file, in bytes.
        bucket: where it is to go.
    """

    fields: Mapping[str, str]
    size: int
    bucket: str

    @property
    def is_signed(self) -> bool:
        """Whether somebody has signed a policy for it."""
        return "policy" in self.fields or "x-amz-credential" in self.fields or "awsaccesskeyid" in self.fields

    @property
    def access_key(self) -> str:
        """The id of the key that its policy is signed with.

        Raises:
            RefusedError: it names none.
        """
        if "x-amz-credential" in self.fields:
            return read_scope(self.fields["x-amz-credential"])["key"]
        return self._field("awsaccesskeyid")

    @property
    def token(self) -> str | None:
        """Of the session."""
        return self.fields.get("x-amz-security-token")

    def check(self, secret: str, now: datetime) -> None:
        """Check signature and policy.

        Args:
            secret: of the key.
            now: the time of this machine.

        Raises:
            RefusedError: it is not what was signed.
        """
        policy = self._field("policy")
        if "x-amz-credential" in self.fields:
            computed, given = self._signature_4(policy, secret), self._field("x-amz-signature")
        else:
            signer = HmacV1Auth(Credentials("unused", secret))
            computed, given = str(signer.sign_string(policy)), self._field("signature")
        if not hmac.compare_digest(computed.encode(), given.encode()):
            raise RefusedError(Problem.WRONG_SIGNATURE)
        self._check_policy(policy, now)

    def _signature_4(self, policy: str, secret: str) -> str:
        scope = read_scope(self.fields["x-amz-credential"])
        is_dated = self._field("x-amz-date").startswith(scope["date"])
        if self._field("x-amz-algorithm") != ALGORITHM or scope["service"] != "s3" or not is_dated:
            raise RefusedError(Problem.INVALID, "X-Amz-Algorithm or X-Amz-Date do not fit to X-Amz-Credential")
        request = AWSRequest()
        request.context["timestamp"] = self._field("x-amz-date")
        signer = SigV4Auth(Credentials(scope["key"], secret), scope["service"], scope["region"])
        return str(signer.signature(policy, request))

    def _check_policy(self, text: str, now: datetime) -> None:
        try:
            policy = json.loads(base64.b64decode(text, validate=True))
            ends, conditions = datetime.fromisoformat(policy["expiration"]), policy["conditions"]
            rules = [rule for condition in conditions for rule in _rules(condition)]
        except (binascii.Error, ValueError, KeyError, TypeError, AttributeError, UnicodeError) as error:
            raise RefusedError(Problem.DENIED, f"Invalid Policy: {error}") from None
        if now > (ends if ends.tzinfo else ends.replace(tzinfo=UTC)):
            raise RefusedError(Problem.DENIED, "Invalid according to Policy: Policy expired.")
        for kind, name, wanted in rules:
            self._check_rule(kind, name, wanted)
        checked = {name for _, name, _ in rules}
        extra = sorted(
            name
            for name in self.fields
            if name not in checked and name not in _UNCHECKED and not name.startswith(_UNCHECKED_PREFIX)
        )
        if extra:
            raise RefusedError(Problem.DENIED, f"Invalid according to Policy: Extra input fields: {', '.join(extra)}")

    def _check_rule(self, kind: str, name: str, wanted: Any) -> None:
        if kind == "content-length-range":
            if self.size > wanted[1]:
                raise RefusedError(Problem.TOO_LARGE)
            if self.size < wanted[0]:
                raise RefusedError(Problem.TOO_SMALL)
            return
        given = self.bucket if name == "bucket" else self.fields.get(name, "")
        holds = given.startswith(wanted) if kind == "starts-with" else given == wanted
        if not holds:
            told = json.dumps([kind, f"${name}", wanted])
            raise RefusedError(Problem.DENIED, f"Invalid according to Policy: Policy Condition failed: {told}")

    def _field(self, name: str) -> str:
        if name not in self.fields:
            raise RefusedError(Problem.INVALID, f"Bucket POST must contain a field named '{name}'.")
        return self.fields[name]

    def parameters(self) -> dict[str, str]:
        """What PutObject would have been called with: as IAM looks at it."""
        names = {"acl": "ACL", "key": "Key", "tagging": "Tagging"}
        found = {member: self.fields[name] for name, member in names.items() if name in self.fields}
        return {"Bucket": self.bucket, "Key": "", **found}


def form_of(received: Received) -> Form | None:
    """Read a form that is sent to a bucket; None for a request that is none.

    Raises:
        RefusedError: it has a field several times.
    """
    is_form = (received.header("content-type") or "").lower().startswith(_KIND)
    bucket = received.bucket
    if received.method != "POST" or not is_form or received.query or not bucket:
        return None
    environ = {**received.environ, "wsgi.input": BytesIO(received.body), "CONTENT_LENGTH": str(len(received.body))}
    _, given, files = parse_form_data(environ)
    fields = {name.lower(): value for name, value in given.items()}
    sizes = {name: len(file.read()) for name, file in files.items(multi=True)}
    for file in files.values():
        file.close()
    if len(fields) < len(list(given.items(multi=True))) or len(sizes) < len(list(files.items(multi=True))):
        raise RefusedError(Problem.INVALID, "POST requires each field at most once.")
    return Form(fields, sizes.get("file", len(fields.get("file", "").encode())), bucket)


def _rules(condition: Any) -> list[tuple[str, str, Any]]:
    """Kind, field and value of each rule of a condition."""
    if isinstance(condition, dict):
        return [("eq", name.lower(), str(value)) for name, value in condition.items()]
    kind, first, second = condition
    if kind == "content-length-range":
        return [(kind, "", (int(first), int(second)))]
    if kind not in ("eq", "starts-with") or not first.startswith("$"):
        raise ValueError(f"no condition: {condition}")
    return [(kind, first[1:].lower(), str(second))]
