"""What real clients sign is taken: boto3 in all its ways, obstore, and bodies in signed chunks."""

import io
import json
import urllib.request
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import boto3
import obstore
import pytest
from botocore.auth import EMPTY_SHA256_HASH, S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from obstore.store import S3Store

from constructs_lib.local.aws import EmbeddedAws
from tests.unit.local.signatures.requests import Answer, Client, Sent

KEYS = ["plain", "a b+c", "ü/~é", "with%2Fpercent", "two//slashes", "(x)*'!@$&=;:,?#[]", "a\\b^`{|}"]


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(tmp_path_factory.mktemp("run")) as made:
        made.client("s3").create_bucket(Bucket="things")
        yield made


@pytest.fixture(scope="module")
def client(aws: EmbeddedAws) -> Client:
    return Client(aws.endpoint_url, aws.keys)


def s3_of(aws: EmbeddedAws, **config: Any) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=aws.endpoint_url,
        region_name="eu-west-1",
        aws_access_key_id=aws.keys.access_key,
        aws_secret_access_key=aws.keys.secret_key,
        config=Config(**config),
    )


def fetch(url: str, method: str = "GET", body: bytes | None = None, **headers: str) -> bytes:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, body, named, method=method)  # noqa: S310 - it is ours
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - as above
        content: bytes = answer.read()
        return content


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("version", ["s3", "s3v4", None], ids=["version 2", "version 4", "boto3's default"])
def test_objects_of_all_names_are_there_for_boto3_and_for_its_presigned_urls(
    aws: EmbeddedAws, key: str, version: str | None
) -> None:
    s3 = s3_of(aws, signature_version=version) if version else s3_of(aws)
    s3.put_object(
        Bucket="things", Key=key, Body=io.BytesIO(b"1"), Metadata={"who": "me  too"}, ContentType="text/plain"
    )
    here = {"Bucket": "things", "Key": key}
    assert s3.get_object(**here)["Body"].read() == b"1"
    disposition = {**here, "ResponseContentDisposition": 'attachment; filename="a b.txt"'}
    assert fetch(s3.generate_presigned_url("get_object", Params=disposition)) == b"1"
    url = s3.generate_presigned_url("put_object", Params={**here, "ContentType": "text/plain"}, ExpiresIn=9)
    fetch(url, "PUT", b"2", content_type="text/plain")
    assert s3.get_object(**here)["Body"].read() == b"2"
    assert key in [item["Key"] for item in s3.list_objects_v2(Bucket="things", Prefix=key[:2])["Contents"]]
    fetch(s3.generate_presigned_url("delete_object", Params=here), "DELETE")
    assert "Contents" not in s3.list_objects_v2(Bucket="things", Prefix=key)


@pytest.mark.parametrize("version", ["s3", "s3v4"])
def test_what_a_presigned_url_has_of_headers_in_its_query_counts(aws: EmbeddedAws, version: str) -> None:
    s3 = s3_of(aws, signature_version=version)
    params = {"Bucket": "things", "Key": version, "Metadata": {"who": "me"}, "ContentType": "text/plain"}
    url = s3.generate_presigned_url("put_object", Params=params)
    # By version 4 the headers are signed and have to be sent; version 2 has them in the URL.
    headers = {"x_amz_meta_who": "me"} if version == "s3v4" else {}
    fetch(url, "PUT", b"1", content_type="text/plain", **headers)
    assert s3.head_object(Bucket="things", Key=version)["Metadata"] == {"who": "me"}


