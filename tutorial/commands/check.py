"""`tutorial check`: tells a reader how far the folder is that they type along in."""

import os
from collections.abc import Collection
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from tutorial import environments, interpreters
from tutorial.chapters import all_chapters, find_chapter
from tutorial.commands.verify import ProgressAudience, make_options
from tutorial.console import make_console
from tutorial.course import Course, Milestone, read_course
from tutorial.errors import TutorialError
from tutorial.pages.blocks import TerminalBlock
from tutorial.pages.page import Page, parse_page
from tutorial.ports import is_free
from tutorial.processes import Processes
from tutorial.progress import Deviation, Standing, standing
from tutorial.proof.claim import Claim, chapter_claims, find_claim
from tutorial.proof.report import write_report
from tutorial.proof.verify import verify
from tutorial.readers_folder import FolderError, ReadersFolder, read_folder
from tutorial.repository import ROOT
from tutorial.signals import stop_signals
from tutorial.trial import Trial, is_test, tests_of, try_out

LONGEST_DIFF = 24
MOST_NAMES = 8
# What a reader without Docker does without: no test, and no other file, needs it.
DOCKER = frozenset({".dockerignore", "Dockerfile", "docker-compose.yml"})
CONTAINER = DOCKER | {"gunicorn.conf.py"}
STYLES = {"+": "green", "-": "red", "@": "cyan"}


def check(
    chapter: Annotated[str, typer.Argument(metavar="CHAPTER", help="As 2, 02 or 02-todo-api.")],
    folder: Annotated[str, typer.Argument(metavar="DIR", help="The folder that you work in.")],
) -> None:
    """See how far your own folder is: at which step of a chapter, what differs, what comes next.

    It runs the chapter's tests on a copy of your folder, and changes nothing of yours. What doesn't
    matter is forgiven: virtual environments, caches, line ends, formatting and the like.

    The exit status is 0 if the folder is the finished chapter and its tests pass, 1 if it isn't
    yet, 2 if it can't be checked.
    """
    try:
        claim = find_claim(chapter, chapter_claims(ROOT))
    except TutorialError as error:
        raise typer.BadParameter(str(error)) from None
    console = make_console()
    try:
        with stop_signals():
            done = run(claim, Path(os.path.expanduser(folder)), console)
    except KeyboardInterrupt:
        console.print("Stopped. Your folder is as it was.")
        raise typer.Exit(130) from None
    except TutorialError as error:
        typer.echo(f"tutorial: {error}", err=True)
        raise typer.Exit(2) from None
    if not done:
        raise typer.Exit(1)


def run(claim: Claim, folder: Path, console: Console) -> bool:
    """Check the folder and print what is found; tell whether the chapter is finished."""
    # What can't be checked is said before anything takes its time.
    refuse_nothing(read_folder(folder, frozenset()), claim)
    course = read_course(claim) or make_course(claim, console)
    reader = read_folder(folder, course.paths)
    refuse_other_things(reader, course, claim)
    left_out = course.paths & CONTAINER - reader.files.keys()
    if not left_out >= course.paths & DOCKER:
        left_out = frozenset()  # who uses one of Docker's files needs the others too
    course = course.without(left_out)
    found = standing(course, reader.files, tuple(reader.others))
    if not found.is_exact:
        refuse_later_chapter(reader, claim)
    say_standing(console, course, found, left_out)
    trial = try_tests(reader, found.milestone, claim, console)
    say_trial(console, trial, found)
    say_forgiven(console, reader, found)
    if left_out and found.milestone.step:
        say(console, f"Left out, which you may: the container's files, {listed(sorted(left_out))}.")
    say_next(console, course, found, claim)
    return found.is_exact and found.milestone is course.finish and bool(trial and trial.passed)


