"""Reads what is below INPUTS, in capitals below RESULTS; tells what it may not do."""

import os
from urllib.parse import urlsplit

import boto3
from botocore.exceptions import ClientError


def main() -> None:
    """Copy every input, then try to read a secret of somebody else."""
    s3 = boto3.client("s3")
    inputs, results = (urlsplit(os.environ[name]) for name in ("INPUTS", "RESULTS"))
    prefix = inputs.path.lstrip("/")
    for item in s3.list_objects_v2(Bucket=inputs.netloc, Prefix=prefix)["Contents"]:
        text = s3.get_object(Bucket=inputs.netloc, Key=item["Key"])["Body"].read().decode()
        key = results.path.lstrip("/") + item["Key"].removeprefix(prefix)
        s3.put_object(Bucket=results.netloc, Key=key, Body=text.upper().encode())
    for forbidden in ("list_objects_v2", "get_object"):
        try:
            getattr(s3, forbidden)(Bucket=inputs.netloc, **OTHERS[forbidden])
        except ClientError as error:
            print(forbidden, "of others:", error.response["Error"]["Code"])


OTHERS = {"list_objects_v2": {"Prefix": "salaries/"}, "get_object": {"Key": "salaries/2026.txt"}}

if __name__ == "__main__":
    main()
