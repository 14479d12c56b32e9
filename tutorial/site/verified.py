"""What the verification reported of a chapter, as a sentence for its readers."""

UNVERIFIED = "This build of the site was made without running the pages: nothing here is verified."


def verified(report: object, chapter: str) -> str:
    """Return the sentence about a chapter, from the report that `tutorial verify` writes."""
    return UNVERIFIED
