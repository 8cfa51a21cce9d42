"""Accounts and regions, and the access keys of administrators: made up, read, and given to clients."""

import re

import pytest

from constructs_lib.local.account import Keys, KeysError, Location, LocationError, environment


def test_keys_that_are_made_up_are_new_each_time_and_look_as_those_of_aws() -> None:
    made = [Keys.random() for _ in range(50)]
    assert len({keys.access_key for keys in made}) == len({keys.secret_key for keys in made}) == 50
    assert all(re.fullmatch("AKIA[A-Z2-7]{16}", keys.access_key) for keys in made)
    assert all(re.fullmatch("[A-Za-z0-9+/]{40}", keys.secret_key) for keys in made)


def test_a_secret_is_not_in_what_is_printed_of_keys() -> None:
    assert repr(Keys("ID", "very-secret")) == "Keys(access_key='ID')"


@pytest.mark.parametrize(
    ("text", "name", "secret"), [("local/local", "local", "local"), ("AKIA_1/a/b+c=", "AKIA_1", "a/b+c=")]
)
def test_keys_are_read_up_to_the_first_slash(text: str, name: str, secret: str) -> None:
    assert Keys.parse(text) == Keys(name, secret)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("local", "expected ID/SECRET"),
        ("", "expected ID/SECRET"),
        ("/secret", "the id of an access key has"),
        ("a b/secret", "the id of an access key has"),
        ("a,b/secret", "the id of an access key has"),
        (f"{'a' * 129}/secret", "1 to 128"),
        ("id/", "the secret of an access key has"),
        ("id/a b", "the secret of an access key has"),
        ("id/a\nb", "the secret of an access key has"),
        ("id/ü", "visible ASCII"),
    ],
)
def test_what_is_no_key_is_refused(text: str, message: str) -> None:
    with pytest.raises(KeysError, match=message):
        Keys.parse(text)


def test_clients_get_the_keys_by_their_environment() -> None:
    variables = environment("http://localhost:1", Keys("ID", "secret"))
    assert (variables["AWS_ACCESS_KEY_ID"], variables["AWS_SECRET_ACCESS_KEY"]) == ("ID", "secret")


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("us-east-1", "aws"),
        ("eu-central-1", "aws"),
        ("cn-northwest-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
        ("us-iso-east-1", "aws-iso"),
        ("us-isob-east-1", "aws-iso-b"),
        ("eusc-de-east-1", "aws-eusc"),
    ],
)
def test_a_region_is_in_the_partition_that_its_name_says(region: str, partition: str) -> None:
    assert Location.checked("999999999999", region).arn("batch", "job/1") == (
        f"arn:{partition}:batch:{region}:999999999999:job/1"
    )
    assert Location.of(f"arn:{partition}:batch:{region}:999999999999:job/1:2") == Location("999999999999", region)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"account": "12345"}, "an account of 12 digits, such as 123456789012, got '12345'"),
        ({"account": "12345678901²"}, "an account of 12 digits"),
        ({"region": "Frankfurt"}, "a region such as us-east-1, got 'Frankfurt'"),
        ({"region": ""}, "a region such as us-east-1, got ''"),
    ],
)
def test_what_has_not_the_form_of_an_account_or_a_region_is_refused(given: dict[str, str], told: str) -> None:
    with pytest.raises(LocationError, match=re.escape(told)):
        Location.checked(**given)
