"""Draws charts as inline SVG without scripts. Colours come from the page's style sheet, for dark mode and print.

pygal draws the charts. Its style sheet and script are removed, and each point gets a native tooltip (SVG ``title``).
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
"""Number of series colours in the style sheet: ``--series-0`` to ``--series-7``."""

_WIDTH, _HEIGHT = 400, 190
_LABELS = 4
# padding keeps a few bars from filling the whole width
_MIN_BARS = 12
_DRAWN = frozenset({"background", "plot", "plot overlay"})

Formatter = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Line:
    """A named series; None is a gap. ``colour`` is a variable of the style sheet."""

    name: str
    values: Sequence[float | None]
    colour: str
    is_threshold: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with a label; ``colour`` is a variable of the style sheet, ``note`` is shown in the tooltip."""

    label: str
    value: float
    colour: str
    note: str


def lines(title: str, labels: Sequence[str], series: Sequence[Line], formatter: Formatter) -> Markup:
    """Draws a line chart with evenly spaced points.

    Args:
        title: text for screen readers.
        labels: labels of the points, such as days; about four of them are shown.
        formatter: formats values for the axis and the tooltips.
    """
    values = [value for line in series for value in line.values if value is not None]
    if not values:
        return _empty(title)
    import pygal  # type: ignore[import-untyped]  # imported late: importing takes 0.1 s

    chart = pygal.Line(**_options(labels, ticks(values), formatter), allow_interruptions=True, dots_size=2)
    for line in series:
        chart.add(
            line.name,
            [None if value is None else {"value": value, "label": line.name} for value in line.values],
            show_dots=not line.is_threshold,
        )
    return _markup(chart, title, series)


def bars(title: str, data: Sequence[Bar], formatter: Formatter) -> Markup:
    """Draws a bar chart from zero; arguments as for `lines`."""
    if not data:
        return _empty(title)
    import pygal

    heights = ticks([bar.value for bar in data], from_zero=True)
    padding = _MIN_BARS - len(data)
    chart = pygal.Bar(**_options([bar.label for bar in data] + [""] * padding, heights, formatter))
    chart.add("", [{"value": bar.value, "label": bar.note, "color": f"var(--{bar.colour})"} for bar in data])
    return _markup(chart, title, ())


def _options(labels: Sequence[str], heights: Sequence[float], formatter: Formatter) -> dict[str, Any]:
    def formatted(value: float | None) -> str:
        return "" if value is None else formatter(value)

    step = max(1, -(-len(labels) // _LABELS))
    shown = {label for index, label in enumerate(reversed(labels)) if label and index % step == 0}
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
        "x_labels_major": [label for label in labels if label in shown],
        "show_minor_x_labels": False,
        "truncate_label": -1,
    }


def _empty(title: str) -> Markup:
    svg = Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}" class="chart"></svg>')
    return svg.format(_WIDTH, _HEIGHT, title)


def _markup(chart: Any, title: str, series: Sequence[Line]) -> Markup:
    # pygal's root element also contains its style sheet, script and title
    graph = next(part for part in chart.render_tree() if part.tag == "g")
    for part in list(graph):
        if part.get("class") not in _DRAWN:
            graph.remove(part)
    for index, line in enumerate(series):
        for group in graph.iter("g"):
            if f"serie-{index}" in group.get("class", "").split():
                group.set("style", f"color: var(--{line.colour})")
                group.set("class", "series threshold" if line.is_threshold else "series")
    for group in list(graph.iter("g")):
        _add_tooltip(group)
    svg = ElementTree.Element("svg", {"viewBox": f"0 0 {_WIDTH} {_HEIGHT}", "role": "img", "aria-label": title})
    svg.set("class", "chart")
    svg.append(graph)
    text = ElementTree.tostring(svg, encoding="unicode", short_empty_elements=False)
    return Markup(text)  # noqa: S704 - ElementTree escapes


def _add_tooltip(group: Element) -> None:
    """Turns pygal's descriptions, which need its script, into a native tooltip."""
    texts = {part.get("class", ""): part.text or "" for part in group.iter("desc")}
    for part in list(group):
        if part.tag in {"desc", "title"}:
            group.remove(part)
    if "value" in texts and not any(child.tag == "g" for child in group):
        parts = [text for name in ("x_label", "label", "value") if (text := texts.get(name, "").strip())]
        ElementTree.SubElement(group, "title").text = " · ".join(parts)
