"""The docs site in a browser: written by a run on the simulator and `make docs`, opened from disk."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from urllib.parse import unquote, urlsplit

import duckdb
import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from loader.runs import run_elt
from loader.settings import Settings, load_settings
from loader.site import build_site

# one worker: the site is built once
pytestmark = [pytest.mark.browser, pytest.mark.exhaustive]

ROOT = Path(__file__).parents[3]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MAIN = ("index.html", "data-status.html", "kpis.html", "tables.html", "lineage.html", "rules.html", "guides.html")
SOME = (
    *("table/orders.html", "table/stg_wms__order_dtl.html", "table/order_hdr.html", "table/elt_run.html"),
    *("table/int_kpi__due_orders.html", "table/kpi_definitions.html", "table/order_hdr_history.html"),
    *("kpi/on_time_in_full.html", "kpi/truck_turn_time.html", "guide/how-to-answer-questions.html"),
    *("guide/explanation-design.html", "guide/reference-configuration.html"),
)
"""One page of each kind, and those with the widest content."""
PAGES = (*MAIN, *SOME)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    work_dir = tmp_path_factory.mktemp("work")
    environment = {
        "GRUPONOS_WMS__SIMULATOR_SCALE": "1000",
        "GRUPONOS_WMS__SIMULATOR_DAYS": "5",
        "GRUPONOS_TARGET__DUCKDB_PATH": str(work_dir / "warehouse.duckdb"),
        "GRUPONOS_PIPELINE__WORK_DIR": str(work_dir),
    }
    return load_settings(environment, env_file=None)


@pytest.fixture(scope="module")
def site(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Site after a run and `make docs`, from a copy of the project: dbt writes files into the project."""
    checkout = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "dbt_project", checkout / "dbt_project", ignore=shutil.ignore_patterns("target", "logs"))
    shutil.copytree(ROOT / "docs", checkout / "docs")
    shutil.copy(ROOT / "profiles.yml.example", checkout)
    with chdir(checkout):
        report = run_elt(settings)
        assert not [warning for warning in report.warnings if "data-status" in warning]
        assert (settings.pipeline.work_dir / "site" / "data-status.html").is_file()
        overview = build_site(settings)
    shutil.copy(settings.pipeline.work_dir / "dbt" / "target" / "manifest.json", settings.pipeline.work_dir)
    return overview.parent


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("Chromium is not installed: run apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty browser page."""
    with browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce") as context:
        yield context.new_page()


def open_page(page: Page, site: Path, name: str, part: str = "") -> list[str]:
    """Opens a page from disk; returns console messages, failed requests and requests to other hosts."""
    complaints: list[str] = []
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.append(request.url))
    page.on(
        "request",
        lambda request: None if request.url.startswith(("file:", "data:", "blob:")) else complaints.append(request.url),
    )
    page.goto(f"{(site / name).as_uri()}{part}")
    page.wait_for_load_state("load")
    return complaints


