"""The docs site in a browser: written by a run on the simulator and `make docs`, opened from disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from urllib.parse import unquote, urlsplit

import duckdb
import msgspec
import pytest
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
PAGES = ("index.html", "data-status.html", "tables.html", "lineage.html")
OURS = PAGES[:2]


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
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
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
    page.wait_for_load_state("networkidle")
    return complaints


@pytest.mark.parametrize("name", PAGES)
def test_page_opens_from_disk_without_console_errors(page: Page, site: Path, name: str) -> None:
    complaints = open_page(page, site, name)
    # both other pages are rendered by their scripts
    page.get_by_text(
        {"tables.html": "Projects", "lineage.html": "sources"}.get(name, "Warehouse data")
    ).first.wait_for()
    assert complaints == []
    if name == "lineage.html":
        assert page.evaluate("window.colibriTelemetry") is False


def test_charts_are_visible_in_light_and_dark_mode(page: Page, site: Path) -> None:
    open_page(page, site, "data-status.html")
    charts = page.locator("svg.chart")
    assert charts.count() >= 4 + 10
    for chart in charts.all():
        box = chart.bounding_box()
        assert box
        assert box["width"] > 250
        assert box["height"] > 100
        assert chart.locator(".series path, .bar rect, .dot").count() > 0
    colours = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        colours[scheme] = page.evaluate(
            """() => ["body", "svg.chart text", "svg.chart .series", ".verdict"].map((name) => {
                const style = getComputedStyle(document.querySelector(name));
                return [style.backgroundColor, style.fill, style.color].join(" ");
            })"""
        )
    assert all(light != dark for light, dark in zip(colours["light"], colours["dark"], strict=True))


def test_links_have_existing_targets(page: Page, site: Path) -> None:
    seen: set[str] = set()
    for name in OURS:
        open_page(page, site, name)
        links = page.eval_on_selector_all("a[href]", "links => links.map((link) => link.href)")
        assert links
        for link in set(links) - seen:
            parts = urlsplit(link)
            target = Path(unquote(parts.path))
            assert target.is_file(), link
            if parts.fragment and not parts.fragment.startswith("!"):
                assert f'id="{parts.fragment}"' in target.read_text(), link
        seen |= set(links)
    assert {Path(urlsplit(link).path).name for link in seen} == set(PAGES)


def test_table_name_links_to_its_columns(page: Page, site: Path, settings: Settings) -> None:
    manifest = msgspec.json.decode((settings.pipeline.work_dir / "manifest.json").read_bytes())
    open_page(page, site, "index.html")
    names = page.locator("[data-words] h3 a").all_text_contents()
    models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    assert set(names) == {node["name"] for node in models if node["fqn"][1] == "marts"}
    page.locator("[data-words] h3 a", has_text="order_lines").first.click()
    page.locator("h1", has_text="order_lines").wait_for()
    assert page.get_by_text("order_dtl_id").count()


def test_filter_finds_tables_by_question_and_column(page: Page, site: Path) -> None:
    open_page(page, site, "index.html")
    cards = page.locator("[data-words]:visible")
    everything = cards.count()
    page.locator("input[type=search]").fill("within_sla")
    assert "allocation_performance" in cards.locator("h3").all_text_contents()
    assert cards.count() < everything / 4
    page.locator("input[type=search]").fill("no such thing")
    assert cards.count() == 0
    assert page.locator("[data-nothing]").is_visible()
    page.locator("input[type=search]").fill("")
    assert cards.count() == everything


def test_search_of_the_tables_page_finds_a_column(page: Page, site: Path) -> None:
    open_page(page, site, "tables.html")
    page.locator("input[type=search], input[placeholder*=Search]").first.fill("dim_location")
    page.locator(".search-result, .result", has_text="dim_location").first.wait_for()


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("width", [320, 390, 768])
def test_pages_fit_a_phone_screen(page: Page, site: Path, name: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    open_page(page, site, name)
    for details in page.locator("details").all():
        details.evaluate("(element) => { element.open = true; }")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_print_is_light_complete_and_without_navigation(page: Page, site: Path) -> None:
    open_page(page, site, "data-status.html")
    page.emulate_media(media="print", color_scheme="dark")
    assert not page.locator("header nav").is_visible()
    assert page.locator("details caption").first.is_visible()
    ink = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--ink').trim()")
    assert ink == "#18212d"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_old_page_warns_that_runs_may_have_stopped(page: Page, site: Path) -> None:
    open_page(page, site, "data-status.html")
    assert not page.locator(".stale").is_visible()
    page.clock.install()
    page.clock.fast_forward(5 * 3600 * 1000)
    page.reload()
    assert page.locator(".stale").is_visible()
    assert "5 hours ago" in page.locator(".facts").inner_text()


def test_pages_contain_no_personal_data(site: Path, settings: Settings) -> None:
    manifest = msgspec.json.decode((settings.pipeline.work_dir / "manifest.json").read_bytes())
    personal = [
        (node["name"], column["name"])
        for node in manifest["nodes"].values()
        if node["name"] == "stg_wms__order_hdr"
        for column in node["columns"].values()
        if "personal" in str(column["tags"]) + str(column["meta"])
    ]
    assert personal
    page = (site / "data-status.html").read_text()
    with duckdb.connect(str(settings.target.duckdb_path), read_only=True) as connection:
        for table, column in personal:
            values = connection.execute(f"select distinct {column} from warehouse.wms.{table}").fetchall()
            found = [value for (value,) in values if value and len(str(value)) > 4 and str(value) in page]
            assert found == [], column
