"""Times in words."""

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))


def age(seconds: float) -> str:
    """A time in two units at most: ``45 s``, ``3 min 20 s``, ``2 h 5 min``, ``4 d 3 h``."""
    whole = round(seconds)
    for number, (unit, word) in enumerate(_UNITS):
        if whole >= unit:
            rest, (smaller, less) = whole % unit, (*_UNITS, (1, "s"))[number + 1]
            return f"{whole // unit} {word}" + (f" {rest // smaller} {less}" if rest // smaller else "")
    return f"{whole} s"