def make_course(claim: Claim, console: Console) -> Course:
    """Run the chapter's page, as `tutorial verify` does."""
    console.print(
        f"To know what your folder should hold after each step, {claim.page} has to be run once. "
        "That takes about a minute.",
        soft_wrap=True,
    )
    options = make_options(None)
    refuse_taken_ports(parse_page(claim.page, claim.text()), options.lacking)
    with ProgressAudience(console, [claim]) as audience:
        report = verify([claim], options, audience)
    write_report(report, claim.root)
    course = read_course(claim)
    if course is None:
        raise TutorialError(
            f"{claim.page} can't be run to its end here, so there is nothing to compare your "
            f"folder with. That is no fault of yours: `make verify CHAPTER={claim.name[:2]}` "
            "says what is wrong."
        )
    console.print()
    return course


def beginning(claim: Claim) -> str:
    """What to do who has nothing of the chapter yet."""
    first = parse_page(claim.page, (claim.root / claim.page).read_text("utf-8")).steps[0]
    begin = f"Begin with {claim.page}:{first.line}, {quoted(first.title)}"
    return f"{begin}, in a copy of src/{claim.before}" if claim.before else begin


def refuse_taken_ports(page: Page, lacking: Collection[str]) -> None:
    """Say so if a server is there already where the page starts one."""
    ports = {
        block.port
        for block in page.blocks
        if isinstance(block, TerminalBlock) and block.port and block.needs not in lacking
    }
    taken = sorted(port for port in ports if not is_free(port))
    if taken:
        raise TutorialError(
            f"{page.path} starts a server on port {taken[0]}, where one is already, perhaps your "
            "own. Stop it with Ctrl-C in its terminal, and check again. This is asked of you once: "
            "later checks start no server."
        )


def refuse_nothing(reader: ReadersFolder, claim: Claim) -> None:
    """Say so if the folder is empty."""
    if reader.folder.resolve() == claim.root.resolve():
        raise FolderError(
            f"{reader.folder} is the tutorial itself. Give the folder that you work in."
        )
    if reader.is_empty and not reader.ignored:
        raise FolderError(
            f"{reader.folder} holds nothing yet. {beginning(claim)}; then check again."
        )


def refuse_other_things(reader: ReadersFolder, course: Course, claim: Claim) -> None:
    """Say so if the folder holds nothing that could be checked."""
    if reader.files:
        return
    if reader.ignored and reader.is_empty and any(not each.files for each in course.milestones):
        return  # an environment and no file yet: so the first chapter begins
    begin = beginning(claim)
    if reader.is_empty:
        others = listed(reader.ignored)
        raise FolderError(f"{reader.folder} holds nothing but {others}. {begin}; then check again.")
    inner = {Path(path).parts[0] for path in reader.others if len(Path(path).parts) > 1}
    for name in sorted(inner):
        if any((reader.folder / name / path).is_file() for path in course.paths):
            raise FolderError(
                f"{reader.folder} holds no file of chapter {course.number}, but its folder {name} "
                f"does. Check that one: {reader.folder / name}"
            )
    above = reader.folder.resolve().parent
    if any((above / path).is_file() for path in course.paths):
        raise FolderError(
            f"{reader.folder} holds no file of chapter {course.number}, but the folder around "
            f"it does. Check that one: {above}"
        )
    raise FolderError(
        f"{reader.folder} holds no file of chapter {course.number}: is it the folder that you "
        f"work in? {begin}, if you haven't begun."
    )


def refuse_later_chapter(reader: ReadersFolder, claim: Claim) -> None:
    """Say so if the folder holds files that only a later chapter makes."""
    before, *later = [each for each in all_chapters(claim.root) if each.name >= claim.name]
    begun = None
    for chapter in later:
        theirs = [
            path
            for path in reader.others
            if (chapter.folder / path).is_file() and not (before.folder / path).is_file()
        ]
        begun = (chapter, theirs) if theirs else begun
        before = chapter
    if begun:
        chapter, theirs = begun
        number = int(chapter.number)
        raise FolderError(
            f"{reader.folder} has begun chapter {number}: it holds {listed(theirs)}. "
            f"Check it as that chapter: CHAPTER={chapter.number}, "
            f"or `tutorial check {chapter.number} {reader.folder}`."
        )


