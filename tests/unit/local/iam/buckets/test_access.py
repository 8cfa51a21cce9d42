"""Who is let in by a bucket: everybody by a public policy or list, unless it is blocked; and who is kept out."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.aws import EmbeddedAws
from tests.unit.local.iam.buckets.rights import DENIED, OPEN, open_bucket, policy, statement
from tests.unit.local.signatures.requests import Sent


@pytest.fixture(scope="module", params=[True, False], ids=["iam", "no-iam"])
def aws(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    """Policies of buckets and their lists count also where those of identities do not."""
    with EmbeddedAws(tmp_path_factory.mktemp("run"), iam=request.param) as made:
        yield made


@pytest.fixture
def bucket(aws: EmbeddedAws) -> Iterator[str]:
    """A bucket that nothing blocks, with one object; lists count in it."""
    with open_bucket(aws, "things"):
        yield "things"


@pytest.fixture
def anybody(aws: EmbeddedAws) -> Callable[..., tuple[int, str]]:
    """Send a request that nobody has signed; status and code of the answer."""

    def send(method: str, target: str, body: bytes = b"", **headers: str) -> tuple[int, str]:
        return Sent(method, target, {"Host": "localhost"}, body).changed(**headers).to(aws.endpoint_url).refusal

    return send


REQUESTS = [("GET", "/things/key"), ("HEAD", "/things/key"), ("GET", "/things?list-type=2"), ("PUT", "/things/new")]
REQUESTS += [("DELETE", "/things/key"), ("GET", "/things/none"), ("GET", "/"), ("PUT", "/other"), ("GET", "/no/key")]


@pytest.mark.usefixtures("bucket")
@pytest.mark.parametrize(("method", "target"), REQUESTS)
def test_nobody_is_let_in_without_a_signature(
    anybody: Callable[..., tuple[int, str]], method: str, target: str
) -> None:
    assert anybody(method, target) == ((403, "") if method == "HEAD" else DENIED)


def test_a_public_policy_lets_everybody_do_what_it_allows_and_nothing_else(
    aws: EmbeddedAws, bucket: str, anybody: Callable[..., tuple[int, str]]
) -> None:
    s3 = aws.client("s3")
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(statement("Allow", "s3:GetObject")))
    assert anybody("GET", "/things/key") == (200, "")
    assert anybody("GET", "/key", host="things.localhost") == (200, "")
    for method, target in (("PUT", "/things/key"), ("GET", "/things?list-type=2"), ("GET", "/things/key?acl")):
        assert anybody(method, target) == DENIED
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(statement("Allow", ["s3:GetObject", "s3:PutObject"])))
    assert anybody("PUT", "/things/new", b"mine") == (200, "")
    assert s3.get_object(Bucket=bucket, Key="new")["Body"].read() == b"mine"
    assert anybody("PUT", "/things/new", b"mine", x_amz_acl="public-read") == DENIED
    s3.delete_bucket_policy(Bucket=bucket)
    assert anybody("GET", "/things/key") == DENIED


@pytest.mark.parametrize(
    ("condition", "is_let_in"),
    [
        ({"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}, True),
        ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, False),
        ({"StringEquals": {"aws:PrincipalAccount": "123456789012"}}, False),
        ({"StringEquals": {"aws:Referer": "http://localhost/"}}, False),
        ({"StringEquals": {"aws:SourceVpce": "vpce-1"}}, False),
    ],
)
def test_the_conditions_of_a_policy_count(
    aws: EmbeddedAws, bucket: str, anybody: Callable[..., tuple[int, str]], condition: Any, is_let_in: bool
) -> None:
    allow = statement("Allow", "s3:GetObject", Condition=condition)
    aws.client("s3").put_bucket_policy(Bucket=bucket, Policy=policy(allow))
    assert anybody("GET", "/things/key", referer="http://localhost/") == ((200, "") if is_let_in else DENIED)
    only_by_tls = {"Bool": {"aws:SecureTransport": "false"}}
    deny = statement("Deny", "s3:*", Condition=only_by_tls)
    aws.client("s3").put_bucket_policy(Bucket=bucket, Policy=policy(statement("Allow", "s3:GetObject"), deny))
    assert anybody("GET", "/things/key") == (200, ""), "it stands for a request that came by TLS"


@pytest.mark.parametrize("name", ["RestrictPublicBuckets", "BlockPublicPolicy"])
def test_what_blocks_public_policies_is_heeded(
    aws: EmbeddedAws, bucket: str, anybody: Callable[..., tuple[int, str]], name: str
) -> None:
    s3, public = aws.client("s3"), policy(statement("Allow", "s3:GetObject"))
    s3.put_bucket_policy(Bucket=bucket, Policy=public)
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration={**OPEN, name: True})
    if name == "RestrictPublicBuckets":
        assert anybody("GET", "/things/key") == DENIED
    else:
        with pytest.raises(ClientError, match=r"AccessDenied.*public policies are blocked"):
            s3.put_bucket_policy(Bucket=bucket, Policy=public)


def test_new_buckets_block_public_access_as_those_of_aws(
    aws: EmbeddedAws, anybody: Callable[..., tuple[int, str]]
) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="new-one")
    blocked = s3.get_public_access_block(Bucket="new-one")["PublicAccessBlockConfiguration"]
    assert blocked == dict.fromkeys(OPEN, True)
    s3.put_object(Bucket="new-one", Key="key", Body=b"text", ACL="public-read")
    assert anybody("GET", "/new-one/key") == DENIED
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.put_bucket_policy(
            Bucket="new-one", Policy=policy(statement("Allow", "s3:GetObject", "arn:aws:s3:::new-one/*"))
        )


def test_public_lists_are_heeded_where_lists_count(
    aws: EmbeddedAws, bucket: str, anybody: Callable[..., tuple[int, str]]
) -> None:
    s3 = aws.client("s3")
    s3.put_object(Bucket=bucket, Key="public", Body=b"text", ACL="public-read")
    assert anybody("GET", "/things/public") == (200, "")
    assert anybody("GET", "/things/key") == DENIED
    assert anybody("PUT", "/things/public") == DENIED
    assert anybody("GET", "/things?list-type=2") == DENIED
    s3.put_bucket_acl(Bucket=bucket, ACL="public-read-write")
    assert anybody("GET", "/things?list-type=2") == (200, "")
    assert anybody("PUT", "/things/of-anybody", b"1") == (200, "")
    for name in ("IgnorePublicAcls", "BlockPublicAcls"):
        s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration={**OPEN, name: True})
        assert anybody("GET", "/things/public") == DENIED
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=OPEN)
    assert anybody("GET", "/things/public") == (200, "")
    rules = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=rules)
    assert anybody("GET", "/things/public") == DENIED


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ("{", "valid JSON"),
        ("{}", "Policies must be valid JSON and what IAM takes"),
        (policy({"Effect": "Allow", "Action": "s3:*", "Resource": "*"}), "Missing required field Principal"),
        (policy({"Effect": "Allow", "Principal": "*", "Action": "s3:*"}), "Missing required field Resource"),
        (policy(statement("Maybe", "s3:*")), "got Effect 'Maybe'"),
        (policy(statement("Deny", "s3:*", Condition={"Sometimes": {"aws:SourceIp": "1.1.1.1"}})), "'Sometimes'"),
        (policy(statement("Deny", "s3:*", Condition={"Bool": {"aws:Novel": "true"}})), "condition keys aws:Novel"),
        (policy(statement("Deny", "s3:*", Principal={"CanonicalUser": "1"})), "principals of the kind CanonicalUser"),
    ],
)
def test_a_policy_that_cannot_be_judged_by_is_refused_and_changes_nothing(
    aws: EmbeddedAws, bucket: str, anybody: Callable[..., tuple[int, str]], document: str, told: str
) -> None:
    s3, public = aws.client("s3"), policy(statement("Allow", "s3:GetObject"))
    s3.put_bucket_policy(Bucket=bucket, Policy=public)
    with pytest.raises(ClientError, match="MalformedPolicy") as refused:
        s3.put_bucket_policy(Bucket=bucket, Policy=document)
    assert told in str(refused.value)
    assert json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"]) == json.loads(public)
    assert anybody("GET", "/things/key") == (200, "")


def test_what_nobody_could_read_lets_nobody_in(
    aws: EmbeddedAws, bucket: str, anybody: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("constructs_lib.local.iam.buckets.policies.problem", lambda _: None)
    monkeypatch.setattr("constructs_lib.local.iam.buckets.policies.is_public", lambda _: False)
    document = policy(statement("Allow", "s3:GetObject"), statement("Deny", "s3:*", Condition={"Novel": {"k": "v"}}))
    aws.client("s3").put_bucket_policy(Bucket=bucket, Policy=document)
    assert anybody("GET", "/things/key") == DENIED
