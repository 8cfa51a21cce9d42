import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from constructs_lib import ConfigurationError, Platform, S3Storage
from tests.unit.storage.site_of_jobs import Site

READ = ("s3:GetObject", "s3:GetObjectVersion")
WRITE = ("s3:AbortMultipartUpload", "s3:PutObject")


def test_reading_ends_at_the_prefix(site: Site) -> None:
    site.job(S3Storage(bucket=s3.Bucket(site.stack, "Bucket"), prefix="inputs/"))
    rights = site.job_rights()
    assert set(rights) == {READ, ("s3:ListBucket",)}
    assert rights[READ]["Resource"]["Fn::Join"][1][1] == "/inputs/*"
    assert rights["s3:ListBucket",]["Condition"] == {"StringLike": {"s3:prefix": ["inputs/*"]}}


def test_a_whole_bucket_is_listed_without_a_condition(site: Site) -> None:
    site.job(S3Storage(bucket=s3.Bucket(site.stack, "Bucket")))
    assert "Condition" not in site.job_rights()["s3:ListBucket",]


def test_writing_is_not_reading_and_not_deleting(site: Site) -> None:
    site.job(S3Storage(bucket=s3.Bucket(site.stack, "Bucket"), prefix="results/", read=False, write=True))
    assert set(site.job_rights()) == {WRITE}


def test_deleting(site: Site) -> None:
    site.job(S3Storage(bucket=s3.Bucket(site.stack, "Bucket"), prefix="old/", read=False, delete=True))
    assert set(site.job_rights()) == {("s3:DeleteObject",)}


def test_a_key_of_yours_comes_with_it(site: Site) -> None:
    bucket = s3.Bucket(site.stack, "Bucket", encryption_key=kms.Key(site.stack, "Key"))
    site.job(S3Storage(bucket=bucket, write=True), platform=Platform.EC2)
    rights = site.job_rights()
    assert ("kms:Decrypt", "kms:GenerateDataKey") in rights or {("kms:Decrypt",), ("kms:GenerateDataKey",)} <= set(
        rights
    )


def test_a_variable_tells_where_it_is(site: Site) -> None:
    bucket = s3.Bucket.from_bucket_name(site.stack, "Bucket", "lake")
    site.job(S3Storage(bucket=bucket, prefix="in/", variable="INPUTS"), environment={"LEVEL": "3"})
    environment = {item["Name"]: item["Value"] for item in site.container()["Environment"]}
    assert environment == {"INPUTS": "s3://lake/in/", "LEVEL": "3"}


@pytest.mark.parametrize("prefix", ["/inputs", "inputs/*", "in?"])
def test_refuses_prefixes_that_mean_something_else(site: Site, prefix: str) -> None:
    with pytest.raises(ConfigurationError, match=r"S3Storage prefix: .*\(STORAGE003\)"):
        S3Storage(bucket=s3.Bucket(site.stack, "Bucket"), prefix=prefix)


def test_refuses_to_grant_nothing(site: Site) -> None:
    with pytest.raises(ConfigurationError, match=r"neither read nor write nor delete.*\(STORAGE005\)"):
        S3Storage(bucket=s3.Bucket(site.stack, "Bucket"), read=False)


def test_refuses_a_variable_twice(site: Site) -> None:
    bucket = s3.Bucket(site.stack, "Bucket")
    with pytest.raises(ConfigurationError, match=r"'Stack/Job' storage\[1\]: got the variable DATA.*\(STORAGE007\)"):
        site.job(S3Storage(bucket=bucket, variable="DATA"), S3Storage(bucket=bucket, prefix="a/", variable="DATA"))


def test_refuses_a_reserved_variable(site: Site) -> None:
    bucket = s3.Bucket(site.stack, "Bucket")
    with pytest.raises(ConfigurationError, match=r"AWS_BATCH_DATA, .*\(BATCH014\)"):
        site.job(S3Storage(bucket=bucket, variable="AWS_BATCH_DATA"))
