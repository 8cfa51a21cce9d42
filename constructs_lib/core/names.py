"""Names that AWS keeps, or cannot have: of resources, variables and tags.

Sources: https://docs.aws.amazon.com/batch/latest/APIReference/API_CreateJobQueue.html,
https://docs.aws.amazon.com/batch/latest/APIReference/API_KeyValuePair.html and
https://docs.aws.amazon.com/batch/latest/userguide/using-tags.html
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.tokens import resolved
from constructs_lib.limits import MAX_JOB_NAME_CHARACTERS, MAX_TAG_KEY_CHARACTERS, MAX_TAG_VALUE_CHARACTERS
from constructs_lib.rules import Rule

_RESOURCE: Final = re.compile(rf"[A-Za-z0-9_-]{{1,{MAX_JOB_NAME_CHARACTERS}}}")
_RESERVED: Final = "AWS_BATCH"
_NO_VARIABLE: Final = re.compile(r"[\s=\0]")
_PATH: Final = ".$"
"""At the end of a key, where states in JSONPath have a path as its value."""


def check_resource_name(place: ArgumentPath, name: str | None) -> None:
    """Refuse what AWS Batch takes for the name of no queue, environment, definition, policy or consumable resource."""
    if name is not None and resolved(name) and not _RESOURCE.fullmatch(name):
        raise Rule.RESOURCE_NAME.error(
            place,
            got=repr(name),
            fix="Choose such a name, or leave it out: CloudFormation makes one, and can then replace the resource.",
        )


def check_variables(place: ArgumentPath, names: Iterable[str]) -> None:
    """Refuse names of environment variables that AWS Batch keeps for itself, and those that no program can read."""
    for name in names:
        if name.startswith(_RESERVED):
            expected = f"AWS Batch reserves names that start with {_RESERVED}"
            raise Rule.VARIABLE_NAME.error(
                place, got=f"an environment variable {name}", expected=expected, fix="Choose another name."
            )
        if name.endswith(_PATH):
            raise Rule.VARIABLE_NAME.error(
                place,
                got=f"an environment variable {name}",
                expected="states in JSONPath are written so, and these are in JSONata",
                fix=f"Write {name.removesuffix(_PATH)!r} and an expression, such as '{{% $states.input.x %}}'.",
            )
        if resolved(name) and (not name or _NO_VARIABLE.search(name)):
            expected = "a variable has a name, without white space and without an equals sign"
            raise Rule.VARIABLE_NAME.error(
                place, got=f"an environment variable {name!r}", expected=expected, fix="Choose another name."
            )


def check_apart(place: ArgumentPath, variables: Iterable[str], secrets: Iterable[str]) -> None:
    """Refuse a name that is a variable and a secret: Amazon ECS starts no such container."""
    both = sorted(set(variables) & set(secrets))
    if both:
        raise Rule.VARIABLE_OR_SECRET.error(
            place,
            got=f"{', '.join(both)} as a variable and as a secret",
            expected="Amazon ECS accepts each name once",
            fix="Leave one of them out.",
        )


def check_tags(where: ArgumentPath | str, tags: Mapping[str, str]) -> None:
    """Refuse tags that AWS refuses.

    Args:
        where: the argument.
        tags: values by key.
    """
    for key, value in tags.items():
        if key.lower().startswith("aws:"):
            raise Rule.TAG.error(
                where,
                got=f"the key {key!r}",
                expected="keys that begin with aws: are reserved",
                fix="Choose another key.",
            )
        if resolved(key) and not 1 <= len(key) <= MAX_TAG_KEY_CHARACTERS:
            raise Rule.TAG.error(
                where,
                got=f"a key of {len(key)} characters",
                expected=f"AWS allows 1 to {MAX_TAG_KEY_CHARACTERS}",
                fix="Choose another key.",
            )
        if resolved(value) and len(value) > MAX_TAG_VALUE_CHARACTERS and not value.startswith("{%"):
            raise Rule.TAG.error(
                where,
                got=f"a value of {len(value)} characters",
                expected=f"AWS allows {MAX_TAG_VALUE_CHARACTERS}",
                fix=f"Shorten {key}.",
            )
