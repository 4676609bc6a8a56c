"""Work that is done step by step, so that it can say how far it is."""

from collections.abc import Callable, Generator
from typing import Any, TypeVar

OnStep = Callable[[], Any]
Result = TypeVar("Result")


def finished(work: Generator[Any, None, Result], on_step: OnStep = lambda: None) -> Result:
    """Do all the work at once, and return what comes of it. `on_step` is called after each step."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: Result = end.value
            return result
        on_step()
