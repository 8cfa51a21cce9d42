"""What AWS charges for orchestration in us-east-1, without free tiers; jobs cost the same whatever submits them.

Sources: https://aws.amazon.com/step-functions/pricing/ and https://aws.amazon.com/s3/pricing/
"""

from datetime import date

DATE = date(2026, 11, 21)
"""When the price lists were last looked up."""

STATE_TRANSITION = 0.025 / 1_000
GET = 0.0004 / 1_000
PUT = 0.005 / 1_000


def dollars(*, transitions: int, gets: int, puts: int) -> float:
    """The price of a run."""
    return transitions * STATE_TRANSITION + gets * GET + puts * PUT
