"""Where S3 is and how it is talked to: what botocore reads in the environment, as options of an obstore.

A variable that is set to nothing counts as absent.
Source: https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
"""

from __future__ import annotations

import re
from datetime import timedelta

from worker.errors import BeyondObstoreError, S3RefusalError
from worker.s3_credentials import credentials

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing is a module too, and not a small one
    from collections.abc import Mapping
    from typing import Any

    Environment = Mapping[str, str]

GLOBAL_REGION = "us-east-1"
"""Where S3's address without a region is, and what is meant where no region is named."""
_ATTEMPTS = 5  # what botocore does when AWS_MAX_ATTEMPTS does not say
_CONNECT_SECONDS = 60  # as botocore
_RETRY_SECONDS = 300  # after which a request that fails is not sent again: its signature has a time, too
_ADDRESS = re.compile(r"https?://[\w.:@\[\]-]+(/[!-~]*)?", re.ASCII)
_REGION = re.compile(r"[a-z0-9-]+")
_BUCKET = re.compile(r"[a-zA-Z0-9._-]{1,255}")
_BUCKET_IN_HOST = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
# Of the partitions, https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
_DOMAINS = {
    "cn": "amazonaws.com.cn",
    "eusc": "amazonaws.eu",
    "us-iso": "c2s.ic.gov",
    "us-isob": "sc2s.sgov.gov",
    "eu-isoe": "cloud.adc-e.uk",
    "us-isof": "csp.hci.ic.gov",
}
_NEVER_BY_PROXY = "169.254.169.254,169.254.170.2,fd00:ec2::254"  # who tells the credentials of instances and tasks


def region(environment: Environment) -> str:
    """The region of the job; the variable that botocore knows comes first."""
    name = "AWS_DEFAULT_REGION" if environment.get("AWS_DEFAULT_REGION") else "AWS_REGION"
    value = environment.get(name) or GLOBAL_REGION
    if not _REGION.fullmatch(value):
        raise S3RefusalError(f"{name} must be a region such as {GLOBAL_REGION}; it is {value!r}")
    return value


def options(bucket: str, where: str, environment: Environment, seconds: int) -> dict[str, Any]:
    """What a store is made with.

    Args:
        bucket: its bucket.
        where: the region of the bucket.
        environment: the job's.
        seconds: how long S3 may send nothing.

    Raises:
        S3RefusalError: a variable is not what it must be.
        BeyondObstoreError: only botocore can do what a variable, or the bucket, asks for.
    """
    return _options(address(bucket, where, environment), bucket, where, environment, seconds)


def global_options(bucket: str, environment: Environment, seconds: int) -> dict[str, Any] | None:
    """The same for S3's address without a region; None where S3 is elsewhere, or the bucket no part of an address."""
    where = region(environment)
    if _given(environment, "S3") or domain(where) != "amazonaws.com" or not _BUCKET_IN_HOST.fullmatch(bucket):
        return None
    return _options(f"https://{bucket}.s3.amazonaws.com", bucket, GLOBAL_REGION, environment, seconds)


def address(bucket: str, where: str, environment: Environment) -> str:
    """The address of a bucket."""
    if given := _given(environment, "S3"):
        return f"{given.rstrip('/')}/{bucket}"
    host = "s3-fips" if _is_on(environment, "AWS_USE_FIPS_ENDPOINT") else "s3"
    if _is_on(environment, "AWS_USE_DUALSTACK_ENDPOINT"):
        host += ".dualstack"
    host += f".{where}.{domain(where)}"
    return f"https://{bucket}.{host}" if _BUCKET_IN_HOST.fullmatch(bucket) else f"https://{host}/{bucket}"


def attempts(environment: Environment) -> int:
    """How often a request is sent, at most."""
    value = environment.get("AWS_MAX_ATTEMPTS") or str(_ATTEMPTS)
    if not (value.isascii() and value.isdigit() and 0 < int(value) < 1000):  # noqa: PLR2004 - more is a mistake
        raise S3RefusalError(f"AWS_MAX_ATTEMPTS must be a whole number, 1 or more; it is {value!r}")
    return int(value)


