"""One meaning per code, each enforced, in the docs, and with its address in the message."""

import re
from pathlib import Path

import pytest

from constructs_lib import ConfigurationError
from constructs_lib.rules import PAGE, Caution, Rule
from tests.unit.rules.broken import BROKEN
from tests.unit.rules.page import FILE, error_of, written

ROOT = Path(__file__).parents[3]
LIBRARY = sorted((ROOT / "constructs_lib").rglob("*.py"))
CODE = re.compile(r"\b(?:ARG|BATCH|COMPUTE|NETWORK|STORAGE|QUEUE|FIT|JOB|IMAGE|ACCESS|MONEY|FLOW|TRIG|MON)\d{3}\b")


@pytest.mark.parametrize("rule", Rule, ids=lambda rule: rule.code)
def test_a_wrong_call_is_refused_by_its_rule(rule: Rule) -> None:
    error = error_of(rule)
    assert error.code == rule.code
    assert (
        str(error) == f"{error.where}: got {error.got}, {error.expected} ({rule.code}). {error.fix} See {rule.address}"
    )
    assert not re.search(r"object at 0x|Token\[", str(error))


def test_each_rule_has_one_code_and_each_code_one_rule() -> None:
    assert len({rule.code for rule in Rule}) == len(Rule)
    assert len({caution.id for caution in Caution}) == len(Caution)
    assert set(BROKEN) == set(Rule)


def test_the_page_is_made_from_the_registry() -> None:
    assert FILE.read_text(encoding="utf-8") == written(), "run `make errors`"


@pytest.mark.parametrize("rule", Rule, ids=lambda rule: rule.code)
def test_the_address_of_a_rule_is_a_heading_of_the_page(rule: Rule) -> None:
    page, _, anchor = rule.address.partition("#")
    headings = re.findall(r"^#+ (.+)$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
    assert [heading for heading in headings if heading.lower().replace(" ", "-") == anchor] == [rule.code]


def test_every_rule_and_every_warning_is_used() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in LIBRARY if path.name != "rules.py")
    used = set(re.findall(r"\b(Rule|Caution)\.([A-Z_0-9]+)\b", source))
    registered = {(kind.__name__, member.name) for kind in (Rule, Caution) for member in kind}
    assert used == registered


def test_no_module_raises_an_error_or_a_warning_beside_the_registry() -> None:
    beside = re.compile(r"ConfigurationError\(\s*code|add_warning_v2\(\s*[\"']|code=\"[A-Z]+\d{3}\"")
    assert [path for path in LIBRARY if path.name != "rules.py" and beside.search(path.read_text())] == []


@pytest.mark.parametrize(
    "path", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))], ids=lambda path: path.name
)
def test_pages_name_codes_that_there_are(path: Path) -> None:
    assert set(CODE.findall(path.read_text(encoding="utf-8"))) <= {rule.code for rule in Rule}


def test_the_page_is_in_the_wheel_where_the_message_says() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'"{PAGE}" = "constructs_lib/{PAGE}"' in project


def test_an_error_of_an_app_has_a_code_of_its_own_and_no_address() -> None:
    error = ConfigurationError(
        code="APP001", where="app", got="nothing", expected="something is needed", fix="Pass it."
    )
    assert str(error) == "app: got nothing, something is needed (APP001). Pass it."
    assert (error.code, error.address) == ("APP001", "")
