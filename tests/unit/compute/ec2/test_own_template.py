"""Launch templates that are handed in: their user data and their version, read where they are of this app."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import App, CfnParameter, Fn, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk.assertions import Annotations, Match, Template

from constructs_lib import ConfigurationError, Ec2ComputeEnvironment

Make = Callable[..., Ec2ComputeEnvironment]
SCRIPT = "#!/bin/bash\necho hi"
MIME = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="=="\n\n--==\n\n--==--'
USER_DATA, VERSION = "constructs-lib:launchTemplateUserData", "constructs-lib:launchTemplateVersion"


def script() -> ec2.UserData:
    data = ec2.UserData.for_linux()
    data.add_commands("echo hi")
    return data


def parts() -> ec2.MultipartUserData:
    data = ec2.MultipartUserData()
    data.add_part(ec2.MultipartBody.from_user_data(script()))
    return data


def level_2(stack: Stack, **options: Any) -> ec2.LaunchTemplate:
    return ec2.LaunchTemplate(stack, "Template", **options)


def level_1(stack: Stack, user_data: str | None = None) -> ec2.CfnLaunchTemplate:
    data = ec2.CfnLaunchTemplate.LaunchTemplateDataProperty(user_data=user_data)
    return ec2.CfnLaunchTemplate(stack, "Template", launch_template_name="own", launch_template_data=data)


def imported(stack: Stack, version: str | None = None, **names: str) -> ec2.ILaunchTemplate:
    given = names or {"launch_template_id": "lt-0123456789abcdef0"}
    return ec2.LaunchTemplate.from_launch_template_attributes(stack, "Imported", version_number=version, **given)


def by_its_id(stack: Stack, user_data: str | None = None, version: str | None = None) -> ec2.ILaunchTemplate:
    resource = level_1(stack, user_data)
    return imported(stack, version or resource.attr_latest_version_number, launch_template_id=resource.ref)


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


REFUSED: dict[str, Callable[[Stack], Any]] = {
    "level 2, a script": lambda stack: level_2(stack, user_data=script()),
    "level 2, any text": lambda stack: level_2(stack, user_data=ec2.UserData.custom("packages: [git]")),
    "level 1, a script by function": lambda stack: level_1(stack, Fn.base64(SCRIPT)),
    "level 1, a script as text": lambda stack: level_1(stack, encoded(SCRIPT)),
    "level 1, a script with values": lambda stack: level_1(stack, Fn.base64(Fn.sub(SCRIPT + " ${AWS::Region}"))),
    "level 1, a joined script": lambda stack: level_1(stack, Fn.base64(f"{SCRIPT} {stack.region}")),
    "level 1 by its id": lambda stack: by_its_id(stack, Fn.base64(SCRIPT)),
}
TAKEN: dict[str, Callable[[Stack], Any]] = {
    "level 2": level_2,
    "level 2, parts": lambda stack: level_2(stack, user_data=parts()),
    "level 2, MIME as text": lambda stack: level_2(stack, user_data=ec2.UserData.custom(MIME)),
    "level 1": level_1,
    "level 1, MIME by function": lambda stack: level_1(stack, Fn.base64(MIME)),
    "level 1, MIME as text": lambda stack: level_1(stack, encoded(MIME)),
    "level 1, MIME with values": lambda stack: level_1(stack, Fn.base64(MIME + stack.region)),
    "level 1 by its id": lambda stack: by_its_id(stack, Fn.base64(parts().render())),
}
WARNED: dict[str, tuple[Callable[[Stack], Any], set[str]]] = {
    "imported": (imported, {USER_DATA, VERSION}),
    "imported by name": (lambda stack: imported(stack, launch_template_name="shared"), {USER_DATA, VERSION}),
    "the latest": (lambda stack: imported(stack, "$Latest"), {USER_DATA, VERSION}),
    "a version": (lambda stack: imported(stack, "3"), {USER_DATA}),
    "a parameter": (lambda stack: imported(stack, CfnParameter(stack, "Version").value_as_string), {USER_DATA}),
    "of this app, the latest": (lambda stack: by_its_id(stack, version="$Latest"), {VERSION}),
    "user data of a parameter": (
        lambda stack: level_1(stack, Fn.base64(CfnParameter(stack, "Data").value_as_string)),
        {USER_DATA},
    ),
    "a parameter as user data": (
        lambda stack: level_1(stack, CfnParameter(stack, "Data").value_as_string),
        {USER_DATA},
    ),
    "text that is no Base64": (lambda stack: level_1(stack, "#!/bin/bash"), {USER_DATA}),
}


def acknowledgeable(stack: Stack) -> set[str]:
    found = Annotations.from_stack(stack).find_warning("*", Match.any_value())
    return {str(each.entry.data).rpartition("[ack: ")[2].removesuffix("]") for each in found}


@pytest.mark.parametrize("name", REFUSED)
def test_user_data_that_is_not_mime_is_refused(stack: Stack, make_ec2: Make, name: str) -> None:
    with pytest.raises(ConfigurationError, match=r"'Stack/Ec2' launch_template: got user data .*\(COMPUTE010\)"):
        make_ec2(launch_template=REFUSED[name](stack))


def test_that_of_a_machine_image_is_not_mime_either() -> None:
    stack = Stack(App(context={"@aws-cdk/aws-ec2:launchTemplateDefaultUserData": True}), "Stack")
    template = level_2(stack, machine_image=ec2.MachineImage.latest_amazon_linux2023())
    with pytest.raises(ConfigurationError, match="begins with '#!/bin/bash'"):
        Ec2ComputeEnvironment(stack, "Ec2", vpc=ec2.Vpc(stack, "Vpc"), max_vcpus=4, launch_template=template)


@pytest.mark.parametrize("name", TAKEN)
def test_none_and_mime_are_taken_without_a_word(stack: Stack, make_ec2: Make, name: str) -> None:
    make_ec2(launch_template=TAKEN[name](stack))
    assert acknowledgeable(stack) == set()


@pytest.mark.parametrize("name", TAKEN)
def test_a_changed_template_of_the_app_changes_the_environment(stack: Stack, make_ec2: Make, name: str) -> None:
    make_ec2(launch_template=TAKEN[name](stack))
    (environment,) = Template.from_stack(stack).find_resources("AWS::Batch::ComputeEnvironment").values()
    reference = environment["Properties"]["ComputeResources"]["LaunchTemplate"]
    logical_id = reference["LaunchTemplateId"]["Ref"]
    assert reference["Version"] == {"Fn::GetAtt": [logical_id, "LatestVersionNumber"]}


@pytest.mark.parametrize("name", WARNED)
def test_what_is_not_known_or_never_rolls_is_warned_of(stack: Stack, make_ec2: Make, name: str) -> None:
    make, expected = WARNED[name]
    make_ec2(launch_template=make(stack))
    assert acknowledgeable(stack) == expected
