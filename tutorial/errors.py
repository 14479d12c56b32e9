"""What goes wrong through no fault of the tooling's own."""


class TutorialError(Exception):
    """A mistake or a lack that the user can mend: its text is a sentence made to be read.

    The command line prints the sentence and exits with status 1; there is no traceback.
    """
