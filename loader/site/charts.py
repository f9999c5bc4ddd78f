"""Draws charts as inline SVG without scripts. Colours come from the style sheet, for dark mode and print.

Each point has a native tooltip (SVG ``title``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from loader.site.axis import ticks

COLOURS: Final = 8
"""Number of series colours in the style sheet: ``--series-0`` to ``--series-7``."""

_WIDTH, _HEIGHT = 400, 190
_TOP, _BOTTOM = 12, 22
_RIGHT, _NAMED_RIGHT = 14, 46
_CHARACTER: Final = 6.4
_LABELS: Final = 4
# a few bars don't fill the whole width
_MIN_BARS: Final = 12

Formatter = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Line:
    """A named series; None is a gap. ``colour`` is a class of the style sheet, with a colour and a dash pattern.

    A threshold has its name, one short word, written to the right of the chart.
    """

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


@dataclass(frozen=True, slots=True)
class _Plot:
    """Maps values and places to coordinates; `left` is the width of the axis labels, `right` the end of the lines."""

    heights: Sequence[float]
    left: float
    right: float
    places: int

    def x(self, place: float) -> str:
        """Horizontal centre of the place with this number."""
        return f"{self.left + (place + 0.5) * self.step:.1f}"

    def y(self, value: float) -> float:
        """Vertical position of a value."""
        low, high = self.heights[0], self.heights[-1]
        return round(_TOP + (high - value) / (high - low) * (_HEIGHT - _TOP - _BOTTOM), 1)

    @property
    def step(self) -> float:
        """Distance of two places."""
        return (self.right - self.left) / self.places


def lines(
    title: str,
    labels: Sequence[str],
    series: Sequence[Line],
    formatter: Formatter,
    scale: Sequence[float] = (),
) -> Markup:
    """Draws a line chart with evenly spaced points.

    Args:
        title: text for screen readers.
        labels: labels of the points, such as days; about four of them are shown.
        formatter: formats values for the axis and the tooltips.
        scale: more values that the axis covers, so that charts to be compared have the same axis.
    """
    if not any(value is not None for line in series if not line.is_threshold for value in line.values):
        return _svg(title, ())
    values = [value for line in series for value in line.values if value is not None]
    margin = _NAMED_RIGHT if any(line.is_threshold for line in series) else _RIGHT
    plot = _plot(ticks([*values, *scale]), len(labels), formatter, margin)
    drawn = (part for line in series for part in _line(plot, line, labels, formatter))
    return _svg(title, (*_axes(plot, labels, formatter), *drawn))


def bars(title: str, data: Sequence[Bar], formatter: Formatter) -> Markup:
    """Draws a bar chart from zero; arguments as for `lines`."""
    if not data:
        return _svg(title, ())
    plot = _plot(ticks([bar.value for bar in data], from_zero=True), max(len(data), _MIN_BARS), formatter)
    drawn = (_bar(plot, place, bar, formatter) for place, bar in enumerate(data))
    return _svg(title, (*_axes(plot, [bar.label for bar in data], formatter), *drawn))


def _plot(heights: Sequence[float], places: int, formatter: Formatter, margin: float = _RIGHT) -> _Plot:
    longest = max(len(formatter(height)) for height in heights)
    return _Plot(heights, min(longest * _CHARACTER, _WIDTH / 3) + 8, _WIDTH - margin, places)


def _axes(plot: _Plot, labels: Sequence[str], formatter: Formatter) -> Iterator[Markup]:
    for height in plot.heights:
        y = plot.y(height)
        yield Markup('<path class="guide" d="M{} {}H{}"></path>').format(f"{plot.left:.1f}", y, plot.right)
        yield _text("axis y", f"{plot.left - 6:.1f}", y + 4, formatter(height))
    step = max(1, -(-len(labels) // _LABELS))
    for place, label in enumerate(labels):
        if (len(labels) - 1 - place) % step == 0:
            yield _text("axis x", plot.x(place), _HEIGHT - 4, label)


def _line(plot: _Plot, line: Line, labels: Sequence[str], formatter: Formatter) -> Iterator[Markup]:
    known = {place: value for place, value in enumerate(line.values) if value is not None}
    group = Markup('<g class="series {}" data-name="{}"><path class="line" d="{}"></path>')
    if line.is_threshold:
        y = plot.y(next(iter(known.values())))
        yield group.format("threshold", line.name, f"M{plot.left:.1f} {y}H{plot.right}")
        yield _text("threshold-name", plot.right + 4, y + 4, line.name)
    else:
        # a gap starts a new part of the path
        parts = (
            f"{'L' if place - 1 in known else 'M'}{plot.x(place)} {plot.y(value)}" for place, value in known.items()
        )
        yield group.format(line.colour, line.name, "".join(parts))
        for place, value in known.items():
            yield Markup('<circle class="dot" cx="{}" cy="{}" r="2"><title>{}</title></circle>').format(
                plot.x(place), plot.y(value), f"{labels[place]} · {line.name} · {formatter(value)}"
            )
    yield Markup("</g>")


def _bar(plot: _Plot, place: int, bar: Bar, formatter: Formatter) -> Markup:
    top, zero = sorted((plot.y(bar.value), plot.y(0.0)))
    left = plot.left + (place + 0.15) * plot.step
    return Markup(
        '<rect class="bar" style="fill: var(--{})" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>'
    ).format(
        bar.colour,
        f"{left:.1f}",
        top,
        f"{plot.step * 0.7:.1f}",
        f"{zero - top:.1f}",
        f"{bar.label} · {bar.note} · {formatter(bar.value)}",
    )


def _text(name: str, x: object, y: object, text: str) -> Markup:
    return Markup('<text class="{}" x="{}" y="{}">{}</text>').format(name, x, y, text)


def _svg(title: str, parts: Sequence[Markup]) -> Markup:
    svg = Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}" class="chart">{}</svg>')
    return svg.format(_WIDTH, _HEIGHT, title, Markup("").join(parts))
