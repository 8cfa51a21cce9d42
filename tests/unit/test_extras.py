"""What needs an extra says which when it is not installed."""

import subprocess
import sys

import pytest

from constructs_lib.extras import import_with


def imported_without(package: str, statement: str) -> str:
    """The last line of what Python prints when a statement runs where a package is not installed."""
    script = f"import sys\nsys.modules[{package!r}] = None\n{statement}"
    process = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert process.returncode == 1
    return process.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("package", "statement", "extras"),
    [
        ("moto", "from constructs_lib.local import EmbeddedAws", "local"),
        ("syrupy", "from constructs_lib.testing import TemplateSnapshot", "testing"),
        ("moto", "from constructs_lib.testing import LocalAws", "local,testing"),
        ("boto3", "from constructs_lib.ops import Account", "cli"),
    ],
)
def test_an_import_without_its_extra_ends_with_the_command_that_installs_it(
    package: str, statement: str, extras: str
) -> None:
    told = imported_without(package, statement)
    assert told.startswith("ModuleNotFoundError: constructs_lib.")
    assert told.endswith(f"needs the package {package}, which is not installed: pip install 'constructs-lib[{extras}]'")


def test_a_module_of_our_own_that_is_not_there_is_no_matter_of_extras() -> None:
    with pytest.raises(ModuleNotFoundError, match=r"^No module named 'constructs_lib\.nowhere'$"):
        import_with("local", "constructs_lib.nowhere")
