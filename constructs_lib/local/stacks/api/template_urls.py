"""Templates in buckets: the CDK command line and SAM upload large ones, and name them by a URL of this endpoint.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html (TemplateURL) and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
"""

import re
from urllib.parse import unquote, urlsplit

from botocore.exceptions import ClientError

from constructs_lib.local.stacks.engine.errors import CallError
from constructs_lib.local.stacks.services import Services
from constructs_lib.templates.errors import TemplateError

_WITHOUT_BUCKET = re.compile(r"s3[.-].+|localhost|host\.docker\.internal|[\d.]+|[\da-f]*:[\da-f:]*")
"""S3 of AWS, and what this machine is called."""
_WITH_BUCKET = re.compile(r"(?P<bucket>.+?)\.(?:s3[.-].+|(?:s3\.)?localhost)")
_NO_URL = "TemplateURL must be a supported URL."
_HELP = "For more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"


def bucket_and_key(url: str) -> tuple[str, str]:
    """Where the template is that a URL names.

    Raises:
        CallError: it is no URL of an object, in CloudFormation's words.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        raise CallError(_NO_URL) from None
    path = unquote(parts.path.removeprefix("/"))
    if _WITHOUT_BUCKET.fullmatch(host):
        bucket, _, key = path.partition("/")
    else:
        named = _WITH_BUCKET.fullmatch(host)
        bucket, key = named["bucket"] if named else "", path
    if not (bucket and key and parts.scheme in ("http", "https")):
        raise CallError(_NO_URL)
    return bucket, key


def snippet(location: str, services: Services) -> str:
    """What ``s3://bucket/key`` has, or another address of an object.

    Raises:
        TemplateError: there is none.
    """
    bucket, _, key = location.removeprefix("s3://").partition("/")
    try:
        if not location.startswith("s3://"):
            return fetched(location, services)
        found = services.client("s3").get_object(Bucket=bucket, Key=key)
        return str(found["Body"].read().decode("utf-8-sig"))
    except CallError as error:
        raise TemplateError(error.message) from None
    except ClientError as error:
        told = error.response["Error"]["Message"]
        message = f"The S3 object with location {location} could not be read: {told}"
        raise TemplateError(f"Transform AWS::Include failed with: {message}") from None


def fetched(url: str, services: Services) -> str:
    """The template that a URL names, in a bucket of the account.

    Raises:
        CallError: there is none.
    """
    bucket, key = bucket_and_key(url)
    try:
        found = services.client("s3").get_object(Bucket=bucket, Key=key)
        return str(found["Body"].read().decode("utf-8-sig"))
    except ClientError as error:
        raise CallError(f"S3 error: {error.response['Error']['Message']}\n{_HELP}") from None
    except ValueError:
        raise CallError("Template format error: the template is no text in UTF-8.") from None
