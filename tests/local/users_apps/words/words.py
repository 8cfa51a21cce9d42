"""The job of the texts: what it is given is an object of a listing."""

import os
from typing import Any

import boto3


def count(item: dict[str, Any], _context: object) -> dict[str, Any]:
    s3, bucket = boto3.client("s3"), os.environ["BUCKET"]
    text = s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read().decode()
    number = len(text.split()) if os.environ["UNIT"] == "words" else len(text)
    s3.put_object(Bucket=bucket, Key=item["Key"].replace("texts/", "counts/"), Body=str(number).encode())
    return {"key": item["Key"], os.environ["UNIT"]: number}
