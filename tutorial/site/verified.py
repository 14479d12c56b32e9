"""What the verification reported of a chapter, as a sentence for its readers."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from tutorial.proof.claim import all_claims
from tutorial.proof.report import pages_in, read_report

UNVERIFIED = "This build of the site was made without a verification of this page as it is now."


def verified(root: Path) -> dict[str, str]:
    """Return the sentence about each page, from the report that `tutorial verify` writes.

    What was verified of a page that has changed since says nothing about the page as it is; nor
    does what was verified on one Python, if it was found untrue on another after that.
    """
    reported = {page["name"]: page for page in pages_in(read_report(root))}
    sentences = {}
    for claim in all_claims(root):
        chapter = reported.get(claim.name)
        holds = chapter and chapter["verified"] and not chapter["faults"]
        if chapter and holds and chapter["inputs"] == claim.inputs():
            sentences[claim.name] = sentence(chapter)
        else:
            sentences[claim.name] = UNVERIFIED
    return sentences


def sentence(chapter: Mapping[str, Any]) -> str:
    """Return what was found of a chapter that holds: its blocks, the Pythons and the day."""
    blocks = [block for step in chapter["steps"] for block in step["blocks"]]
    results = Counter(block["result"] for block in blocks)
    parts = [f"{results['passed']} run"]
    if results["shown"]:
        parts.append(f"{results['shown']} only shown")
    reasons = Counter(block["reason"] for block in blocks if block["result"] == "not run")
    parts += [f"{number} not run ({reason.rstrip('.')})" for reason, number in reasons.items()]
    pythons = listed([verification["python"] for verification in chapter["verified"]])
    last = max(datetime.fromisoformat(each["when"]) for each in chapter["verified"])
    mutations = chapter.get("mutations")
    lies = ""
    if mutations:
        lies = (
            f" Of {mutations['told']} small lies told about it, {mutations['caught']} were caught."
        )
    return (
        f"{len(blocks)} blocks: {', '.join(parts)}. "
        f"Verified on Python {pythons} on {last.day} {last:%B %Y}.{lies}"
    )


def listed(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
