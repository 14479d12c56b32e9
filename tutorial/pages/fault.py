"""What is wrong with a page: a lie that it tells, or a line that can't be understood."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """A sentence about a line of a page, and what there is to see: a small diff, output so far."""

    page: str
    line: int
    sentence: str
    detail: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join([f"{self.page}:{self.line}: {self.sentence}", *indented(self.detail)])


class PageError(Exception):
    """A page that can't be read, with all that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def indented(lines: Iterable[str]) -> list[str]:
    """The lines moved to the right, to stand below a sentence."""
    return [f"    {line}".rstrip() for line in lines]
