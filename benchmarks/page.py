"""The figures and the plots on the site, made from the results and from nothing else."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from math import ceil
from pathlib import Path
from statistics import median

import pygal  # type: ignore[import-untyped]
from pygal.style import Style  # type: ignore[import-untyped]

from benchmarks.load import KINDS
from benchmarks.measure import EVEN
from benchmarks.peer import AUTOCOMMIT, LIMIT, PEERS, THE_CHAPTER, WITHOUT_TURNS, Peer
from benchmarks.results import Results, rate, share, values
from tutorial.errors import TutorialError
from tutorial.repository import ROOT

PAGE = Path("docs", "benchmarks.md")
CHAPTER_PAGE = Path("docs", "03-database-backend.md")
PLOTS = Path("docs", "assets", "benchmarks")
# The size that the plot shows, and how far its lines are apart in requests a second.
PLOTTED = 1_000
TICK = 2_000
LIMITS = (LIMIT, AUTOCOMMIT)
FIGURES = re.compile(r"(<!-- figures: (\w+) -->\n).*?(<!-- /figures -->)", re.S)

COMMENT = re.compile(r"<!--.*?-->", re.S)

COLOURS = {
    "light": {
        "ink": "#1d2330",
        "faint": "#c9ced8",
        "bars": "#3457d5 #b3541e #16806a #9aa1ad #5b6270",
    },
    "dark": {
        "ink": "#e6e8ee",
        "faint": "#454c5c",
        "bars": "#8aa4ff #f0a373 #5fd0b5 #7d8494 #b4bac6",
    },
}


def write_page(results: Results, root: Path = ROOT) -> None:
    """Put the figures into the pages, and the plots beside them."""
    for path in PAGES:
        page = root / path
        page.write_text(filled(path, page.read_text("utf-8"), results), "utf-8")
    for scheme in COLOURS:
        plot_file(root, scheme).write_text(plot(results, scheme), "utf-8")


def plot_file(root: Path, scheme: str) -> Path:
    """Where the plot of a colour scheme is."""
    return root / PLOTS.with_name(f"{PLOTS.name}-{scheme}.svg")


def filled(path: Path, text: str, results: Results) -> str:
    """A page's text with the figures of these results; it must have a place for each."""
    found = [match[2] for match in FIGURES.finditer(text)]
    if sorted(found) != sorted(PAGES[path]):
        raise TutorialError(f"{path} has the figures {found}, not {sorted(PAGES[path])}.")
    parts = {name: make(results) for name, make in PAGES[path].items()}
    return FIGURES.sub(lambda match: f"{match[1]}\n{parts[match[2]]}\n\n{match[3]}", text)


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table: the first column is text, the others are numbers."""
    ruler = ["---", *("---:" for _ in head[1:])]
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ruler, *rows])


def machine(results: Results) -> str:
    """When and on what the run was made."""
    about, plan, versions = results["machine"], results["plan"], results["versions"]
    packages = {
        name: version
        for peer in PEERS
        for name, version in sorted(versions[peer.name].items())
        if name not in ("werkzeug", "psycopg2-binary")
    }
    rounds = f"{plan['rounds']} round{'s' if plan['rounds'] != 1 else ''}"
    return (
        f"Measured on {results['date']}, in {rounds} of {plan['seconds']} seconds for each kind of "
        f"request, on a machine with {about['cores']} cores ({about['processor']}) and "
        f"{about['memory_gib']} GiB of memory, with {about['system']}, "
        f"Python {versions['python']}, PostgreSQL {versions['postgresql']} "
        f"and wrk {versions['wrk']}; "
        + ", ".join(f"{name} {version}" for name, version in packages.items())
        + "."
    )


def requests(results: Results) -> str:
    """Requests a second: the median, and the least and the most of the rounds."""
    rows = []
    for size in results["plan"]["sizes"]:
        for kind in KINDS:
            cells = [f"{kind.title}, {size:,} tasks"]
            for peer in PEERS:
                seen = values(results, peer.name, size, kind.name)
                cells.append(f"{median(seen):,.0f} ({min(seen):,.0f}-{max(seen):,.0f})")
            rows.append(cells)
    return table(["requests a second", *peers()], rows)


def peers() -> list[str]:
    """The head of a column for each.

    The links also let the keyboard reach a table that is too wide for the screen.
    """
    return [f"[{peer.title}](#who-is-compared)" for peer in PEERS]


def shares(results: Results) -> str:
    """How near the chapter comes to the limit, and to the one with autocommit."""
    sizes = results["plan"]["sizes"]
    rows = []
    for kind in KINDS:
        cells = [kind.title]
        for size in sizes:
            of = (share(results, THE_CHAPTER, limit, size, kind.name) for limit in LIMITS)
            cells.append(" / ".join(f"{each:.0%}" for each in of))
        rows.append(cells)
    return table(["of the limit / with autocommit", *(f"{size:,} tasks" for size in sizes)], rows)


def uneven(results: Results) -> str:
    """How many measurements show one process."""
    counts = Counter(run["peer"] for run in results["requests"] if run["busiest_worker"] > EVEN)
    found = [f"{peer.title}, {counts[peer.name]}" for peer in PEERS if counts[peer.name]]
    of = f"Of the {len(results['requests'])} measurements above"
    if not found:
        return f"{of}, none stayed so."
    return f"{of}, these stayed so all the same: {'; '.join(found)}."


def latencies(results: Results) -> str:
    """Milliseconds: half and 99 of 100 requests are answered within."""
    rows = []
    for kind in KINDS:
        cells = [f"{kind.title}, {PLOTTED:,} tasks"]
        for peer in PEERS:
            half, most = (
                median(values(results, peer.name, PLOTTED, kind.name, what))
                for what in ("p50", "p99")
            )
            cells.append(f"{half:.1f} / {most:.1f}")
        rows.append(cells)
    return table(["p50 / p99 in ms", *peers()], rows)


def servers(results: Results) -> str:
    """Memory and start-up."""
    memory, start = ["memory of a worker, MB"], ["start-up, s"]
    for peer in PEERS:
        turns = [turn for turn in results["servers"] if turn["peer"] == peer.name]
        held = [megabytes for turn in turns for megabytes in turn["worker_megabytes"]]
        seconds = [turn["start_seconds"] for turn in turns]
        memory.append(f"{median(held):.0f} ({min(held):.0f}-{max(held):.0f})")
        start.append(f"{median(seconds):.2f} ({min(seconds):.2f}-{max(seconds):.2f})")
    return table(["each server", *peers()], [memory, start])


FORMS = {
    "whole_table": "the whole table, as before there were pages",
    "page": "the first page",
    "late_page": "the last page but one",
    "filter_with_index": "completed tasks, with the index",
    "filter_without_index": "completed tasks, without the index",
    "component_engine_per_request": "a page, with API Star's own component: an engine a request",
    "one_engine_per_process": "the same page, with one engine a process",
}


def pages(results: Results) -> str:
    """What the list costs in chapter 03, in its earlier forms too."""
    sizes = list(results["pages"]["page"])
    rows = []
    for name, title in FORMS.items():
        found = results["pages"][name]
        rows.append([title, *(f"{found[size]['median']:,.2f}" for size in sizes)])
    return table(["ms for one request", *(f"{int(size):,} tasks" for size in sizes)], rows)


def milliseconds(results: Results, form: str, size: str) -> str:
    """What one request for a list cost."""
    found = results["pages"][form][size]["median"]
    return f"{found:,.0f}" if found >= 10 else f"{found:.1f}"


def growth(results: Results) -> str:
    """What a list costs, as the table grows."""
    titles = {
        "whole_table": "all tasks, as before",
        "page": "a page of 100",
        "filter_without_index": "a page of completed tasks, without the index",
        "filter_with_index": "the same page, with the index",
    }
    rows = [
        [title, *(milliseconds(results, form, size) for size in ("1000", "100000"))]
        for form, title in titles.items()
    ]
    return table(["milliseconds", "1,000 tasks", "100,000 tasks"], rows)


def engines(results: Results) -> str:
    """What an engine for each request costs."""
    titles = {
        "component_engine_per_request": "an engine for each request",
        "one_engine_per_process": "one engine for all",
    }
    rows = [[title, milliseconds(results, form, "1000")] for form, title in titles.items()]
    return table(["a list of 100 tasks", "milliseconds"], rows)


def questions(results: Results) -> str:
    """What it brings to write each question once."""
    titles = {kind.name: kind.title for kind in KINDS}
    rows = []
    for name, found in results["questions"].items():
        before, after = (found[form]["median"] for form in ("built_each_time", "chapter"))
        rows.append([titles[name], f"{before:.2f}", f"{after:.2f}"])
    head = ["milliseconds of work", "built for each request", "written once"]
    return table(head, rows)


def way(results: Results) -> str:
    """What lies between the chapter and the limit."""
    return reading_one(
        results,
        {
            "with_ping": "chapter 3, asking whether the connection is alive (`pool_pre_ping`)",
            "chapter": "chapter 3 as it is, looking",
            "without_transaction": "and without a transaction: no beginning, no end",
            "without_session": "and without a session: SQLAlchemy's connection",
            "without_sqlalchemy": "and without SQLAlchemy: psycopg2",
        },
    )


def look(results: Results) -> str:
    """What it brings to look at a connection instead of asking on it."""
    return reading_one(
        results,
        {"with_ping": "asking whether the connection is alive", "chapter": "looking at it"},
    )


def reading_one(results: Results, titles: Mapping[str, str]) -> str:
    """What it takes to read one task, by form."""
    rows = [[title, f"{results['way'][form]['median']:.2f}"] for form, title in titles.items()]
    return table(["reading one task", "milliseconds"], rows)


def turns(results: Results) -> str:
    """What it brings to give each client its turn."""
    rows = []
    for kind in KINDS:
        cells = [kind.title]
        for peer in (WITHOUT_TURNS, THE_CHAPTER):
            rates, half, most = (
                median(values(results, peer.name, PLOTTED, kind.name, what, "turns"))
                for what in ("rate", "p50", "p99")
            )
            cells += [f"{rates:,.0f}", f"{half:.0f} / {most:.0f}"]
        rows.append(cells)
    head = [f"[{results['plan']['connections']} clients](benchmarks.md#the-load)"]
    for form in ("as they come", "in turns"):
        head += [f"{form}, a second", "p50 / p99, ms"]
    return table(head, rows)


PAGES: Mapping[Path, Mapping[str, Callable[[Results], str]]] = {
    PAGE: {
        "machine": machine,
        "requests": requests,
        "shares": shares,
        "latencies": latencies,
        "servers": servers,
        "pages": pages,
        "questions": questions,
        "way": way,
        "turns": turns,
        "uneven": uneven,
    },
    CHAPTER_PAGE: {
        "engines": engines,
        "growth": growth,
        "questions": questions,
        "look": look,
        "turns": turns,
    },
}


def plot(results: Results, scheme: str) -> str:
    """A bar for each peer and kind of request, as SVG."""
    colours = COLOURS[scheme]
    style = Style(
        background="transparent",
        plot_background="transparent",
        foreground=colours["ink"],
        foreground_strong=colours["ink"],
        foreground_subtle=colours["faint"],
        guide_stroke_color=colours["faint"],
        major_guide_stroke_color=colours["faint"],
        colors=tuple(colours["bars"].split()),
        font_family="sans-serif",
        opacity="1",
        # As wide as a phone's screen, so that its letters are as large there as the text's.
        label_font_size=12,
        major_label_font_size=12,
        legend_font_size=13,
        title_font_size=14,
    )
    most = max(max(heights(results, peer)) for peer in PEERS)
    chart = pygal.HorizontalBar(
        style=style,
        js=(),  # pygal's own script would come from another host
        no_prefix=True,  # the same names in each run
        disable_xml_declaration=True,
        title=f"Requests a second, {PLOTTED:,} tasks",
        x_labels=[kind.title for kind in reversed(KINDS)],
        legend_at_bottom=True,
        legend_at_bottom_columns=2,
        truncate_label=-1,
        truncate_legend=-1,
        y_labels=range(0, ceil(most / TICK) * TICK + 1, TICK),
        width=400,
        height=520,
        human_readable=True,
        formatter=lambda number: f"{number:,.0f}",
    )
    for peer in PEERS:
        chart.add(peer.title, heights(results, peer))
    # pygal's comment has the day on which it was drawn: the same results give the same plot.
    return COMMENT.sub("", str(chart.render(is_unicode=True))) + "\n"


def heights(results: Results, peer: Peer) -> list[float]:
    """The bars of a peer; pygal draws the first one at the bottom."""
    return [rate(results, peer.name, PLOTTED, kind.name) for kind in reversed(KINDS)]
