"""The command that explains faults."""

from click.testing import CliRunner

from constructs_lib.cli import main
from constructs_lib.local.faults.kinds.forms import KINDS


def test_it_explains_every_fault() -> None:
    result = CliRunner().invoke(main, ["local", "faults"])
    assert result.exit_code == 0
    assert KINDS.keys() <= set(result.output.splitlines())