@pytest.mark.parametrize("version", ["s3", "s3v4"])
def test_a_form_gets_its_file_into_s3_as_its_policy_allows(aws: EmbeddedAws, client: Client, version: str) -> None:
    s3 = s3_of(aws, signature_version=version)
    form = s3.generate_presigned_post("things", f"form-{version}", Conditions=[["content-length-range", 1, 5]])

    def post(body: bytes, **changed: str) -> Answer:
        parts = {**form["fields"], **changed}
        lines = "".join(f'--b\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in parts.items())
        file = '--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
        content = lines.encode() + file.encode() + body + b"\r\n--b--\r\n"
        headers = {"Host": "localhost", "Content-Type": "multipart/form-data; boundary=b"}
        return Sent("POST", "/things", headers, content).to(client.url)

    assert post(b"12345").status == 204
    assert s3.get_object(Bucket="things", Key=f"form-{version}")["Body"].read() == b"12345"
    assert post(b"123456").refusal == (400, "EntityTooLarge")
    assert post(b"").refusal == (400, "EntityTooSmall")
    assert post(b"1", key="other").refusal == (403, "AccessDenied")
    assert post(b"1", acl="public-read").refusal == (403, "AccessDenied")
    assert post(b"1", policy=form["fields"]["policy"][:-4] + "AAAA").refusal == (403, "SignatureDoesNotMatch")
    name = "x-amz-credential" if version == "s3v4" else "AWSAccessKeyId"
    unknown = form["fields"][name].replace(aws.keys.access_key, "UNKNOWN")
    assert post(b"1", **{name: unknown}).refusal == (403, "InvalidAccessKeyId")
    ended = s3.generate_presigned_post("things", "ended", ExpiresIn=-1)["fields"]
    answer = post(b"1", **ended)
    assert answer.refusal == (403, "AccessDenied")
    assert b"Policy expired" in answer.body


@pytest.mark.parametrize("has_trailer", [False, True])
def test_chunks_are_signed_one_after_the_other(aws: EmbeddedAws, client: Client, has_trailer: bool) -> None:
    chunks, trailer = [b"a" * 70_000, b"b" * 10], b"x-amz-checksum-crc32:sOO8/Q==\n" if has_trailer else None
    sent = chunked(client, chunks, trailer)
    assert sent.to(client.url).status == 200
    body = aws.client("s3").get_object(Bucket="things", Key="chunks")["Body"].read()
    assert body == b"".join(chunks)
    for place in (sent.body.index(b"aaa"), sent.body.index(b"bbb"), sent.body.rindex(b"signature") + 12):
        changed = sent.body[:place] + b"0" + sent.body[place + 1 :]
        if changed != sent.body:
            assert sent.changed(body=changed).to(client.url).refusal == (403, "SignatureDoesNotMatch")
    swapped = chunked(client, chunks, trailer, order=(1, 0))
    assert swapped.to(client.url).refusal == (403, "SignatureDoesNotMatch")
    assert sent.changed(body=sent.body[:100]).to(client.url).refusal[0] in {400, 403}
    assert sent.changed(body=sent.body.replace(b"b" * 10, b"b" * 9)).to(client.url).refusal[0] in {400, 403}


def chunked(client: Client, chunks: list[bytes], trailer: bytes | None, order: tuple[int, ...] = (0, 1)) -> Sent:
    """A request whose body is signed in chunks, which are then sent in some order."""
    assert client.keys is not None
    kind = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" + ("" if trailer is None else "-TRAILER")
    length = {"x-amz-decoded-content-length": str(sum(map(len, chunks)))}
    request = AWSRequest("PUT", f"{client.url}/things/chunks", {"Content-Encoding": "aws-chunked", **length})
    signer = ChunkSigner(Credentials(client.keys.access_key, client.keys.secret_key), "s3", "us-east-1", kind)
    signer.add_auth(request)
    previous = request.headers["Authorization"].rpartition("=")[2]
    made: list[bytes] = []
    for chunk in [*chunks, b""]:
        text = f"{EMPTY_SHA256_HASH}\n{sha256(chunk).hexdigest()}"
        previous = signer.next("PAYLOAD", previous, text, request)
        made.append(b"%x;chunk-signature=%s\r\n%s" % (len(chunk), previous.encode(), chunk and chunk + b"\r\n"))
    end = b""
    if trailer is not None:
        signature = signer.next("TRAILER", previous, sha256(trailer).hexdigest(), request)
        end = trailer.rstrip() + b"\r\nx-amz-trailer-signature:%s\r\n" % signature.encode()
    body = b"".join(made[place] for place in order) + made[-1] + end + b"\r\n"
    return Sent(
        "PUT", "/things/chunks", {"Host": client.url.removeprefix("http://"), **dict(request.headers.items())}, body
    )


def test_chunks_that_are_not_signed_are_taken_when_the_request_says_so(aws: EmbeddedAws, client: Client) -> None:
    assert client.keys is not None
    headers = {
        "Content-Encoding": "aws-chunked",
        "x-amz-decoded-content-length": "5",
        "x-amz-trailer": "x-amz-checksum-crc32",
    }
    request = AWSRequest("PUT", f"{client.url}/things/unsigned-chunks", headers)
    keys = Credentials(client.keys.access_key, client.keys.secret_key)
    ChunkSigner(keys, "s3", "us-east-1", "STREAMING-UNSIGNED-PAYLOAD-TRAILER").add_auth(request)
    body = b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"
    named = {"Host": client.url.removeprefix("http://"), **dict(request.headers.items())}
    sent = Sent("PUT", "/things/unsigned-chunks", named, body)
    assert sent.to(client.url).status == 200
    assert aws.client("s3").get_object(Bucket="things", Key="unsigned-chunks")["Body"].read() == b"hello"
    longer = sent.changed(x_amz_decoded_content_length="6")
    assert longer.to(client.url).refusal == (403, "SignatureDoesNotMatch")


class ChunkSigner(S3SigV4Auth):  # type: ignore[misc] # botocore has no types
    """Signs chunks, by AWS's description of it."""

    def __init__(self, credentials: Credentials, service: str, region: str, kind: str) -> None:
        super().__init__(credentials, service, region)
        self.kind = kind

    def payload(self, request: AWSRequest) -> str:  # noqa: ARG002
        return self.kind

    def next(self, kind: str, previous: str, text: str, request: AWSRequest) -> str:
        moment, scope = request.context["timestamp"], self.credential_scope(request)
        signed = f"AWS4-HMAC-SHA256-{kind}\n{moment}\n{scope}\n{previous}\n{text}"
        return str(self.signature(signed, request))


def test_obstore_reads_and_writes(aws: EmbeddedAws) -> None:
    store = S3Store(
        "things",
        endpoint=aws.endpoint_url,
        region="us-east-1",
        access_key_id=aws.keys.access_key,
        secret_access_key=aws.keys.secret_key,
        client_options={"allow_http": True},
    )
    for key in ("worker/ü b~+=.json", "worker/plain"):
        obstore.put(store, key, b"x" * 100_000)
        assert obstore.get(store, key).bytes() == b"x" * 100_000
    assert len(obstore.list(store, "worker").collect()) == 2


SERVICES = {
    "batch": "describe_job_queues",
    "cloudformation": "list_stacks",
    "cloudwatch": "list_metrics",
    "dynamodb": "list_tables",
    "ec2": "describe_vpcs",
    "ecr": "describe_repositories",
    "ecs": "list_clusters",
    "efs": "describe_file_systems",
    "events": "list_rules",
    "iam": "list_roles",
    "kms": "list_keys",
    "lambda": "list_functions",
    "logs": "describe_log_groups",
    "resourcegroupstaggingapi": "get_resources",
    "route53": "list_hosted_zones",
    "s3": "list_buckets",
    "scheduler": "list_schedules",
    "secretsmanager": "list_secrets",
    "ses": "list_identities",
    "sns": "list_topics",
    "sqs": "list_queues",
    "ssm": "describe_parameters",
    "stepfunctions": "list_state_machines",
    "sts": "get_caller_identity",
}


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("identity", ["administrator", "role"])
def test_boto3_of_all_services(aws: EmbeddedAws, service: str, identity: str) -> None:
    keys: dict[str, str] = {
        "aws_access_key_id": aws.keys.access_key,
        "aws_secret_access_key": aws.keys.secret_key,
    }
    if identity == "role":
        keys = session_of_a_role(aws)
    made = boto3.client(service, endpoint_url=aws.endpoint_url, region_name="eu-central-1", **keys)
    answer = getattr(made, SERVICES[service])()
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


def session_of_a_role(aws: EmbeddedAws) -> dict[str, str]:
    iam, name = aws.client("iam"), "everything"
    if name not in [role["RoleName"] for role in iam.list_roles()["Roles"]]:
        trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
        rights = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        documents = [json.dumps({"Version": "2012-10-17", "Statement": [item]}) for item in (trust, rights)]
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=documents[0])
        iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=documents[1])
    role = iam.get_role(RoleName=name)["Role"]["Arn"]
    made = aws.client("sts").assume_role(RoleArn=role, RoleSessionName="me")["Credentials"]
    return {
        "aws_access_key_id": made["AccessKeyId"],
        "aws_secret_access_key": made["SecretAccessKey"],
        "aws_session_token": made["SessionToken"],
    }
