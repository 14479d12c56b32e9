"""Diagrams as pictures: a flowchart in Mermaid's language becomes an SVG when the site is built.

Code hosts draw the same text by themselves. Mermaid would draw it in the reader's browser, with a
script that is larger than all our pages; this draws the few kinds of it that the pages have:

    flowchart TD
        accTitle: what it is about
        accDescr: what the picture says, for those who don't see it
        view["A view<br>a plain function"]
        router -->|"the arguments"| view

Boxes stand in rows, each below the boxes that lead to it. The colours are the page's own, so the
picture is right in both colour schemes.
"""

import re
from dataclasses import dataclass, field
from html import escape, unescape
from itertools import count

NODE = re.compile(r'(\w+)(?:(\[|\(\[|\[\()"(.+?)"(?:\]\)|\)\]|\]))?')
EDGE = re.compile(r'^(.+?)\s*(-->|-\.->)(?:\|"(.+?)"\|)?\s*(.+)$')

SHAPES = {"[": "box", "([": "rounded", "[(": "store"}

WIDTH = 440  # a phone's: a wider picture would be shown smaller, its text too small to read
BOX_WIDTH = 186
LINE = 19
PADDING = 13
GAP = 46

numbers = count(1)


class DiagramError(ValueError):
    """A line of a diagram that can't be drawn."""


@dataclass
class Node:
    """A box: its lines, its shape, and where it stands."""

    lines: list[str]
    shape: str = "box"
    row: int = 0
    x: float = 0
    y: float = 0

    @property
    def height(self) -> float:
        return len(self.lines) * LINE + 2 * PADDING


@dataclass(frozen=True)
class Edge:
    """An arrow from one node to another."""

    start: str
    end: str
    label: str
    dashed: bool


@dataclass
class Diagram:
    """What a diagram's text says."""

    title: str = ""
    description: str = ""
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)


def parse_diagram(text: str) -> Diagram:
    """Return what the text says; DiagramError if it says what can't be drawn."""
    first, *lines = [line.strip() for line in text.strip().splitlines()]
    if first != "flowchart TD":
        raise DiagramError(f"a diagram begins with `flowchart TD`, not with `{first}`")
    diagram = Diagram()
    for line in filter(None, lines):
        if line.startswith("accTitle:"):
            diagram.title = line.removeprefix("accTitle:").strip()
        elif line.startswith("accDescr:"):
            diagram.description = line.removeprefix("accDescr:").strip()
        elif edge := EDGE.match(line):
            start, arrow, label, end = edge.groups()
            ends = read_node(start, diagram), read_node(end, diagram)
            diagram.edges.append(Edge(*ends, label or "", dashed=arrow == "-.->"))
        else:
            read_node(line, diagram)
    if not (diagram.title and diagram.description):
        raise DiagramError("a diagram needs an accTitle and an accDescr, for who doesn't see it")
    return diagram


def read_node(text: str, diagram: Diagram) -> str:
    """Note a node as it is written, with its text or without; return its name."""
    found = NODE.fullmatch(text.strip())
    if not found:
        raise DiagramError(f"this is no node of a diagram: `{text}`")
    name, shape, label = found.groups()
    if label:
        diagram.nodes[name] = Node(re.split(r"<br */?>", label), SHAPES[shape])
    elif name not in diagram.nodes:
        raise DiagramError(f"the node `{name}` has no text where it is first named")
    return name


def place(diagram: Diagram) -> float:
    """Give each node its place; return the height of the whole."""
    for _ in diagram.nodes:  # a chain has no more arrows than nodes: each pass moves its ends down
        for edge in diagram.edges:
            end = diagram.nodes[edge.end]
            end.row = max(end.row, diagram.nodes[edge.start].row + 1)
    if any(each.row >= len(diagram.nodes) for each in diagram.nodes.values()):
        raise DiagramError("a diagram's arrows lead downwards: one here closes a circle")
    y = 2.0
    for row in range(1 + max(node.row for node in diagram.nodes.values())):
        nodes = [node for node in diagram.nodes.values() if node.row == row]
        if len(nodes) > 2:
            raise DiagramError("more than two boxes beside each other don't fit a phone")
        height = max(node.height for node in nodes)
        for place, node in enumerate(nodes):
            node.x = WIDTH * (2 * place + 1) / (2 * len(nodes))
            node.y = y + (height - node.height) / 2
        y += height + GAP
    return y - GAP + 2


