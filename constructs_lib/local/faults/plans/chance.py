"""Chance that a seed decides, the same in every run whatever the threads do."""

import hashlib

_BITS = 64
_RANGE = float(2**_BITS)


def happens(probability: float, seed: int, number: int, identity: str) -> bool:
    """Decide whether the fault ``number`` of a plan happens on an occasion.

    Args:
        probability: how often, from 0 to 1.
        seed: the plan's.
        number: which fault it is: two of the same kind decide independently.
        identity: what tells the occasion from others in every run.
    """
    return _number(f"{seed} {number} {identity}") < probability * _RANGE


def instance_id(seed: int, number: int, identity: str) -> str:
    """An id in the form of EC2's for the instance that is taken away."""
    return f"i-0{_number(f'instance {seed} {number} {identity}'):016x}"


def _number(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=_BITS // 8).digest(), "big")
