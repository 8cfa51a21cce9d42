"""Launch templates: what is changed in one is a version more."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from moto.ec2.utils import convert_tag_spec, parse_user_data

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made, Properties
from constructs_lib.local.stacks.handlers.ec2.resource import Ec2Handler

_IMAGE_GIB = 8


class _LaunchTemplate(Ec2Handler):
    attributes: ClassVar = {
        "LaunchTemplateId": lambda template: template.id,
        "DefaultVersionNumber": lambda template: str(template.default_version_number),
        "LatestVersionNumber": lambda template: str(template.latest_version_number),
    }

    def build(self, backend: Any, desired: Desired) -> Any:
        name = desired.properties.get("LaunchTemplateName", desired.name)
        return backend.create_launch_template(name, *_version(desired.properties)[::-1], {})

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        template = made.model
        tags = Change({"Tags": _tags(change.before)}, {"Tags": _tags(change.after)})
        super().settle(made, desired, tags)
        template.tags = template.get_tags()
        if not change.is_new and change.touches("LaunchTemplateData", "VersionDescription"):
            template.create_version(*_version(change.after))

    def destroy(self, backend: Any, made: Made) -> None:
        backend.get_launch_template(made.physical_id)
        backend.delete_launch_template(None, made.physical_id)


@contextmanager
def launchable(backend: Any, specification: Properties | None) -> Iterator[None]:
    """While machines are launched by a template, its disks have what moto asks of them.

    A disk without a size has that of its image, of which moto knows nothing; one of the machine itself is no volume.

    Args:
        backend: moto's EC2.
        specification: the template by its id or name, and its version.
    """
    if not specification:
        yield
        return
    if template_id := specification.get("LaunchTemplateId"):
        template = backend.get_launch_template(template_id)
    else:
        template = backend.get_launch_template_by_name(specification["LaunchTemplateName"])
    data = template.get_version(specification.get("Version") or "$Default").data
    if not data.get("BlockDeviceMappings"):
        yield
        return
    disks, data["BlockDeviceMappings"] = data["BlockDeviceMappings"], volumes(data["BlockDeviceMappings"])
    try:
        yield
    finally:
        data["BlockDeviceMappings"] = disks


def volumes(disks: list[Properties]) -> list[Properties]:
    """The disks that are volumes, each with a size."""
    return [{**disk, "Ebs": {"VolumeSize": _IMAGE_GIB, **disk["Ebs"]}} for disk in disks if disk.get("Ebs")]


def _version(properties: Properties) -> tuple[Properties, str]:
    """The data of a version, and its description."""
    data = dict(properties["LaunchTemplateData"])
    data["UserData"] = parse_user_data(data.get("UserData"))
    return data, properties.get("VersionDescription", "")


def _tags(properties: Properties) -> dict[str, str]:
    specifications = convert_tag_spec(properties.get("TagSpecifications") or [])
    return dict(specifications.get("launch-template", {}))


HANDLERS: dict[str, Handler] = {"AWS::EC2::LaunchTemplate": _LaunchTemplate()}
