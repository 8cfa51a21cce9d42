"""The page of all commands says what the commands say."""

from docs.command_line import FILE, page


def test_the_page_is_what_the_commands_say_of_themselves() -> None:
    assert FILE.read_text() == page(), "a command has changed: write its help with `make help-page`"
