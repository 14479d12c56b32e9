"""The page of errors: each has its message as a program prints it, its cause and its cure."""

import re

import pytest

from tutorial.pages.blocks import ShownBlock, TerminalBlock
from tutorial.pages.page import Step, parse_page
from tutorial.proof.claim import all_claims, find_claim
from tutorial.repository import ROOT

CLAIM = find_claim("reference/errors", all_claims(ROOT))
PAGE = parse_page(CLAIM.page, CLAIM.text())
ERRORS = [pytest.param(step, id=step.title) for step in PAGE.steps if step.level == 3]


def prose(step: Step) -> str:
    """What stands below the heading, up to the next one."""
    lines = PAGE.text.split("\n")
    following = [other.line - 1 for other in PAGE.steps if other.line > step.line]
    return "\n".join(lines[step.line : min(following, default=len(lines))])


@pytest.mark.parametrize("step", ERRORS)
def test_an_error_has_its_message_its_cause_and_its_cure(step: Step) -> None:
    outputs = [
        exchange.output
        for block in step.blocks
        if isinstance(block, TerminalBlock)
        for exchange in block.exchanges
    ]
    outputs += [block.fence.body for block in step.blocks if isinstance(block, ShownBlock)]
    printed = " ".join(line for output in outputs for line in output)
    messages = re.findall("`(.+?)`", step.title)
    assert messages
    assert [message for message in messages if message not in printed] == []
    assert [prose(step).count(f"\n**{word}.** ") for word in ("Cause", "Cure")] == [1, 1]


def test_nearly_all_errors_are_provoked() -> None:
    shown = [
        step for step in PAGE.steps if any(isinstance(block, ShownBlock) for block in step.blocks)
    ]
    assert len(ERRORS) >= 20
    assert len(shown) <= 4
