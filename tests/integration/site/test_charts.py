from __future__ import annotations

from xml.etree import ElementTree

import pytest

from loader.site.charts import Bar, Line, bars, lines


def svg(markup: str) -> ElementTree.Element:
    return ElementTree.fromstring(markup)


def of_class(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [element for element in root.iter() if name in element.get("class", "").split()]


def tooltips(root: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in root.iter("title")]


def test_bar_chart_has_a_coloured_bar_with_tooltip_per_value() -> None:
    root = svg(
        bars("Duration", [Bar("06:00", 2, "good", "ok"), Bar("08:00", 4, "bad", "failed")], lambda v: f"{v:g} s")
    )
    drawn = of_class(root, "bar")
    assert [bar.get("style") for bar in drawn] == ["fill: var(--good)", "fill: var(--bad)"]
    heights = [float(bar.get("height", "0")) for bar in drawn]
    assert heights[1] / heights[0] == pytest.approx(2)
    assert tooltips(root) == ["06:00 · ok · 2 s", "08:00 · failed · 4 s"]
    assert root.get("aria-label") == "Duration"


def test_missing_value_is_a_gap_and_threshold_has_no_dots() -> None:
    series = [Line("DC01", [0.9, None, 0.95], "series-0"), Line("target", [0.97] * 3, "muted", is_threshold=True)]
    root = svg(lines("Fill", ["1 Nov", "2 Nov", "3 Nov"], series, lambda v: f"{v:.0%}"))
    assert tooltips(root) == ["1 Nov · DC01 · 90%", "3 Nov · DC01 · 95%"]
    dc01, target = of_class(root, "series")
    assert dc01.get("class") == "series series-0"
    assert dc01.find("path").get("d", "").count("M") == 2  # type: ignore[union-attr]
    assert [element.text for element in of_class(target, "threshold-name")] == ["target"]


def test_threshold_crosses_a_chart_of_one_point() -> None:
    series = [Line("DC01", [0.9], "series-0"), Line("target", [0.97], "muted", is_threshold=True)]
    _, target = of_class(svg(lines("Fill", ["1 Nov"], series, lambda v: f"{v:.0%}")), "series")
    assert "H" in target.find("path").get("d", "")  # type: ignore[union-attr]
    [name] = of_class(target, "threshold-name")
    assert float(name.get("x", "0")) > 340, "the name is outside of the lines"


def test_few_labels_are_shown_including_the_last() -> None:
    days = [f"{day} Nov" for day in range(1, 31)]
    root = svg(lines("Fill", days, [Line("DC01", [0.5] * 30, "series-0")], lambda v: f"{v:.1f}"))
    written = [element.text for element in of_class(root, "x")]
    assert written[-1] == "30 Nov"
    assert 3 <= len(written) <= 5


def test_charts_with_one_scale_have_one_axis() -> None:
    def axis(values: list[float]) -> list[str | None]:
        chart = lines("Fill", ["1 Nov", "2 Nov"], [Line("DC01", values, "series-0")], lambda v: f"{v:.2f}", [0.2, 0.9])
        return [element.text for element in of_class(svg(chart), "y")]

    assert axis([0.2, 0.3]) == axis([0.8, 0.9])


def test_chart_escapes_text() -> None:
    evil = '"><script>alert(1)</script>'
    for markup in (
        bars(evil, [Bar(evil, 1, "good", evil)], lambda v: evil),
        lines(evil, [evil, "b"], [Line(evil, [1, 2], "series-0")], lambda v: evil),
    ):
        assert "<script" not in markup
        assert {"script", "style"}.isdisjoint({element.tag for element in svg(markup).iter()})
        assert any(evil in text for text in tooltips(svg(markup)))


def test_chart_without_values_is_empty() -> None:
    assert svg(lines("Fill", [], [], str)).tag == "svg"
    assert svg(lines("<Fill>", ["1 Nov"], [Line("DC01", [None], "series-0")], str)).tag == "svg"
    assert svg(bars("Rows", [], str)).tag == "svg"
