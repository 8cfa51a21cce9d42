"""What the tests of buckets are made of: a bucket that is open, policies, and roles that are taken on."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from constructs_lib.local.account import Keys
from constructs_lib.local.aws import EmbeddedAws
from tests.unit.local.signatures.requests import Client

OPEN = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False)
DENIED = (403, "AccessDenied")


@contextmanager
def open_bucket(aws: EmbeddedAws, name: str) -> Iterator[None]:
    """A bucket that nothing blocks, with one object; lists count in it."""
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=name)
    rules = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls=rules)
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=OPEN)
    s3.put_object(Bucket=name, Key="key", Body=b"text")
    yield
    for item in s3.list_objects_v2(Bucket=name).get("Contents", []):
        s3.delete_object(Bucket=name, Key=item["Key"])
    for upload in s3.list_multipart_uploads(Bucket=name).get("Uploads", []):
        s3.abort_multipart_upload(Bucket=name, Key=upload["Key"], UploadId=upload["UploadId"])
    s3.delete_bucket(Bucket=name)


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def statement(effect: str, action: Any, resource: str = "arn:aws:s3:::things/*", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Principal": "*", "Action": action, "Resource": resource, **more}


def role(aws: EmbeddedAws, name: str, *statements: dict[str, Any]) -> Client:
    """Whoever has taken on a role."""
    iam = aws.client("iam")
    trust = policy({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"})
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    if statements:
        iam.put_role_policy(RoleName=name, PolicyName="rights", PolicyDocument=policy(*statements))
    made = aws.client("sts").assume_role(RoleArn=arn, RoleSessionName="me")["Credentials"]
    keys = Keys(made["AccessKeyId"], made["SecretAccessKey"])
    return Client(aws.endpoint_url, keys, token=made["SessionToken"])
