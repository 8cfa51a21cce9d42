"""The source of the items of a `DistributedFanOut`: the input of the state, or objects in S3."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self

from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.checked.superseded import renamed
from constructs_lib.workflows.fan_out.distributed.item_source_arguments import (
    check_columns,
    check_expression,
    check_max_items,
    check_pointer,
)
from constructs_lib.workflows.states.expressions import is_jsonata
from constructs_lib.workflows.states.texts import check_text
from constructs_lib.workflows.submit.permissions import get_objects, list_objects

_OBJECT: Final = "s3:getObject"
_LISTING: Final = "s3:listObjectsV2"


@renamed("allowed", to="key_pattern", of=("json", "json_lines", "csv", "objects", "inventory"))
@checked
@dataclass(frozen=True, kw_only=True)
class ItemSource:
    """The source of the items of a `DistributedFanOut`, made by one of the methods below.

    The bucket must be in the account and region of the state machine. Keys and prefixes may be JSONata expressions over
    the state's input, such as ``"{% $states.input.key %}"``; then the state machine may read the objects that match
    ``key_pattern``, and no others.
    Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html

    Args:
        expression: JSONata for the array. Default: empty, the source is in S3.
        resource: the operation of S3 that reads the source. Default: empty, the source is the input.
        arguments: of the operation. Default: empty.
        config: the format of the source, as ``ReaderConfig`` of the Map. Default: empty.
        statements: permissions of the state machine to read the source. Default: empty.
    """

    expression: str = ""
    resource: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)
    statements: tuple[iam.PolicyStatement, ...] = ()

    @classmethod
    def from_input(cls, expression: str) -> Self:
        """Items from the state's input: the array that a JSONata expression returns.

        Raises:
            ConfigurationError: text without ``{% … %}``, which Step Functions would not evaluate.
        """
        check_expression("ItemSource.from_input", expression)
        return cls(expression=expression)

    @classmethod
    def json(
        cls,
        bucket: s3.IBucket,
        key: str,
        *,
        pointer: str | None = None,
        max_items: int | None = None,
        key_pattern: str = "*",
    ) -> Self:
        """Items from a JSON file: the elements of an array, or the pairs of an object as ``{"Key": …, "Value": …}``.

        Args:
            bucket: of the object.
            key: of the object.
            pointer: JSON pointer to the array, such as ``/data/items``. Default: the whole file is the array.
            max_items: maximum number of items to read. Default: all.
            key_pattern: keys that the state machine may read if the key is an expression. Default: the whole bucket.
        """
        check_pointer(pointer)
        config = {"InputType": "JSON"} | ({"ItemsPointer": pointer} if pointer else {})
        return cls._object(bucket, key, config, max_items, _named(key, key_pattern))

    @classmethod
    def json_lines(cls, bucket: s3.IBucket, key: str, *, max_items: int | None = None, key_pattern: str = "*") -> Self:
        """Items from a JSON Lines file, one per line.

        Args:
            bucket: of the object.
            key: of the object.
            max_items: maximum number of items to read. Default: all.
            key_pattern: keys that the state machine may read if the key is an expression. Default: the whole bucket.
        """
        return cls._object(bucket, key, {"InputType": "JSONL"}, max_items, _named(key, key_pattern))

    @classmethod
    def csv(
        cls,
        bucket: s3.IBucket,
        key: str,
        *,
        headers: Sequence[str] | None = None,
        delimiter: str = ",",
        max_items: int | None = None,
        key_pattern: str = "*",
    ) -> Self:
        """Items from a CSV file: each row is an object of strings.

        Args:
            bucket: of the object.
            key: of the object.
            headers: names of the columns. Default: the first row.
            delimiter: comma, semicolon, vertical bar, space or tab. Default: comma.
            max_items: maximum number of rows to read. Default: all.
            key_pattern: keys that the state machine may read if the key is an expression. Default: the whole bucket.

        Raises:
            ConfigurationError: a delimiter that AWS does not support, or an empty list of headers.
        """
        columns = check_columns(headers, delimiter)
        return cls._object(bucket, key, {"InputType": "CSV", **columns}, max_items, _named(key, key_pattern))

    @classmethod
    def objects(cls, bucket: s3.IBucket, prefix: str, *, max_items: int | None = None, key_pattern: str = "*") -> Self:
        """Items from a listing of a prefix: one ``{"Etag", "Key", "LastModified", "Size", "StorageClass"}`` per object.

        Args:
            bucket: of the objects.
            prefix: of their keys.
            max_items: maximum number of objects to list. Default: all.
            key_pattern: prefixes that the state machine may list if the prefix is an expression. Default: the whole
                bucket.
        """
        check_text("ItemSource.objects prefix", prefix)
        limit = check_max_items("ItemSource.objects", max_items)
        statement = list_objects(bucket, *_named(prefix, key_pattern))
        arguments = {"Bucket": bucket.bucket_name, "Prefix": prefix}
        return cls(resource=_LISTING, arguments=arguments, config=limit, statements=(statement,))

    @classmethod
    def inventory(
        cls, bucket: s3.IBucket, manifest_key: str, *, max_items: int | None = None, key_pattern: str = "*"
    ) -> Self:
        """Items from an S3 inventory in CSV: each row is an object of strings such as ``{"Bucket": …, "Key": …}``.

        Args:
            bucket: of the inventory.
            manifest_key: of its ``manifest.json``.
            max_items: maximum number of rows to read. Default: all.
            key_pattern: keys that the state machine may read if the key is an expression. Default: the whole bucket.
        """
        # An inventory has its rows in a directory beside those of its manifests.
        home = manifest_key.rpartition("/")[0].rpartition("/")[0]
        readable = _named(manifest_key, key_pattern)
        if not is_jsonata(manifest_key):
            readable.append(f"{home}/data/*".lstrip("/"))
        return cls._object(bucket, manifest_key, {"InputType": "MANIFEST"}, max_items, readable)

    @classmethod
    def _object(
        cls, bucket: s3.IBucket, key: str, config: Mapping[str, Any], max_items: int | None, readable: Sequence[str]
    ) -> Self:
        check_text("ItemSource key", key)
        limit = check_max_items("ItemSource", max_items)
        arguments = {"Bucket": bucket.bucket_name, "Key": key}
        statements = tuple(get_objects(bucket, *readable))
        return cls(resource=_OBJECT, arguments=arguments, config={**config, **limit}, statements=statements)


def _named(name: str, key_pattern: str) -> list[str]:
    """The patterns of readable keys: the key or prefix itself, or ``key_pattern`` if it is an expression."""
    return [key_pattern if is_jsonata(name) else name]