def try_tests(
    reader: ReadersFolder, milestone: Milestone, claim: Claim, console: Console
) -> Trial | None:
    """Run the chapter's tests, as they are at the milestone; None if there are none yet."""
    tests = tests_of(milestone.files)
    if not any(path.startswith("tests/") for path in tests):
        return None
    with console.status("Running the chapter's tests on a copy of your folder"):
        chapter = find_chapter(claim.name, claim.root)
        environment = environments.prepare(chapter, interpreters.current())
        with Processes() as processes:
            return try_out(reader, tests, environment, processes)


def say_standing(
    console: Console, course: Course, found: Standing, left_out: Collection[str]
) -> None:
    """Where the folder stands, and the first file that isn't as it is there."""
    milestone = found.milestone
    if found.is_exact:
        say(console, exactly(course, milestone), "bold green")
        if quiet := course.quiet(milestone):
            one = len(quiet) == 1
            steps = f"Step {quiet[0]} changes" if one else f"{steps_of(quiet)} change"
            them = "it" if one else "them"
            but = " but the container's" if left_out else ""
            say(console, f"{steps} no file{but}: go through {them} if you haven't yet.")
        return
    many = len(found.deviations)
    files = "One file differs" if many == 1 else f"{many} files differ"
    say(console, f"{nearly(course, milestone)} {files} from it.", "bold yellow")
    first, *others = found.deviations
    console.print()
    say(console, described(first, course))
    for line in first.diff[:LONGEST_DIFF]:
        console.print(Text(f"  {line}".rstrip(), STYLES.get(line[:1], "")), soft_wrap=True)
    if len(first.diff) > LONGEST_DIFF:
        say(console, f"  ({len(first.diff) - LONGEST_DIFF} more lines)")
    if first.note:
        say(console, first.note)
    if others:
        console.print()
        say(console, f"Then: {listed([in_a_word(each) for each in others])}.")
    console.print()


def exactly(course: Course, milestone: Milestone) -> str:
    """Where a folder stands that is as it should be."""
    if milestone is course.finish:
        steps = "its one step" if len(course.steps) == 1 else f"all {len(course.steps)} steps"
        return f"You have finished chapter {course.number}, {steps}: every file is as it should be."
    if milestone.step == 0:
        return f"Your folder is ready for chapter {course.number}: nothing of it is done yet."
    if milestone.ends:
        return f"You have finished {step_of(course, milestone)}: every file is as it should be."
    return (
        f"You are in {step_of(course, milestone)}. Up to the block at "
        f"{course.page}:{milestone.line}, every file is as it should be."
    )


def nearly(course: Course, milestone: Milestone) -> str:
    """Where a folder stands that isn't quite as it should be."""
    if milestone is course.finish:
        return f"Your folder comes closest to the finished chapter {course.number}."
    if milestone.step == 0:
        return f"Your folder comes closest to the beginning of chapter {course.number}."
    place = "the end of " if milestone.ends else f"{course.page}:{milestone.line}, in "
    return f"Your folder comes closest to {place}{step_of(course, milestone)}."


def described(deviation: Deviation, course: Course) -> str:
    """How a file isn't as it is on the page, as a sentence."""
    path = deviation.path
    match deviation.kind:
        case "missing" if deviation.line:
            return f"{path} is missing: {course.page}:{deviation.line} makes it."
        case "missing":
            return f"{path} is missing: it was there when the chapter began."
        case "late":
            return f"{path} is still there: the page has removed it by then."
        case "early":
            return f"{path} is there already: it belongs to a later step."
    return f"{path}, from the page's (-) to yours (+):"


def in_a_word(deviation: Deviation) -> str:
    """A file that isn't as it should be, in a list."""
    words = {
        "missing": "is missing",
        "late": "is still there",
        "early": "comes later",
        "different": "differs",
    }
    return f"{deviation.path} {words[deviation.kind]}"


