"""Which account and region a request is for, once that is known: told from the signature's check to what answers."""

from wsgiref.types import WSGIEnvironment

from constructs_lib.local.account import Location

_NAME = "constructs-lib.location"
_OF_MOTO = "HTTP_X_MOTO_ACCOUNT_ID"


def tell_location(environ: WSGIEnvironment, location: Location) -> None:
    """Write down which account and region a request is for, where moto looks for the account, too."""
    environ[_NAME] = location
    environ[_OF_MOTO] = location.account


def forget_location(environ: WSGIEnvironment) -> None:
    """Take away what a client has written there: moto lets everybody be everywhere."""
    environ.pop(_OF_MOTO, None)


def location_of(environ: WSGIEnvironment) -> Location:
    """Which account and region a request is for; the default ones when nobody has looked."""
    found = environ.get(_NAME)
    return found if isinstance(found, Location) else Location()
