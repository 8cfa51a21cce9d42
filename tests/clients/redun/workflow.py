"""Tasks of redun that run as jobs of AWS Batch."""

from redun import task

redun_namespace = "squares"


@task(executor="batch")
def square(n: int) -> int:
    """Square a number."""
    return n * n


@task(executor="batch")
def total(numbers: list[int]) -> int:
    """Sum up."""
    return sum(numbers)


@task()
def main(n: int = 3) -> int:
    """The sum of the first squares."""
    return total([square(number) for number in range(1, n + 1)])
