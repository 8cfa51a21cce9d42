"""What users write for an item arrives as they have written it, to the last space."""

from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.workflows.fan_out.list.item_values import item_parameters, item_variables
from constructs_lib.workflows.states.jsonata_tokens import quoted
from tests.unit.workflows.interpreter import evaluate

TOKENS = st.builds("{}${{Token[TOKEN.{}]}}{}".format, st.text(), st.integers(0, 999), st.text())
TEXTS = (st.text() | TOKENS).filter(lambda text: not text.startswith("{%"))
STATES = {"input": {"environment": [{"Name": "RESULTS_URI", "Value": "s3://…"}], "item": {"a  b": 12}}}


@given(st.dictionaries(st.from_regex(r"[A-Z_]{1,8}", fullmatch=True), TEXTS, min_size=1, max_size=3))
def test_variables_have_the_texts_that_they_are_given(variables: dict[str, str]) -> None:
    added = [{"Name": name, "Value": text} for name, text in variables.items()]
    assert evaluate(item_variables(variables), STATES) == [*STATES["input"]["environment"], *added]


@given(TEXTS)
def test_an_expression_stays_as_it_is(text: str) -> None:
    written = f"{{% {quoted(text)} & '  ' & $states.input.item.`a  b` %}}"
    [_, variable] = evaluate(item_variables({"A": written}), STATES)
    assert variable == {"Name": "A", "Value": f"{text}  12"}
    assert evaluate(item_parameters({"a": written, "b": "a  b"}), STATES) == {"a": f"{text}  12", "b": "a  b"}
