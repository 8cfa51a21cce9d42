"""The administrator's access key: made up, read, and given to clients."""

import re

import pytest

from constructs_lib.local.account import Keys, KeysError, environment


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
