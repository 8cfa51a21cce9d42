"""What jobs of a definition do otherwise, container by container: images, commands, sizes, variables, retries.

Source: https://docs.aws.amazon.com/batch/latest/userguide/job_definition_parameters.html
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from constructs_lib.review.findings import code
from constructs_lib.review.values import from_to
from constructs_lib.templates.differences import same
from constructs_lib.templates.unknown import Unknown

_OF_JOBS: Final = {
    "RetryStrategy": "retries",
    "Timeout": "timeout",
    "Parameters": "parameters",
    "SchedulingPriority": "priority within their share",
    "ConsumableResourceProperties": "consumable resources",
    "PlatformCapabilities": "platform",
}
_OF_CONTAINERS: Final = {
    "Command": "command",
    "JobRoleArn": "role",
    "TaskRoleArn": "role",
    "ExecutionRoleArn": "execution role",
    "Privileged": "privileged",
    "User": "user",
    "ReadonlyRootFilesystem": "read-only file system",
    "RuntimePlatform": "platform",
    "NetworkConfiguration": "network",
    "EphemeralStorage": "ephemeral storage",
    "Vcpus": "VCPU",
    "Memory": "MEMORY",
    "InstanceType": "instance type",
}
_PAIRS: Final = {
    "ResourceRequirements": ("", "Type", "Value"),
    "Environment": ("variable ", "Name", "Value"),
    "Secrets": ("secret ", "Name", "ValueFrom"),
}
"""Lists of a container: what an entry is called, its name and its value."""
_IMAGE: Final = re.compile(r"(?P<repository>.+?)(?P<mark>@|:)(?P<version>sha256:[0-9a-f]+|[\w.-]+)", re.DOTALL)
_OF_THE_APP: Final = "container-assets-"
"""In the name of the repository that the CDK pushes to what it builds."""
_DIGITS: Final = 12

_Body = Mapping[str, Any]


def otherwise(old: _Body, new: _Body) -> list[str]:
    """The clauses about what is not the same in two job definitions.

    Args:
        old: the properties before, evaluated.
        new: the properties after.
    """
    told = [*_told(old, new, _OF_JOBS)]
    nodes = [_member(side.get("NodeProperties"), "NumNodes") for side in (old, new)]
    if not same(*nodes):
        told.append(f"nodes {from_to(*nodes)}")
    before, after = dict(_containers(old)), dict(_containers(new))
    for name in {**before, **after}:
        at = f"{name}: " if name else ""
        if name not in after:
            told.append(f"{name} goes")
        elif name not in before:
            told.append(f"{name} is new")
        else:
            told += [f"{at}{clause}" for clause in _of_container(before[name], after[name])]
    return told


def _of_container(old: _Body, new: _Body) -> Iterator[str]:
    if not same(old.get("Image"), new.get("Image")):
        yield _image(old.get("Image"), new.get("Image"))
    yield from _told(old, new, _OF_CONTAINERS)
    for key, (word, *names) in _PAIRS.items():
        were, are = _pairs(old.get(key), *names), _pairs(new.get(key), *names)
        for name in {**were, **are}:
            if not same(were.get(name), are.get(name)):
                yield f"{word}{code(name) if word else name} {from_to(were.get(name), are.get(name))}"
    known = {"Image", "Name", "LogConfiguration", *_OF_CONTAINERS, *_PAIRS}
    rest = [key for key in {**old, **new} if key not in known and not same(old.get(key), new.get(key))]
    if rest:
        yield f"other {', '.join(map(code, rest))}"


def _told(old: _Body, new: _Body, fields: Mapping[str, str]) -> Iterator[str]:
    for key, word in fields.items():
        was, becomes = old.get(key), new.get(key)
        if isinstance(was, dict) and isinstance(becomes, dict):
            for name in {**was, **becomes}:
                if not same(was.get(name), becomes.get(name)):
                    yield f"{word} {code(name)} {from_to(was.get(name), becomes.get(name))}"
        elif not same(was, becomes):
            yield f"{word} {from_to(was, becomes)}"


def _image(before: Any, after: Any) -> str:
    """Of the same repository its version alone: a tag, a digest, or the hash of what the app builds."""
    old, new = (_IMAGE.fullmatch(str(value)) for value in (before, after))
    by_tag = " by a tag, which may become another image," if new and old and old["mark"] == "@" != new["mark"] else ""
    if not old or not new or old["repository"] != new["repository"]:
        return f"image{by_tag} {from_to(before, after)}"
    if _OF_THE_APP in old["repository"]:
        return f"image, which the app builds, {from_to(_version(old), _version(new))}"
    word = {"@": "digest", ":": "tag"}
    kinds = f"{word[new['mark']]} " if old["mark"] == new["mark"] else ""
    return f"image {code(old['repository'])}{by_tag} {kinds}{from_to(_version(old), _version(new))}"


def _version(image: re.Match[str]) -> str:
    found = image["version"].removeprefix("sha256:")
    is_hash = len(found) == 64 and set(found) <= set("0123456789abcdef")  # noqa: PLR2004 - digits of SHA-256
    return f"{found[:_DIGITS]}…" if is_hash else found


def _containers(properties: _Body) -> Iterator[tuple[str, _Body]]:
    """The containers of a definition by what they are called: the only one has no name."""
    yield from _of_task(properties, "")
    for nodes in _items(_member(properties.get("NodeProperties"), "NodeRangeProperties")):
        yield from _of_task(nodes, f"nodes {code(nodes.get('TargetNodes', '*'))}")
    pod = _member(properties.get("EksProperties"), "PodProperties")
    for key in ("InitContainers", "Containers"):
        for container in _items(_member(pod, key)):
            yield f"container {code(container.get('Name', ''))}", container


def _of_task(body: _Body, around: str) -> Iterator[tuple[str, _Body]]:
    for key in ("ContainerProperties", "Container"):
        if isinstance(found := body.get(key), Mapping):
            yield around, found
    for task in _items(_member(body.get("EcsProperties"), "TaskProperties")):
        own = {key: value for key, value in task.items() if key != "Containers"}
        yield f"{around}{', ' if around else ''}the task", own
        for container in _items(task.get("Containers")):
            yield f"{around}{', ' if around else ''}container {code(container.get('Name', ''))}", container


def _pairs(items: Any, name: str, value: str) -> dict[str, Any]:
    return {str(item.get(name)): item.get(value) for item in _items(items)}


def _items(value: Any) -> list[_Body]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) and not isinstance(value, Unknown) else None
