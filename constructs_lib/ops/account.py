"""An account and region of AWS, or an embedded AWS, as operations reach it."""

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Self
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
    ReadTimeoutError,
)

from constructs_lib.local.account import partition_of
from constructs_lib.ops.errors import OperationError

_CONFIG = Config(connect_timeout=10, read_timeout=60)
_ATTEMPTS = Config(retries={"mode": "standard", "total_max_attempts": 8})
"""Listing many jobs or reading long histories is throttled: eight attempts last about a minute."""

_CANNOT_BE_USED = "the AWS configuration in the environment cannot be used"
_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired"}
_EXPIRED_SSO = {"TokenRetrievalError", "SSOTokenLoadError", "UnauthorizedSSOTokenError"}
_THROTTLED = {"Throttling", "ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded", "SlowDown"}
_UNWELL = {"InternalServerError", "InternalFailure", "InternalError", "ServiceUnavailable"}
_UNREACHED = (ConnectionClosedError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError)
_UNKNOWN = {"InvalidClientTokenId", "InvalidAccessKeyId", "UnrecognizedClientException", "SignatureDoesNotMatch"}


@dataclass(frozen=True)
class Account:
    """An account and region, and its boto3 clients, which try again when AWS throttles.

    Args:
        session: has credentials and region.
        endpoint_url: where requests go. Default: to AWS.
    """

    session: boto3.Session
    endpoint_url: str | None = None
    _clients: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def open(cls, *, profile: str | None = None, region: str | None = None, endpoint_url: str | None = None) -> Self:
        """Choose an account by what boto3 reads, too: profiles, environment, role of the machine.

        Args:
            profile: of the AWS configuration. Default: AWS_PROFILE, or ``default``.
            region: such as ``eu-central-1``. Default: that of the environment or of the profile.
            endpoint_url: of an embedded AWS, whose access key is found if it runs on this machine and no profile is
                given. Default: AWS_ENDPOINT_URL, or else AWS.

        Raises:
            OperationError: there is no such profile, no region is known, or the endpoint is no URL.
        """
        url = endpoint_url or os.environ.get("AWS_ENDPOINT_URL")
        try:
            if url:
                _check_url(url, is_given=endpoint_url is not None)
            session = _session(profile, region, url)
        except ProfileNotFound as error:
            known = ", ".join(boto3.Session().available_profiles) or "none"
            raise OperationError(f"{error}: choose one with --profile, there are: {known}") from None
        if not session.region_name:
            raise OperationError("no region is known: give --region, or set AWS_REGION, or the region of the profile")
        return cls(session, url)

    @property
    def region(self) -> str:
        """The region's name."""
        return str(self.session.region_name)

    @property
    def partition(self) -> str:
        """The partition of the region: ``aws``, ``aws-cn``, ``aws-us-gov``."""
        return partition_of(self.region)

    @cached_property
    def number(self) -> str:
        """The 12 digits of the account, by sts:GetCallerIdentity."""
        return str(self.client("sts").get_caller_identity()["Account"])

    def client(self, service: str) -> Any:
        """The boto3 client of a service; one is made of each."""
        if service not in self._clients:
            # A person who says how often to try is heeded.
            config = _CONFIG if os.environ.get("AWS_MAX_ATTEMPTS") else _CONFIG.merge(_ATTEMPTS)
            if self.endpoint_url:
                config = config.merge(Config(inject_host_prefix=False))
            try:
                self._clients[service] = self.session.client(service, endpoint_url=self.endpoint_url, config=config)
            except ValueError as error:  # what boto3 reads and does not check, such as a number that is none
                raise OperationError(f"{_CANNOT_BE_USED}: {error}") from None
        return self._clients[service]

    def now(self) -> datetime:
        """The time by which ages and durations are told."""
        return datetime.now(UTC)

    @property
    def shown(self) -> str:
        """Where this is, for messages."""
        return f"{self.endpoint_url} ({self.region})" if self.endpoint_url else self.region


def explained(error: BotoCoreError | ClientError) -> str:
    """What AWS, or the way to it, refused, in one line, with the remedy where there is one."""
    text = " ".join(_told(error).split())
    if isinstance(error, NoCredentialsError):
        return f"{text}: run `aws configure`, or `aws sso login`, or give --profile"
    if isinstance(error, NoRegionError):
        return f"{text} Give --region, or set AWS_REGION."
    code = _code(error)
    if is_expired(error):
        return f"{text}: the credentials have expired, renew them, as by `aws sso login`"
    if code in _THROTTLED:
        return f"{text}: AWS throttles this account and region, and did so for a minute; try again later"
    if code in _UNKNOWN:
        return f"{text}: these credentials are of another account, or of none; look at `aws configure list`"
    return text


def is_no_execution(error: Exception) -> bool:
    """Whether there is no such execution, which Step Functions tells for an ARN that is named."""
    return _code(error) == "ExecutionDoesNotExist"


def is_expired(error: Exception) -> bool:
    """Whether credentials that were good have expired."""
    return _code(error) in _EXPIRED or type(error).__name__ in _EXPIRED_SSO


def is_transient(error: Exception) -> bool:
    """Whether a call that reads may be made again after a while: AWS throttled it, is unwell, or was not reached."""
    return _code(error) in _THROTTLED | _UNWELL or isinstance(error, _UNREACHED)


def _code(error: Exception) -> str | None:
    return error.response.get("Error", {}).get("Code") if isinstance(error, ClientError) else None


def _told(error: BotoCoreError | ClientError) -> str:
    if not isinstance(error, ClientError) or "Message" not in error.response.get("Error", {}):
        return str(error)
    told = error.response["Error"]
    text = f"{told['Message']} ({told.get('Code', 'no code')})"
    # What is denied is named in the message, with its service.
    return text if f":{error.operation_name}" in text else f"{error.operation_name}: {text}"


def _check_url(url: str, *, is_given: bool) -> None:
    reason = f"Invalid endpoint: {url}"
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and (parts.port or True)
    except ValueError as error:  # a port that is none
        usable, reason = False, str(error)
    if usable:
        return
    if is_given:
        raise OperationError(f"the endpoint {url!r} is no URL such as http://127.0.0.1:4566")
    raise OperationError(f"{_CANNOT_BE_USED}: {reason}; AWS_ENDPOINT_URL is a URL such as http://127.0.0.1:4566")


def _session(profile: str | None, region: str | None, url: str | None) -> boto3.Session:
    if url and not profile:
        from constructs_lib.local.control.instances import keys_at  # noqa: PLC0415 - not on every system

        if keys := keys_at(url):
            from constructs_lib.local.control.client import ControlClient, ControlError  # noqa: PLC0415 - as above

            try:
                where = region or os.environ.get("AWS_REGION") or ControlClient(url).location().region
            except ControlError as error:
                raise OperationError(str(error)) from None
            return boto3.Session(keys.access_key, keys.secret_key, region_name=where)
    # boto3 reads AWS_DEFAULT_REGION alone, all newer SDKs AWS_REGION first.
    return boto3.Session(profile_name=profile, region_name=region or os.environ.get("AWS_REGION"))