def draw(text: str) -> str:
    """Return the diagram as an SVG that a page can hold."""
    diagram = parse_diagram(text)
    height = place(diagram)
    number = next(numbers)
    title, description, arrow = (f"diagram-{number}-{part}" for part in ("title", "text", "arrow"))
    parts = [
        f'<svg class="diagram" xmlns="http://www.w3.org/2000/svg" role="img"'
        f' viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" height="{height:g}"'
        f' aria-labelledby="{title}" aria-describedby="{description}">',
        f'<title id="{title}">{escape(diagram.title)}</title>',
        f'<desc id="{description}">{escape(diagram.description)}</desc>',
        f'<marker id="{arrow}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8"'
        ' markerHeight="8" orient="auto"><path d="M0 0.5 7.5 4 0 7.5z"/></marker>',
        *(draw_edge(edge, diagram, arrow) for edge in diagram.edges),
        *(draw_node(node) for node in diagram.nodes.values()),
        "</svg>",
    ]
    return "".join(parts)


def draw_node(node: Node) -> str:
    x, y, height = node.x - BOX_WIDTH / 2, node.y, node.height
    if node.shape == "store":
        lid = 7
        outline = (
            f'<path d="M{x:g} {y + lid:g}v{height - 2 * lid:g}a{BOX_WIDTH / 2:g} {lid} 0 0 0 '
            f"{BOX_WIDTH} 0v{2 * lid - height:g}a{BOX_WIDTH / 2:g} {lid} 0 0 0 -{BOX_WIDTH} 0"
            f'a{BOX_WIDTH / 2:g} {lid} 0 0 0 {BOX_WIDTH} 0"/>'
        )
        y += lid / 2
    else:
        radius = height / 2 if node.shape == "rounded" else 4
        outline = (
            f'<rect x="{x:g}" y="{y:g}" width="{BOX_WIDTH}" height="{height:g}" rx="{radius:g}"/>'
        )
    rows = []
    for number, line in enumerate(node.lines):
        kind = "" if number else ' class="name"'
        at = f'x="{node.x:g}" y="{y + PADDING + LINE * (number + 0.74):g}"'
        rows.append(f"<text{kind} {at}>{escape(unescape(line))}</text>")
    return f"<g>{outline}{''.join(rows)}</g>"


def draw_edge(edge: Edge, diagram: Diagram, arrow: str) -> str:
    """Return an arrow: straight down, by a corner in the gap, or round what stands between."""
    start, end = diagram.nodes[edge.start], diagram.nodes[edge.end]
    top, bottom = start.y + start.height, end.y
    right = end.x >= start.x
    x = end.x + (9 if right else -9)
    if start.x == end.x and end.row == start.row + 1:
        path, y = f"M{start.x:g} {top:g}V{bottom:g}", (top + bottom) / 2
    elif end.row == start.row + 1:
        path = f"M{start.x:g} {top:g}V{bottom - GAP / 2:g}H{end.x:g}V{bottom:g}"
        y = bottom - GAP / 4
    elif abs(end.x - start.x) > BOX_WIDTH / 2:
        side = start.x + (BOX_WIDTH if right else -BOX_WIDTH) / 2
        path = f"M{side:g} {start.y + start.height / 2:g}H{end.x:g}V{bottom:g}"
        y = top + GAP / 2
    else:
        raise DiagramError(f"the arrow from `{edge.start}` to `{edge.end}` would cross a box")
    anchor = "start" if right else "end"
    dashes = ' class="dashed"' if edge.dashed else ""
    label = (
        f'<text class="label" x="{x:g}" y="{y + 4.5:g}" text-anchor="{anchor}">'
        f"{escape(unescape(edge.label))}</text>"
        if edge.label
        else ""
    )
    return f'<path{dashes} d="{path}" marker-end="url(#{arrow})"/>{label}'