def domain(where: str) -> str:
    """The end of every address in the partition of a region."""
    first, _, rest = where.partition("-")
    return _DOMAINS.get(first) or _DOMAINS.get(f"{first}-{rest.partition('-')[0]}") or "amazonaws.com"


def _options(at: str, bucket: str, where: str, environment: Environment, seconds: int) -> dict[str, Any]:
    if bucket.startswith("arn:") or bucket.endswith("--x-s3"):
        raise BeyondObstoreError("obstore has no ARNs and no directory buckets")
    if not _BUCKET.fullmatch(bucket):
        raise S3RefusalError(f"the bucket {bucket!r} has a name that none can have")
    sts = _given(environment, "STS") or f"https://sts.{where}.{domain(where)}"
    known = credentials(environment, sts)
    return {
        "bucket": bucket,
        "region": where,
        "aws_endpoint_url_s3": at,  # before what it reads in AWS_ENDPOINT_URL_S3
        "virtual_hosted_style_request": True,  # the bucket is in the address
        "checksum_algorithm": "SHA256",  # a bucket with Object Lock takes nothing without one
        "client_options": {
            "connect_timeout": f"{_CONNECT_SECONDS}s",
            "read_timeout": f"{seconds}s",
            "timeout": "1d",  # of a whole request: none
            "allow_http": at.startswith("http://"),
            **_trust(environment, at, in_environment="access_key_id" in known),
            **_proxy(environment, at),
        },
        "retry_config": {
            "max_retries": attempts(environment) - 1,
            "backoff": {"init_backoff": timedelta(seconds=0.5), "max_backoff": timedelta(seconds=20), "base": 4},
            "retry_timeout": timedelta(seconds=_RETRY_SECONDS),
        },
        **known,
    }


def _given(environment: Environment, service: str) -> str | None:
    """The address of a service, if the environment has one."""
    if _is_on(environment, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"):
        return None
    for name in (f"AWS_ENDPOINT_URL_{service}", "AWS_ENDPOINT_URL"):
        if given := environment.get(name):
            if not _ADDRESS.fullmatch(given):
                raise S3RefusalError(f"{name} must look like https://host or http://host:port; it is {given!r}")
            return given
    return None


def _trust(environment: Environment, at: str, *, in_environment: bool) -> dict[str, Any]:
    """Whose certificates are good; as in botocore, a bundle replaces those of the system."""
    name = "AWS_CA_BUNDLE" if environment.get("AWS_CA_BUNDLE") else "REQUESTS_CA_BUNDLE"
    path = environment.get(name)
    if not path:
        # Without TLS nobody's: to read them all takes longer than all else.
        return {"disable_system_certificates": True} if at.startswith("http://") and in_environment else {}
    try:
        with open(path, encoding="utf-8") as file:  # noqa: PTH123 - pathlib is not small
            bundle = file.read()
    except (OSError, ValueError) as error:
        raise S3RefusalError(f"{name} cannot be read: {error}") from error
    if "-----BEGIN CERTIFICATE-----" not in bundle:
        raise S3RefusalError(f"{name} has no certificates in PEM: {path}")
    return {"root_certificate": bundle, "disable_system_certificates": True}


def _proxy(environment: Environment, at: str) -> dict[str, Any]:
    scheme = at.partition(":")[0]
    proxy = environment.get(f"{scheme}_proxy") or environment.get(f"{scheme.upper()}_PROXY")
    if not proxy:
        return {}
    direct = environment.get("no_proxy") or environment.get("NO_PROXY")
    return {
        "proxy_url": proxy if "://" in proxy else f"http://{proxy}",
        "proxy_excludes": f"{direct},{_NEVER_BY_PROXY}" if direct else _NEVER_BY_PROXY,
    }


def _is_on(environment: Environment, name: str) -> bool:
    return (environment.get(name) or "").lower() == "true"
