"""What names and tags may look like.

Sources: https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html,
https://docs.aws.amazon.com/batch/latest/userguide/using-tags.html
"""

import re

from constructs_lib.limits import MAX_JOB_NAME_CHARACTERS, MAX_TAG_KEY_CHARACTERS, MAX_TAG_VALUE_CHARACTERS, MAX_TAGS
from constructs_lib.local.batch.errors import invalid, refuse

_JOB_NAME = re.compile(rf"[A-Za-z0-9][A-Za-z0-9_-]{{0,{MAX_JOB_NAME_CHARACTERS - 1}}}")
_RESOURCE_NAME = re.compile(rf"[A-Za-z0-9_-]{{1,{MAX_JOB_NAME_CHARACTERS}}}")
_SHARE_IDENTIFIER = re.compile(r"[A-Za-z0-9]{1,255}\*?")


def check_job_name(name: str) -> None:
    """Refuse what cannot be the name of a job."""
    if not _JOB_NAME.fullmatch(name):
        invalid("Job name should match valid pattern")


def check_resource_name(name: str) -> None:
    """Refuse what cannot be the name of a queue, an environment, a definition, a policy or a consumable resource."""
    if not _RESOURCE_NAME.fullmatch(name):
        refuse(f"Provided name {name} is not supported pattern[a-zA-Z_0-9-]{{1,{MAX_JOB_NAME_CHARACTERS}}}")


def check_share_identifier(name: str) -> None:
    """Refuse what cannot be a share identifier."""
    if not _SHARE_IDENTIFIER.fullmatch(name):
        invalid(f"shareIdentifier {name} must be 1 to 255 letters and digits")


def check_tags(tags: dict[str, str]) -> None:
    """Refuse more tags, or longer ones, than a resource can have, and those that AWS keeps for itself."""
    if len(tags) > MAX_TAGS:
        invalid(f"Number of tags exceeds the limit of {MAX_TAGS}, got {len(tags)}")
    for key, value in tags.items():
        if not 1 <= len(key) <= MAX_TAG_KEY_CHARACTERS:
            invalid(f"Tag key must be 1 to {MAX_TAG_KEY_CHARACTERS} characters, got {len(key)}")
        if len(value) > MAX_TAG_VALUE_CHARACTERS:
            invalid(f"Tag value must be at most {MAX_TAG_VALUE_CHARACTERS} characters, got {len(value)}: {key}")
        if key.lower().startswith("aws:"):
            invalid(f"Tag key {key}: the prefix aws: is reserved")