def open_details(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((element) => { element.open = true; })")


def search(page: Page, words: str) -> list[str]:
    """Types in the search; returns kind and title of the results."""
    page.keyboard.press("/")
    page.locator("dialog input").fill(words)
    page.locator("dialog li").first.wait_for()
    kinds, titles = page.locator("dialog li span"), page.locator("dialog li strong")
    found = zip(kinds.all_text_contents(), titles.all_text_contents(), strict=True)
    return [f"{kind} {title}" for kind, title in found]


@pytest.mark.parametrize("name", [*PAGES, "dbt/index.html"])
def test_page_opens_from_disk_without_console_errors(page: Page, site: Path, name: str) -> None:
    complaints = open_page(page, site, name)
    if name == "dbt/index.html":
        page.get_by_text("Projects").first.wait_for()
    else:
        page.locator("h1").first.wait_for()
        page.locator("header nav a").first.wait_for()
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_follow_accessibility_rules(page: Page, site: Path, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    found = {}
    for name in PAGES:
        open_page(page, site, name)
        open_details(page)
        rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        results = Axe().run(page, options={"runOnly": {"type": "tag", "values": rules}})
        for violation in results.response["violations"]:
            found[name, violation["id"]] = [node["html"][:200] for node in violation["nodes"][:3]]
    assert found == {}


@pytest.mark.parametrize("width", [320, 390, 768, 1024])
def test_pages_fit_the_screen(page: Page, site: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    wide = []
    for name in PAGES:
        open_page(page, site, name)
        open_details(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(name)
    assert wide == []


def test_links_have_existing_targets(site: Path) -> None:
    pages = {path: path.read_text() for path in site.rglob("*.html") if path.parent.name != "dbt"}
    anchors = {path: set(re.findall(r' id="([^"]+)"', text)) for path, text in pages.items()}
    broken = []
    for path, text in pages.items():
        for link in set(re.findall(r'<a [^>]*href="([^"]+)"', text)):
            parts = urlsplit(link.replace("&amp;", "&"))
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if parts.scheme or path.name == "lineage.html":
                continue
            if not target.is_file() or (
                parts.fragment and target.name != "lineage.html" and parts.fragment not in anchors.get(target, ())
            ):
                broken.append(f"{path.name}: {link}")
    assert broken == []
    repeated = [path.name for path, text in pages.items() if len(re.findall(r' id="', text)) != len(anchors[path])]
    assert repeated == []


def test_site_has_no_other_brand(site: Path) -> None:
    ours = [path for path in site.rglob("*.html") if path.parent.name not in {"dbt", "guide"}]
    assert len(ours) > 300
    assert [path.name for path in ours if re.search(r"colibri|docglow|<img", path.read_text(), re.IGNORECASE)] == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("OTIF", "KPI On time in full"),
        ("lead time", "KPI Order cycle time"),
        ("carrier", "table loads"),
        ("ordres", "table orders"),
        ("late orders", "table orders"),
        ("waves behind", "guide Answer questions with SQL: 9"),
        ("picked_at", "column allocation_performance.picked_at"),
        ("quantity above zero", "rule allocation: quantity above zero"),
        ("backfill", "guide Backfill a past period"),
    ],
)
def test_search_finds(page: Page, site: Path, words: str, expected: str) -> None:
    complaints = open_page(page, site, "table/orders.html")
    found = search(page, words)
    assert any(entry.lower().startswith(expected.lower()) for entry in found[:12]), found[:12]
    assert complaints == []


def test_search_works_by_keyboard(page: Page, site: Path) -> None:
    open_page(page, site, "index.html")
    search(page, "order_lines")
    page.keyboard.press("Escape")
    assert not page.locator("dialog").is_visible()
    page.keyboard.press("Control+k")
    page.locator("dialog input").fill("order_lines")
    page.locator("dialog li", has_text="order_lines").first.wait_for()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.tagName") == "A"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/table/order_lines.html")


def test_run_is_found_by_its_id(page: Page, site: Path, settings: Settings) -> None:
    with duckdb.connect(str(settings.target.duckdb_path), read_only=True) as connection:
        [(run_id,)] = connection.execute("select run_id from warehouse.wms_raw.elt_run").fetchall()
    open_page(page, site, "kpis.html")
    assert search(page, run_id)[0] == f"run Run {run_id}"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/data-status.html#run-{run_id}")


def test_first_tab_stop_skips_to_the_content(page: Page, site: Path) -> None:
    open_page(page, site, "data-status.html")
    page.keyboard.press("Tab")
    assert page.locator(".skip").bounding_box()["x"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"


def test_facility_picker_leaves_one_facility(page: Page, site: Path) -> None:
    open_page(page, site, "kpis.html")
    page.get_by_label("Facility").select_option("DC02")
    shown = page.locator("tr[data-facility]:visible")
    assert {row.get_attribute("data-facility") for row in shown.all()} == {"DC02"}
    open_page(page, site, "kpi/on_time_in_full.html")
    assert page.get_by_label("Facility").input_value() == "DC02"
    assert page.locator("article[data-facility]:visible").count() == 1


def test_charts_are_visible_in_light_and_dark_mode(page: Page, site: Path) -> None:
    open_page(page, site, "kpis.html")
    charts = page.locator("svg.chart")
    assert charts.count() >= 10
    for chart in charts.all()[:6]:
        box = chart.bounding_box()
        assert box
        assert box["width"] > 250
        assert box["height"] > 100
        assert chart.locator(".series .line, .dot").count() > 0
    colours = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        colours[scheme] = page.evaluate(
            """() => ["body", "svg.chart text", "svg.chart .series-0", ".card"].map((name) => {
                const style = getComputedStyle(document.querySelector(name));
                return [style.backgroundColor, style.fill, style.color].join(" ");
            })"""
        )
    assert all(light != dark for light, dark in zip(colours["light"], colours["dark"], strict=True))


def test_lineage_opens_on_marts_and_follows_a_column_to_the_document(page: Page, site: Path) -> None:
    complaints = open_page(page, site, "lineage.html")
    page.locator(".node.mart").first.wait_for()
    assert page.locator(".node:not(.mart)").count() == 0
    page.locator(".node", has_text=re.compile("orders$")).first.focus()
    page.keyboard.press("Enter")
    page.locator(".node.current").wait_for()
    nodes = page.locator(".node text").all_text_contents()
    assert {"orders", "int_order_hdr__outcomes", "order_backlog"} <= set(nodes)
    page.locator("select[name=column]").select_option("order_nbr")
    page.locator(".node.raw").first.wait_for()
    assert "$.order_nbr" in page.locator(".node.raw text").all_text_contents()
    assert complaints == []


def test_lineage_is_readable_on_a_phone(page: Page, site: Path) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    open_page(page, site, "lineage.html", "#orders")
    page.locator(".node.current").wait_for()
    box, frame = page.locator(".node.current").bounding_box(), page.locator(".graph").bounding_box()
    assert box
    assert frame
    assert frame["x"] <= box["x"]
    assert box["x"] + box["width"] <= frame["x"] + frame["width"]
    size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.node text')).fontSize)")
    assert size >= 12


def test_filter_of_tables_finds_columns(page: Page, site: Path) -> None:
    open_page(page, site, "tables.html")
    rows = page.locator("[data-words]:visible")
    everything = rows.count()
    page.locator("input[data-filter]").fill("within_sla")
    assert "allocation_performance" in rows.locator("a").all_text_contents()
    assert rows.count() < everything / 4
    page.locator("input[data-filter]").fill("no such thing")
    assert rows.count() == 0
    assert page.locator("[data-nothing]").is_visible()


def test_status_prints_on_one_page_in_light_colours(page: Page, site: Path) -> None:
    open_page(page, site, "data-status.html")
    page.emulate_media(media="print", color_scheme="dark")
    assert not page.locator("header nav").is_visible()
    assert page.locator(".tiles").is_visible()
    ink = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--ink').trim()")
    assert ink == "#18212d"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    pdf = page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1


def test_old_page_warns_that_runs_may_have_stopped(page: Page, site: Path) -> None:
    open_page(page, site, "data-status.html")
    assert not page.locator(".stale").is_visible()
    page.clock.install()
    page.clock.fast_forward(5 * 3600 * 1000)
    page.reload()
    assert page.locator(".stale").is_visible()
    assert "5 hours ago" in page.locator(".facts-line").inner_text()


def test_status_page_works_alone(page: Page, site: Path, tmp_path: Path) -> None:
    shutil.copy(site / "data-status.html", tmp_path)
    assert open_page(page, tmp_path, "data-status.html") == []
    assert page.evaluate("getComputedStyle(document.querySelector('.card')).borderRadius") != "0px"


def test_every_column_of_every_table_is_described(site: Path) -> None:
    rows = {
        f"{path.stem}.{column}": cells
        for path in (site / "table").glob("*.html")
        for column, cells in re.findall(r'<tr id="([^"]+)">(.*?)</tr>', path.read_text(), re.DOTALL)
    }
    assert len(rows) > 3000
    described = {name for name, cells in rows.items() if re.findall(r"<td>(.*?)</td>", cells, re.DOTALL)[0].strip()}
    assert sorted(rows.keys() - described) == []


def test_pages_contain_no_personal_data(site: Path, settings: Settings) -> None:
    manifest = msgspec.json.decode((settings.pipeline.work_dir / "manifest.json").read_bytes())
    personal = [
        (node["name"], column["name"])
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["name"].startswith("stg_wms__")
        for column in node["columns"].values()
        if column["config"]["meta"].get("personal_data") and re.search("name|mail|phone|user", column["name"])
    ]
    assert len(personal) >= 20
    text = "\n".join(path.read_text() for path in site.rglob("*.html") if path.parent.name not in {"dbt", "guide"})
    shown = set(re.findall(r"<td[^>]*>([^<]+)</td>", text))
    with duckdb.connect(str(settings.target.duckdb_path), read_only=True) as connection:
        for table, column in personal:
            values = connection.execute(f"select distinct {column} from warehouse.wms.{table}").fetchall()
            found = {str(value) for (value,) in values if value and len(str(value)) > 4} & shown
            assert found == set(), f"{table}.{column}"
