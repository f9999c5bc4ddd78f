"""Charts as SVG inside the page: no script, and colours from the page's style sheet, so dark mode and print just work.

pygal draws; its own style sheet and script are left out, and each point gets a native tooltip (SVG ``title``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree  # nosec B405

from markupsafe import Markup

from loader.site.axis import ticks

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element  # nosec B405

COLOURS = 8
"""Variables ``--series-0`` and so on of the style sheet."""

_WIDTH, _HEIGHT = 400, 190
_LABELS = 4
# fewer bars would be as wide as a wall
_FEWEST_BARS = 12
_DRAWN = frozenset({"background", "plot", "plot overlay"})

Words = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Line:
    """A named series; None leaves a gap. ``colour`` is a variable of the style sheet."""

    name: str
    values: Sequence[float | None]
    colour: str
    is_threshold: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar over a label; ``colour`` is a variable of the style sheet, ``note`` stands in the tooltip."""

    label: str
    value: float
    colour: str
    note: str


def lines(title: str, labels: Sequence[str], series: Sequence[Line], words: Words) -> Markup:
    """A line chart over evenly spaced labels.

    Args:
        title: what a screen reader says.
        labels: of the points, such as days; about four of them are written.
        words: a value as text, for the axis and the tooltips.
    """
    values = [value for line in series for value in line.values if value is not None]
    if not values:
        return _empty(title)
    import pygal  # type: ignore[import-untyped]  # 0.1 s that a command without charts need not wait

    chart = pygal.Line(**_options(labels, ticks(values), words), allow_interruptions=True, dots_size=2)
    for line in series:
        chart.add(
            line.name,
            [None if value is None else {"value": value, "label": line.name} for value in line.values],
            show_dots=not line.is_threshold,
        )
    return _markup(chart, title, series)


def bars(title: str, data: Sequence[Bar], words: Words) -> Markup:
    """A bar chart from zero; arguments as of `lines`."""
    if not data:
        return _empty(title)
    import pygal

    heights = ticks([bar.value for bar in data], from_zero=True)
    room = _FEWEST_BARS - len(data)
    chart = pygal.Bar(**_options([bar.label for bar in data] + [""] * room, heights, words))
    chart.add("", [{"value": bar.value, "label": bar.note, "color": f"var(--{bar.colour})"} for bar in data])
    return _markup(chart, title, ())


def _options(labels: Sequence[str], heights: Sequence[float], words: Words) -> dict[str, Any]:
    def formatted(value: float | None) -> str:
        return "" if value is None else words(value)

    step = max(1, -(-len(labels) // _LABELS))
    written = {label for place, label in enumerate(reversed(labels)) if label and place % step == 0}
    return {
        "width": _WIDTH,
        "height": _HEIGHT,
        "css": [],
        "js": [],
        "no_prefix": True,
        "show_legend": False,
        "margin": 6,
        "spacing": 8,
        "formatter": formatted,
        "value_formatter": formatted,
        "y_labels": list(heights),
        "x_labels": list(labels),
        "x_labels_major": [label for label in labels if label in written],
        "show_minor_x_labels": False,
        "truncate_label": -1,
    }


def _empty(title: str) -> Markup:
    words = Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}" class="chart"></svg>')
    return words.format(_WIDTH, _HEIGHT, title)


def _markup(chart: Any, title: str, series: Sequence[Line]) -> Markup:
    # pygal's root also holds a style sheet, a script and a title of its own
    graph = next(part for part in chart.render_tree() if part.tag == "g")
    for part in list(graph):
        if part.get("class") not in _DRAWN:
            graph.remove(part)
    for place, line in enumerate(series):
        for group in graph.iter("g"):
            if f"serie-{place}" in group.get("class", "").split():
                group.set("style", f"color: var(--{line.colour})")
                group.set("class", "series threshold" if line.is_threshold else "series")
    for group in list(graph.iter("g")):
        _explain(group)
    svg = ElementTree.Element("svg", {"viewBox": f"0 0 {_WIDTH} {_HEIGHT}", "role": "img", "aria-label": title})
    svg.set("class", "chart")
    svg.append(graph)
    text = ElementTree.tostring(svg, encoding="unicode", short_empty_elements=False)
    return Markup(text)  # noqa: S704 - ElementTree escapes


def _explain(group: Element) -> None:
    """pygal's descriptions, which a script would show, as the tooltip that every browser shows."""
    said = {part.get("class", ""): part.text or "" for part in group.iter("desc")}
    for part in list(group):
        if part.tag in {"desc", "title"}:
            group.remove(part)
    if "value" in said and not any(child.tag == "g" for child in group):
        words = [text for name in ("x_label", "label", "value") if (text := said.get(name, "").strip())]
        ElementTree.SubElement(group, "title").text = " · ".join(words)
