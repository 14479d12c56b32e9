"""Runs a part of a page for real, where a recording of the page can't tell what would come.

The part begins in a folder like the one that the page has built by then, with its packages
at hand. It is no full run: a server that was started before isn't there. Of a page whose sections
start anew, the whole section is run.
"""

from dataclasses import replace
from pathlib import Path

from tutorial.pages.fault import Fault
from tutorial.pages.page import Page
from tutorial.proof.computer import ReadersComputer
from tutorial.proof.replay import Departure, Recording, judge_text
from tutorial.proof.run import Options, PageResult, PageRun, Snapshot, Watcher
from tutorial.proof.workspace import Workspace

# Commands that leave what later ones need, and what is no file of a chapter: a database's tables.
LASTING = {("apistar create_tables",)}


class PartRun(PageRun):
    """A run of a page's part, which doesn't come to the snapshot."""

    def _check_snapshot(self) -> None:
        pass


def run_on(
    departure: Departure,
    recording: Recording,
    environment: Path | None,
    options: Options,
    most: int | None = None,
) -> PageResult:
    """Run from a block on to the end of its step, or so many blocks; or its whole section."""
    if departure.page.starts_from:
        steps = next(each for each in departure.page.sections if departure.step in each)
        with Workspace(recording.start, options.interpreter, environment) as workspace:
            return run_part(replace(departure.page, steps=steps), workspace, options)
    step = departure.step
    first = step.blocks.index(departure.block)
    blocks = step.blocks[first:] if most is None else step.blocks[first : first + most]
    part = replace(departure.page, steps=(replace(step, blocks=blocks),))
    earlier = recording.events[: departure.event + 1]
    with Workspace(earlier[-1].before, options.interpreter, environment) as workspace:
        computer = ReadersComputer(workspace, options.timeout)
        for command in {event.typed.command for event in earlier[:-1]} & LASTING:
            shell = computer.open("")
            shell.run(command)
            shell.close()
        for gone in workspace.tree().keys() - departure.tree.keys():
            (workspace.folder / gone).unlink()
        for name, file in departure.tree.items():
            workspace.write(name, file)
        return run_part(part, workspace, options)


def run_part(part: Page, workspace: Workspace, options: Options) -> PageResult:
    """Run a page's part in a workspace."""
    computer = ReadersComputer(workspace, options.timeout)
    return PartRun(part, Snapshot("", {}), computer, options, Watcher()).run()


class Judge:
    """Judges changed texts of a page that is true: by its recording, by a run where that can't."""

    def __init__(
        self, page: Page, recording: Recording, environment: Path | None, options: Options
    ) -> None:
        self._page = page
        self._recording = recording
        self._environment = environment
        self._options = options
        self._controls: set[tuple[int, int]] = set()
        self.runs = 0

    def faults(self, text: str, snapshot: Snapshot) -> tuple[Fault, ...]:
        """What is untrue of the text."""
        judgement = judge_text(self._page.path, text, snapshot, self._recording)
        if judgement.faults or judgement.departure is None:
            return judgement.faults
        result = self._run(judgement.departure)
        if result.faults:
            self._control(judgement.departure.event, len(result.steps[0].blocks))
        return result.faults

    def _run(self, departure: Departure, most: int | None = None) -> PageResult:
        self.runs += 1
        return run_on(departure, self._recording, self._environment, self._options, most)

    def _control(self, number: int, most: int) -> None:
        """Make sure that the same blocks of the true page are found true when run like this.

        A section that starts anew is run as it was when it was recorded, so that is known.
        """
        line = self._recording.events[number].line
        if self._page.starts_from or (line, most) in self._controls:
            return
        self._controls.add((line, most))
        first = next(i for i, event in enumerate(self._recording.events) if event.line == line)
        step, block = next(
            (step, block)
            for step in self._page.steps
            for block in step.blocks
            if block.line == line
        )
        tree = self._recording.events[first].before
        control = self._run(Departure(self._page, step, block, tree, first), most)
        if control.faults:
            raise ValueError(f"the true page can't be run from here on: {control.faults[0]}")