def say_trial(console: Console, trial: Trial | None, found: Standing) -> None:
    """How the tests went, in a line, and the names of those that failed."""
    if trial is None:
        say(console, "Tests: none yet at this step.")
        return
    if trial.trouble:
        say(console, f"Tests: {trial.trouble}.", "red")
        return
    if trial.passed:
        theirs = any(is_test(deviation.path) for deviation in found.deviations)
        as_theirs = ", with the tests as the page has them" if theirs else ""
        say(console, f"Tests: {trial.tally.passed} passed{as_theirs}.", "green")
        return
    if not trial.tally.failed:
        say(console, "Tests: none was run.", "red")
        return
    counts = f"Tests: {trial.tally.failed} failed, {trial.tally.passed} passed"
    if found.is_exact and set(trial.failing) <= found.milestone.red:
        say(console, f"{counts}, as the page has it here: red before green.", "green")
        return
    say(console, f"{counts}:", "red")
    for name in trial.failing[:MOST_NAMES]:
        say(console, f"  {name}")
    if len(trial.failing) > MOST_NAMES:
        say(console, f"  and {len(trial.failing) - MOST_NAMES} more")


def say_forgiven(console: Console, reader: ReadersFolder, found: Standing) -> None:
    """What was found that doesn't matter."""
    words = [f"{what} ({in_files(paths)})" for what, paths in found.forgiven.items()]
    if words:
        say(console, f"Forgiven: {'; '.join(words)}.")
    if reader.ignored:
        say(console, f"Not looked at: {listed(reader.ignored)}.")
    if reader.others:
        say(console, f"Yours, and no part of the chapter: {listed(tuple(reader.others))}.")


def say_next(console: Console, course: Course, found: Standing, claim: Claim) -> None:
    """What there is to do now."""
    milestone = found.milestone
    if not found.is_exact:
        first = found.deviations[0]
        place = f"{course.page}:{first.line}" if first.line else course.start
        it = f"{place} has it" if place else "it was when the chapter began"
        # Only these: other lines of the file may be the reader's work since.
        them = f"{place} has them" if place else "they were when the chapter began"
        word = {
            "missing": f"make {first.path} as {it}",
            "different": f"make the lines above in {first.path} as {them}",
            "early": f"take {first.path} away, or go on to the step that makes it",
            "late": f"remove {first.path}",
        }[first.kind]
        say(console, f"Next: {word}, and check again.")
    following = course.following(milestone)
    if milestone is course.finish:
        after = [each for each in chapter_claims(claim.root) if each.before == claim.name]
        if found.is_exact:
            say(console, f"Next: {after[0].page}." if after else "That was the last chapter.")
    elif not milestone.ends and found.is_exact and following:
        then = next(each for each in course.milestones if each.line >= following.line)
        remove = "" if following.path in then.files else "remove "
        say(console, f"Next: {remove}{following.path}, {course.page}:{following.line}.")
    elif milestone.step < len(course.steps):
        title, line = course.steps[milestone.step]
        word = "Next" if found.is_exact else "After that"
        say(console, f"{word}: step {milestone.step + 1}, {quoted(title)}, {course.page}:{line}.")


def step_of(course: Course, milestone: Milestone) -> str:
    """The milestone's step, as in `step 5 of 12, "Read and delete"`."""
    title, _ = course.steps[milestone.step - 1]
    return f"step {milestone.step} of {len(course.steps)}, {quoted(title)}"


def steps_of(numbers: range) -> str:
    """Several steps, as in `Steps 12 to 14`."""
    return f"Steps {numbers[0]} {'and' if len(numbers) == 2 else 'to'} {numbers[-1]}"


def quoted(title: str) -> str:
    """A heading in a sentence."""
    return f'"{title}"'


def in_files(paths: tuple[str, ...]) -> str:
    """The one file, or how many."""
    return paths[0] if len(paths) == 1 else f"{len(paths)} files"


def listed(names: list[str] | tuple[str, ...]) -> str:
    """The names, or the first of them and how many more there are."""
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def say(console: Console, sentence: str, style: str = "") -> None:
    """Print a sentence; what is in it is no markup."""
    console.print(Text(sentence, style), soft_wrap=True)
