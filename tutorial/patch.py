"""What leads from one tree to another, file by file. Pure: trees in, lines out."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from functools import cached_property

from tutorial.proof.tree import LINE, Tree, TreeFile

README = "README.md"
NO_NEWLINE = "\\ No newline at end of file"


@dataclass(frozen=True)
class FilePatch:
    """A file that differs; `before` is None where it is new, `after` where it is gone."""

    path: str
    before: TreeFile | None
    after: TreeFile | None

    @cached_property
    def hunks(self) -> list[str]:
        """The lines of a unified diff from its first `@@` on; none where the content is one."""
        before, after = text_of(self.before), text_of(self.after)
        if before is None or after is None:
            return []
        lines = list(unified_diff(LINE.findall(before), LINE.findall(after)))[2:]
        hunks = []
        for line in lines:
            hunks.append(line.removesuffix("\n"))
            if not line.endswith("\n"):
                hunks.append(NO_NEWLINE)
        return hunks

    @property
    def added(self) -> int:
        """How many lines are added."""
        return sum(line.startswith("+") for line in self.hunks)

    @property
    def removed(self) -> int:
        """How many lines are removed."""
        return sum(line.startswith("-") for line in self.hunks)

    @property
    def what(self) -> str:
        """What happens to the file, in a word."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"

    @property
    def is_text(self) -> bool:
        """Whether both sides can be shown."""
        return text_of(self.before) is not None and text_of(self.after) is not None

    def git_lines(self) -> Iterator[str]:
        """The patch as `git apply` takes it."""
        yield f"diff --git a/{self.path} b/{self.path}"
        if self.before is None and self.after is not None:
            yield f"new file mode {mode(self.after)}"
        elif self.after is None and self.before is not None:
            yield f"deleted file mode {mode(self.before)}"
        elif self.before and self.after and self.before.executable != self.after.executable:
            yield f"old mode {mode(self.before)}"
            yield f"new mode {mode(self.after)}"
        if not self.is_text:
            yield f"Binary files a/{self.path} and b/{self.path} differ"
        elif self.hunks:
            yield f"--- a/{self.path}" if self.before else "--- /dev/null"
            yield f"+++ b/{self.path}" if self.after else "+++ /dev/null"
            yield from self.hunks


def text_of(file: TreeFile | None) -> str | None:
    """The file's text, nothing where there is no file; None for a picture and the like."""
    try:
        return file.content.decode() if file else ""
    except UnicodeDecodeError:
        return None


def mode(file: TreeFile) -> str:
    """The file's mode as git writes it."""
    return "100755" if file.executable else "100644"


def patches(before: Tree, after: Tree) -> list[FilePatch]:
    """The files that differ, by path; what only describes the folder comes last."""
    every = sorted(before.keys() | after.keys(), key=lambda path: (path == README, path))
    return [
        FilePatch(path, before.get(path), after.get(path))
        for path in every
        if before.get(path) != after.get(path)
    ]
