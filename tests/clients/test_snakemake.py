"""Snakemake with its plugins for AWS Batch and S3: each rule is a job."""

import shutil
from pathlib import Path

from tests.clients.conftest import Account
from tests.clients.environments import HERE

IMAGE = "snakemake/s3:1"


def test_rules_run_as_jobs_over_files_in_a_bucket(account: Account, tmp_path: Path) -> None:
    account.image("snakemake", IMAGE)
    shutil.copy(HERE / "snakemake" / "Snakefile", tmp_path)
    executor = ["--executor", "aws-batch", "--aws-batch-region", "us-east-1", "--aws-batch-job-queue", account.queue]
    role = ["--aws-batch-job-role", account.job_role, "--container-image", IMAGE, "--jobs", 3]
    storage = ["--default-storage-provider", "s3", "--default-storage-prefix", f"s3://{account.bucket}/snakemake"]
    told = account.run("snakemake", "snakemake", *executor, *role, *storage, cwd=tmp_path)
    assert "5 of 5 steps (100%) done" in told
    made = account.client("s3").get_object(Bucket=account.bucket, Key="snakemake/sum.txt")["Body"].read()
    assert made == b"14\n"
