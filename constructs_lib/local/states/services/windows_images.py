"""Gap: moto's Parameter Store has the public parameters of Amazon's images of Linux, and none of Windows.

A parameter, and the image that it names, are there as soon as somebody asks for it by its name.
Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters-ami.html
"""

import re
import threading
from hashlib import sha256
from typing import Any, Final

from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends
from moto.ec2.models.amis import Ami
from moto.ssm.models import Parameter, ParameterDict

from constructs_lib.local.patching import Patch

_PATH: Final = "/aws/service/ami-windows-latest/"
_SQL = r"SQL_20\d\d(?:_SP\d)?_(?:Enterprise|Express|Standard|Web)"
_CONTENT = rf"(?:Base|ContainersLatest|ECS_Optimized|EKS_Optimized-1\.\d\d|HyperV|{_SQL})"
_LANGUAGE = "[A-Z][a-z]+(?:_[A-Z][a-z]+)?"
_IMAGE = re.compile(rf"Windows_Server-20(?:16|19|22|25)-{_LANGUAGE}-(?:STIG-)?(?:Full|Core)(?:-{_CONTENT})?")
"""The names of images of the servers that are still supported."""
_LENGTH_OF_ID: Final = 17

_check = ParameterDict._check_loading_status  # noqa: SLF001 this is what gets replaced
_making = threading.Lock()


def patches() -> list[Patch]:
    """Make them when they are asked for."""
    return [Patch(ParameterDict, "_check_loading_status", _check_loading_status)]


def _check_loading_status(self: Any, key: str) -> None:
    _check(self, key)
    name = key.removeprefix(_PATH) if key and key.startswith(_PATH) else ""
    if _IMAGE.fullmatch(name):
        with _making:
            if key not in self.keys():
                dict.__setitem__(self, key, [_parameter(self, key, _image(self, name))])


def _parameter(at: Any, key: str, image: str) -> Parameter:
    return Parameter(
        account_id=at.account_id,
        name=key,
        value=image,
        parameter_type="String",
        description=None,
        allowed_pattern=None,
        keyid=None,
        last_modified_date=utcnow().timestamp(),
        version=1,
        data_type="text",
    )


def _image(at: Any, name: str) -> str:
    """The id of an image that Amazon might have in this region."""
    backend = ec2_backends[at.account_id][at.region_name]
    made = "ami-" + sha256(f"{at.region_name} {name}".encode()).hexdigest()[:_LENGTH_OF_ID]
    if made not in backend.amis:
        backend.amis[made] = Ami(
            backend,
            made,
            name=f"{name}-{utcnow():%Y.%m.%d}",
            owner_alias="amazon",
            public=True,
            platform="windows",
            architecture="x86_64",
            virtualization_type="hvm",
        )
    return made
