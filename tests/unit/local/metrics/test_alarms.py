"""Alarms: what each looks at, when it is evaluated, what it says, and what it does then."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.local.metrics.alarms.alarm import Alarm
from constructs_lib.local.metrics.alarms.book import Book, Transition
from constructs_lib.local.metrics.alarms.evaluation import evaluate
from constructs_lib.local.metrics.alarms.messages import detail, message, region_name, subject
from constructs_lib.local.metrics.alarms.rules import RuleError, rule
from constructs_lib.local.metrics.series.metric import Metric
from constructs_lib.local.metrics.series.store import Store

ARN = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:{}"
SOLD = Metric("Shop", "Sold")
NOW = 1_700_000_040
"""A whole minute."""
PUT: dict[str, Any] = {
    "AlarmName": "sold",
    "Namespace": "Shop",
    "MetricName": "Sold",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 5.0,
    "ComparisonOperator": "GreaterThanThreshold",
}


class Listener:
    """Keeps what it hears."""

    def __init__(self, problem: str | None = None) -> None:
        self.changes: list[tuple[str, str, str]] = []
        self.acts: list[str] = []
        self.wakes = 0
        self.problem = problem

    def changed(self, transition: Transition) -> None:
        self.changes.append((transition.alarm.name, transition.before.value, transition.after.value))

    def act(self, _: Transition, action: str) -> str | None:
        self.acts.append(action)
        return self.problem

    def wake(self) -> None:
        self.wakes += 1


def alarm(**options: Any) -> Alarm:
    put = {**PUT, **options}
    return Alarm(ARN.format(put["AlarmName"]), put, NOW)


def store(*values: float | None) -> Store:
    """A value for each of the last minutes; None for none."""
    made = Store()
    for place, value in enumerate(reversed(values), 1):
        if value is not None:
            made.put(SOLD, NOW - 60 * place, value)
    return made


@pytest.mark.parametrize(
    ("comparison", "states"),
    [
        ("GreaterThanThreshold", ("OK", "OK", "ALARM")),
        ("GreaterThanOrEqualToThreshold", ("OK", "ALARM", "ALARM")),
        ("LessThanThreshold", ("ALARM", "OK", "OK")),
        ("LessThanOrEqualToThreshold", ("ALARM", "ALARM", "OK")),
    ],
)
def test_a_value_is_compared_with_the_threshold(comparison: str, states: tuple[str, ...]) -> None:
    of = alarm(ComparisonOperator=comparison)
    assert tuple(evaluate(of, store(value), NOW).value for value in (4, 5, 6)) == states


def test_an_alarm_says_why_in_the_words_of_aws() -> None:
    verdict = evaluate(alarm(EvaluationPeriods=3, DatapointsToAlarm=2), store(9, 1, 6), NOW)
    assert verdict.reason == (
        "Threshold Crossed: 2 out of the last 3 datapoints [6.0 (14/11/23 22:13:00), 9.0 (14/11/23 22:11:00)] were "
        "greater than the threshold (5.0) (minimum 2 datapoints for OK -> ALARM transition)."
    )
    assert json.loads(verdict.data)["recentDatapoints"] == [9, 1, 6]
    assert evaluate(alarm(), store(1), NOW).reason == (
        "Threshold Crossed: 1 out of the last 1 datapoints [1.0 (14/11/23 22:13:00)] was not greater than the "
        "threshold (5.0) (minimum 1 datapoint for ALARM -> OK transition)."
    )
    assert evaluate(alarm(TreatMissingData="breaching"), store(), NOW).reason == (
        "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as "
        "[Breaching]."
    )
    assert evaluate(alarm(), store(), NOW).reason == "Insufficient Data: 1 datapoint was unknown."


def test_periods_of_several_minutes_end_now() -> None:
    of = alarm(Period=300, Threshold=14)
    assert evaluate(of, store(3, 3, 3, 3, 3), NOW).value == "ALARM"
    assert evaluate(of, store(3, 3, 3, 3, 3), NOW + 60).value == "OK"  # the first minute is in no period any more


@pytest.mark.parametrize(("treatment", "state"), [("evaluate", "ALARM"), ("ignore", None)])
def test_a_percentile_of_few_samples_may_be_ignored(treatment: str, state: str | None) -> None:
    of = alarm(ExtendedStatistic="p99", Statistic=None, EvaluateLowSampleCountPercentile=treatment)
    few = store(9)
    assert evaluate(of, few, NOW).value == state
    few.put(SOLD, NOW - 60, 9.0, times=1000)
    assert evaluate(of, few, NOW).value == "ALARM"


def test_an_alarm_of_an_expression_that_cannot_be_calculated_knows_nothing() -> None:
    queries = [{"Id": "e", "Expression": "ANOMALY_DETECTION_BAND(m)"}]
    verdict = evaluate(alarm(Metrics=queries, MetricName=None), store(), NOW)
    assert (verdict.value, verdict.reason) == ("INSUFFICIENT_DATA", "Insufficient Data: Id m is not known")


def test_an_alarm_that_cannot_change_is_not_due_until_something_is_put() -> None:
    of, listener = store(9), Listener()
    book = Book(of, listener)
    book.put(ARN.format("sold"), PUT, NOW - 30)
    seen = []
    for moment in range(NOW, NOW + 600, 60):
        if (due := book.due()) is not None and due <= moment:
            book.evaluate(moment)
            seen.append(book.alarms["sold"].state.value)
    assert seen == ["ALARM", "ALARM", "ALARM", "INSUFFICIENT_DATA"]
    assert book.due() is None
    wakes = listener.wakes
    of.put(Metric("Shop", "Other"), NOW + 600, 1.0)
    assert (listener.wakes, book.due()) == (wakes, None)
    of.put(SOLD, NOW + 600, 9.0)
    assert listener.wakes == wakes + 1
    assert book.due() is not None
    book.evaluate(NOW + 660)
    assert listener.changes[-1] == ("sold", "INSUFFICIENT_DATA", "ALARM")


def test_an_alarm_of_the_hour_is_evaluated_though_nothing_is_put() -> None:
    book = Book(store(), Listener())
    queries = [
        {"Id": "m", "MetricStat": {"Metric": {"Namespace": "Shop", "MetricName": "Sold"}, "Period": 60, "Stat": "Sum"}},
        {"Id": "e", "Expression": "IF(HOUR(m) >= 23, 9, 1)"},
    ]
    queries[0]["ReturnData"] = False
    put = {name: value for name, value in PUT.items() if name not in ("Namespace", "MetricName", "Statistic", "Period")}
    book.put(ARN.format("sold"), {**put, "Metrics": queries}, NOW)
    states = []
    for moment in range(NOW + 60, NOW + 3600, 60):
        book.evaluate(moment)
        states.append(book.alarms["sold"].state.value)
    assert states == sorted(states, reverse=True)
    assert set(states) == {"OK", "ALARM"}


def test_actions_are_done_once_and_remembered() -> None:
    listener = Listener()
    book = Book(store(), listener)
    made = book.put(ARN.format("sold"), {**PUT, "AlarmActions": ["a1", "a2"], "OKActions": ["ok"]}, NOW)
    book.set_state(made, "ALARM", "trying", '{"why": 1}', NOW + 1)
    book.set_state(made, "ALARM", "again", None, NOW + 2)
    listener.problem = "no such topic"
    book.set_state(made, "OK", "done", None, NOW + 3)
    assert listener.acts == ["a1", "a2", "ok"]
    assert [(item.kind, item.summary) for item in book.history] == [
        ("ConfigurationUpdate", 'Alarm "sold" created'),
        ("StateUpdate", "Alarm updated from INSUFFICIENT_DATA to ALARM"),
        ("Action", "Successfully executed action a1"),
        ("Action", "Successfully executed action a2"),
        ("StateUpdate", "Alarm updated from ALARM to OK"),
        ("Action", 'Failed to execute action ok. Received error: "no such topic"'),
    ]
    book.put(ARN.format("sold"), {**PUT, "Threshold": 6.0}, NOW + 4)
    assert book.alarms["sold"].state.value == "OK"
    book.remove(["sold", "gone"], NOW + 5)
    assert [item.summary for item in book.history[-2:]] == ['Alarm "sold" updated', 'Alarm "sold" deleted']


def test_an_alarm_may_put_what_another_alarm_watches() -> None:
    """What an action brings about is put while alarms are evaluated, by another thread even."""
    of = store(9)

    class Echo(Listener):
        def act(self, transition: Transition, action: str) -> str | None:
            of.put(Metric("Shop", "Told"), transition.now, 1.0)
            return super().act(transition, action)

    book = Book(of, Echo())
    book.put(ARN.format("told"), {**PUT, "AlarmName": "told", "MetricName": "Told", "Threshold": 0.0}, NOW - 60)
    book.put(ARN.format("sold"), {**PUT, "AlarmActions": ["a"]}, NOW - 60)
    for moment in (NOW, NOW + 60, NOW + 120):
        book.evaluate(moment)
    assert book.alarms["told"].state.value == "ALARM"


def transition() -> Transition:
    listener = Listener()
    book = Book(store(), listener)
    made = book.put(
        ARN.format("sold"), {**PUT, "AlarmDescription": "too many", "Dimensions": [{"Name": "a", "Value": "b"}]}, NOW
    )
    before = made.state
    book.set_state(made, "ALARM", "trying", None, NOW + 1)
    return Transition(made, before, made.state, NOW + 1)


def test_what_a_topic_is_told() -> None:
    of = transition()
    assert subject(of) == 'ALARM: "sold" in US East (N. Virginia)'
    told = json.loads(message(of))
    assert told["Trigger"] == {
        "MetricName": "Sold",
        "Namespace": "Shop",
        "StatisticType": "Statistic",
        "Statistic": "SUM",
        "Unit": None,
        "Dimensions": [{"value": "b", "name": "a"}],
        "Period": 60,
        "EvaluationPeriods": 1,
        "DatapointsToAlarm": 1,
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 5.0,
        "TreatMissingData": "missing",
        "EvaluateLowSampleCountPercentile": "",
    }
    assert (told["AWSAccountId"], told["StateChangeTime"]) == ("123456789012", "2023-11-14T22:14:01.000+0000")
    assert region_name("nowhere-1") == "nowhere-1"


def test_what_an_event_says() -> None:
    told = detail(transition())
    assert told["previousState"]["value"] == "INSUFFICIENT_DATA"
    assert told["configuration"]["metrics"][0]["metricStat"] == {
        "metric": {"namespace": "Shop", "name": "Sold", "dimensions": {"a": "b"}},
        "period": 60,
        "stat": "Sum",
    }


RULES = st.recursive(
    st.sampled_from(["ALARM(a)", 'OK("b")', "INSUFFICIENT_DATA('c')", "TRUE", "FALSE"]),
    lambda inner: (
        inner.map(lambda one: f"NOT {one}")
        | st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(lambda three: "({} {} {})".format(*three))
    ),
    max_leaves=12,
)
STATES = st.fixed_dictionaries({name: st.sampled_from(["ALARM", "OK", "INSUFFICIENT_DATA"]) for name in "abc"})


@given(RULES, STATES)
def test_a_rule_holds_as_its_words_say(text: str, states: dict[str, str]) -> None:
    told = text
    for words, holds in {
        "ALARM(a)": states["a"] == "ALARM",
        'OK("b")': states["b"] == "OK",
        "INSUFFICIENT_DATA('c')": states["c"] == "INSUFFICIENT_DATA",
        "TRUE": True,
        "FALSE": False,
    }.items():
        told = told.replace(words, str(holds))
    assert rule(text).holds(states) is bool(eval(told.lower().replace("true", "True").replace("false", "False")))  # noqa: S307 - made of words of this file


@pytest.mark.parametrize(
    "text", ["", "ALARM", "ALARM()", "ALARM(a) ALARM(b)", "(ALARM(a)", "MAYBE(a)", "NOT", "ALARM(a) AND"]
)
def test_what_is_no_rule_is_refused(text: str) -> None:
    with pytest.raises(RuleError):
        rule(text)


def test_a_rule_names_alarms_by_name_or_arn() -> None:
    assert rule(f"ALARM({ARN.format('a')}) OR OK(b)").names == {"a", "b"}
