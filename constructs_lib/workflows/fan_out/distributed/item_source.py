"""Where the items of a `DistributedFanOut` come from: the input of the state, or objects in S3."""

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
    """The items of a `DistributedFanOut`; make one with the methods below.

    A bucket is in the account and region of the state machine. Keys and prefixes may be JSONata expressions over the
    state's input, such as ``"{% $states.input.key %}"``; then ``key_pattern`` limits the objects that they may name,
    and the state machine may read no others.
    Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html

    Args:
        expression: JSONata for the array. Default: empty, the source is in S3.
        resource: the operation of S3 that reads the source. Default: empty, the source is in the input.
        arguments: of the operation. Default: none.
        config: how AWS reads what it finds. Default: nothing to say.
        statements: what the state machine must be allowed to do. Default: nothing more.
    """

    expression: str = ""
    resource: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)
    statements: tuple[iam.PolicyStatement, ...] = ()

    @classmethod
    def from_input(cls, expression: str) -> Self:
        """An array that a JSONata expression finds in the state's input.

        Raises:
            ConfigurationError: text that Step Functions would take literally.
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
        """The elements of a JSON array, or the pairs of an object as ``{"Key": …, "Value": …}``.

        Args:
            bucket: has the object.
            key: of the object.
            pointer: JSON pointer to the array, such as ``/data/items``. Default: it is the whole text.
            max_items: items that are read. Default: all.
            key_pattern: keys that may be read if the key is an expression. Default: all of the bucket.
        """
        check_pointer(pointer)
        config = {"InputType": "JSON"} | ({"ItemsPointer": pointer} if pointer else {})
        return cls._object(bucket, key, config, max_items, _named(key, key_pattern))

    @classmethod
    def json_lines(cls, bucket: s3.IBucket, key: str, *, max_items: int | None = None, key_pattern: str = "*") -> Self:
        """The values of a JSON Lines object, one per line.

        Args:
            bucket: has the object.
            key: of the object.
            max_items: items that are read. Default: all.
            key_pattern: keys that may be read if the key is an expression. Default: all of the bucket.
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
        """The rows of a text with delimiters, each an object of texts.

        Args:
            bucket: has the object.
            key: of the object.
            headers: names of the columns. Default: the first row.
            delimiter: comma, semicolon, vertical bar, space or tab. Default: comma.
            max_items: rows that are read. Default: all.
            key_pattern: keys that may be read if the key is an expression. Default: all of the bucket.

        Raises:
            ConfigurationError: a delimiter that AWS does not know, or an empty list of headers.
        """
        columns = check_columns(headers, delimiter)
        return cls._object(bucket, key, {"InputType": "CSV", **columns}, max_items, _named(key, key_pattern))

    @classmethod
    def objects(cls, bucket: s3.IBucket, prefix: str, *, max_items: int | None = None, key_pattern: str = "*") -> Self:
        """What S3 tells of each object below a prefix: ``{"Etag", "Key", "LastModified", "Size", "StorageClass"}``.

        Args:
            bucket: has the objects.
            prefix: of their keys.
            max_items: objects that are listed. Default: all.
            key_pattern: prefixes that may be listed if the prefix is an expression. Default: all of the bucket.
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
        """The rows of an S3 inventory in CSV, each an object of texts such as ``{"Bucket": …, "Key": …}``.

        Args:
            bucket: has the inventory.
            manifest_key: of its ``manifest.json``.
            max_items: rows that are read. Default: all.
            key_pattern: keys that may be read if the key is an expression. Default: all of the bucket.
        """
        # Beside the directories of its manifests an inventory has one with the rows.
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
    """What a key or prefix names: itself, or what the user says an expression may name."""
    return [key_pattern if is_jsonata(name) else name]
