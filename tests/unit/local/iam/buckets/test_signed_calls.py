"""Buckets and those who sign: a policy of a bucket counts beside theirs, and a list takes the right for it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from constructs_lib.local.aws import EmbeddedAws
from tests.unit.local.iam.buckets.rights import DENIED, open_bucket, policy, role, statement

EVERYBODY = "http://acs.amazonaws.com/groups/global/AllUsers"


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(tmp_path_factory.mktemp("run")) as made, open_bucket(made, "things"):
        yield made


def test_the_policy_of_a_bucket_counts_for_those_who_sign_too(aws: EmbeddedAws) -> None:
    s3 = aws.client("s3")
    reads = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::things/*"}
    callers = {"let-in": role(aws, "let-in"), "kept-out": role(aws, "kept-out", reads), "nobody": role(aws, "nobody")}
    get = {name: client.s3("GET", "/things/key") for name, client in callers.items()}
    arn = "arn:aws:iam::123456789012:role"
    document = policy(
        statement("Allow", "s3:GetObject", Principal={"AWS": f"{arn}/let-in"}),
        statement("Deny", "s3:GetObject", Principal={"AWS": f"{arn}/kept-out"}),
    )

    def statuses() -> dict[str, int]:
        return {name: sent.to(aws.endpoint_url).status for name, sent in get.items()}

    assert statuses() == {"let-in": 403, "kept-out": 200, "nobody": 403}
    s3.put_bucket_policy(Bucket="things", Policy=document)
    assert statuses() == {"let-in": 200, "kept-out": 403, "nobody": 403}
    assert b"with an explicit deny in a resource-based policy" in get["kept-out"].to(aws.endpoint_url).body
    s3.delete_bucket_policy(Bucket="things")
    assert statuses() == {"let-in": 403, "kept-out": 200, "nobody": 403}


def test_a_policy_may_want_a_list_or_an_encryption(aws: EmbeddedAws) -> None:
    puts = {"Effect": "Allow", "Action": "s3:PutObject*", "Resource": "*"}
    caller = role(aws, "has-to-say-so", puts)
    wanted = {"StringNotEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}
    aws.client("s3").put_bucket_policy(
        Bucket="things", Policy=policy(statement("Deny", "s3:PutObject", Condition=wanted))
    )
    assert caller.s3("PUT", "/things/a", b"1").to(aws.endpoint_url).refusal == DENIED
    with_list = caller.s3("PUT", "/things/a", b"1", x_amz_acl="bucket-owner-full-control")
    assert with_list.to(aws.endpoint_url).status == 200
    aws.client("s3").delete_bucket_policy(Bucket="things")
    assert caller.s3("PUT", "/things/a", b"1").to(aws.endpoint_url).status == 200


def test_an_object_with_an_acl_takes_the_right_for_it(aws: EmbeddedAws) -> None:
    puts = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}
    plain, full = role(aws, "puts", puts), role(aws, "lists-too", puts | {"Action": "s3:PutObject*"})
    requests = [
        lambda client: client.s3("PUT", "/things/a", b"1", x_amz_acl="public-read"),
        lambda client: client.s3("PUT", "/things/a", b"1", x_amz_grant_read=f'uri="{EVERYBODY}"'),
        lambda client: client.presigned("PUT", "/things/a?x-amz-acl=public-read"),
        lambda client: client.presigned_by_2("PUT", "/things/a", x_amz_acl="public-read").changed(x_amz_acl=None),
        lambda client: client.s3("POST", "/things/a?uploads", x_amz_acl="public-read"),
    ]
    for make in requests:
        assert make(plain).to(aws.endpoint_url).refusal == DENIED
        assert make(full).to(aws.endpoint_url).status == 200
    assert plain.s3("PUT", "/things/a", b"1").to(aws.endpoint_url).status == 200
    assert replace(plain, token=None).s3("PUT", "/things/a", b"1").to(aws.endpoint_url).status == 403
