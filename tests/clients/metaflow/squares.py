"""A flow with a foreach: each number is squared by a job of its own."""

from metaflow import FlowSpec, Parameter, retry, step


class Squares(FlowSpec):
    """The sum of the squares below a number."""

    n = Parameter("n", default=3)

    @step
    def start(self):
        """Make the list."""
        self.numbers = list(range(self.n))
        self.next(self.square, foreach="numbers")

    @retry
    @step
    def square(self):
        """Square one."""
        self.result = self.input**2
        self.next(self.join)

    @step
    def join(self, inputs):
        """Sum up."""
        self.total = sum(item.result for item in inputs)
        self.next(self.end)

    @step
    def end(self):
        """Tell."""
        print("the sum is", self.total)


if __name__ == "__main__":
    Squares()
