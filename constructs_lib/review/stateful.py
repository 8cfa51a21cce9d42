"""The types of resources that have data, and what becomes of it when they go.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
"""

from typing import Final

from constructs_lib.review.changes import Properties

DATA: Final = {
    "AWS::Cassandra::Table": "rows",
    "AWS::CodeCommit::Repository": "commits",
    "AWS::Cognito::UserPool": "users",
    "AWS::DocDB::DBCluster": "documents",
    "AWS::DynamoDB::GlobalTable": "items",
    "AWS::DynamoDB::Table": "items",
    "AWS::EC2::Volume": "blocks",
    "AWS::ECR::Repository": "images",
    "AWS::EFS::FileSystem": "files",
    "AWS::ElastiCache::ReplicationGroup": "keys",
    "AWS::FSx::FileSystem": "files",
    "AWS::FSx::Volume": "files",
    "AWS::KMS::Key": "key material, without which nothing that it encrypted can be read",
    "AWS::Kinesis::Stream": "records",
    "AWS::Logs::LogGroup": "logs",
    "AWS::Neptune::DBCluster": "graphs",
    "AWS::OpenSearchService::Domain": "indices",
    "AWS::RDS::DBCluster": "tables",
    "AWS::RDS::DBInstance": "tables",
    "AWS::Redshift::Cluster": "tables",
    "AWS::S3::Bucket": "objects",
    "AWS::S3Express::DirectoryBucket": "objects",
    "AWS::S3Tables::TableBucket": "tables",
    "AWS::SQS::Queue": "messages",
    "AWS::SecretsManager::Secret": "a secret",
    "AWS::Timestream::Table": "records",
}
"""What each of them has."""

_KEEPS: Final = ("Retain", "RetainExceptOnCreate")


def is_kept(policy: str) -> bool:
    """Whether a policy leaves the old resource where it is."""
    return policy in _KEEPS


def fate(resource_type: str, properties: Properties, policy: str) -> str:
    """What becomes of the old resource and its data, as a clause.

    Args:
        resource_type: one of `DATA`.
        properties: the old ones.
        policy: its DeletionPolicy, or its UpdateReplacePolicy if it is made anew.
    """
    if is_kept(policy):
        return f"the old one stays with its {DATA[resource_type]} (`{policy}`), and belongs to no stack any more"
    if policy == "Snapshot":
        return "the old one is deleted, and a snapshot of it stays (`Snapshot`)"
    if resource_type == "AWS::S3::Bucket":
        return "the old one is deleted with its objects if something empties it, and its deletion fails if not"
    if resource_type == "AWS::ECR::Repository":
        emptied = str(properties.get("EmptyOnDelete", False)).lower() == "true"
        return "the old one is deleted with its images" if emptied else "its deletion fails as long as it has images"
    if resource_type == "AWS::KMS::Key":
        days = properties.get("PendingWindowInDays", 30)
        return f"the old one is disabled at once, and deleted after {days} days: it is {DATA[resource_type]}"
    return f"the old one is deleted with its {DATA[resource_type]}"
