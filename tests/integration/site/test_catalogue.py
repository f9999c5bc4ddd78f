from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from loader.settings import Settings
from loader.site.catalogue import Catalogue, Table, read_catalogue
from loader.site.column_lineage import personal_columns, trace_columns
from loader.site.descriptions import describe_columns
from loader.site.guides import example_queries, read_guides, write_guides
from loader.site.kpi_pages import write_kpi_pages
from loader.site.lineage_page import write_lineage
from loader.site.overview import write_overview
from loader.site.pages import PAGES, Site
from loader.site.profiles import profile_table
from loader.site.queries import read_facts
from loader.site.results import LastResults, Outcome
from loader.site.rules import Rule
from loader.site.search_index import write_index
from loader.site.tables import Facts, write_tables
from loader.warehouse import open_warehouse
from tests.integration.site.conftest import NOW, Warehouse
from tests.integration.site.small_manifest import manifest, write_project

COMMON = {"written_at": NOW.replace(tzinfo=None)}


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return read_catalogue(*write_project(tmp_path, manifest()))


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "site", PAGES)


def named(catalogue: Catalogue, name: str) -> str:
    return next(node for node, table in catalogue.tables.items() if table.name == name)


def facts_of(catalogue: Catalogue) -> Facts:
    lineage, untraced = trace_columns(catalogue.tables.values(), "duckdb")
    assert untraced == ()
    return Facts(lineage=lineage, personal=personal_columns(catalogue.tables.values(), lineage))


def test_catalogue_has_tables_with_kinds_and_relatives(catalogue: Catalogue) -> None:
    kinds = {table.name: table.kind for table in catalogue.tables.values()}
    assert kinds == {
        "stg_wms__item": "staging",
        "int_item__named": "intermediate",
        "stock": "mart",
        "orders": "mart",
        "kpi_definitions": "seed",
        "item": "raw table",
        "task": "raw table",
        "allocation": "raw table",
        "elt_run": "run table",
    }
    stock = catalogue.tables[named(catalogue, "stock")]
    assert (stock.purpose, stock.grain, stock.owner) == ("All about stock.", "one row per thing.", "Analysts")
    assert (stock.parents, stock.relation) == ((named(catalogue, "int_item__named"),), "wms.stock")
    assert catalogue.tables[named(catalogue, "item")].children == (named(catalogue, "stg_wms__item"),)
    assert [column.name for column in catalogue.tables[named(catalogue, "orders")].columns] == ["order_id", "extra"]


def test_tests_are_described_in_words(catalogue: Catalogue) -> None:
    stock = catalogue.tables[named(catalogue, "stock")]
    assert [test.label for test in stock.columns[0].tests] == ["unique", "exists in stg_wms__item"]
    assert [test.label for test in stock.tests] == ["unique: item_id, item_code"]
    assert stock.columns[0].tests[0].severity == "warn"


def test_kpis_are_in_the_order_of_their_questions(catalogue: Catalogue) -> None:
    assert [(kpi.name, kpi.question, kpi.target) for kpi in catalogue.kpis] == [
        ("fill", "service", 0.97),
        ("wait", "other", None),
    ]


def test_columns_are_traced_to_staging(catalogue: Catalogue) -> None:
    facts, stock, middle = facts_of(catalogue), named(catalogue, "stock"), named(catalogue, "int_item__named")
    assert facts.lineage[stock, "item_code"] == ((middle, "item_code"),)
    assert facts.lineage[middle, "who"] == ((named(catalogue, "stg_wms__item"), "modified_by"),)
    assert (stock, "on_hand_qty") not in facts.lineage


def test_copied_column_has_the_description_of_its_origin(catalogue: Catalogue) -> None:
    lineage = facts_of(catalogue).lineage
    stock, middle, item = (named(catalogue, name) for name in ("stock", "int_item__named", "item"))

    def blank(node: str) -> Table:
        table = catalogue.tables[node]
        return replace(table, columns=tuple(replace(column, description="") for column in table.columns))

    raw = replace(
        catalogue.tables[item], columns=(replace(catalogue.tables[stock].columns[0], name="doc", description=""),)
    )
    tables = {**catalogue.tables, stock: blank(stock), middle: blank(middle), item: raw}
    described = describe_columns(replace(catalogue, tables=tables), lineage)
    found = {column.name: column.description for column in described.tables[stock].columns}
    assert found["item_code"] == "The item_code."
    assert found["picker"] == "The modified_by."
    assert found["on_hand_qty"] == ""
    assert described.tables[item].columns[0].description == "The document, as the WMS sent it."


def test_origin_of_copies_and_a_known_word_are_described(catalogue: Catalogue) -> None:
    lineage = facts_of(catalogue).lineage
    stock, middle, staged = (named(catalogue, name) for name in ("stock", "int_item__named", "stg_wms__item"))

    def described(words: dict[str, str], *blank: str) -> dict[str, str]:
        tables = {
            node: replace(table, columns=tuple(replace(column, description="") for column in table.columns))
            for node, table in catalogue.tables.items()
            if node in blank
        }
        given = replace(catalogue, tables={**catalogue.tables, **tables}, words=words)
        return {column.name: column.description for column in describe_columns(given, lineage).tables[middle].columns}

    # the mart's column only copies it
    assert described({}, staged, middle)["item_code"] == "The item_code."
    assert described({}, staged, middle, stock)["item_code"] == ""
    assert described({"item_code": "A word."}, staged, middle, stock)["item_code"] == "A word."


def test_column_computed_from_personal_data_is_personal(catalogue: Catalogue) -> None:
    personal = facts_of(catalogue).personal
    assert (named(catalogue, "stock"), "picker") in personal
    assert (named(catalogue, "stock"), "item_code") not in personal


ITEM = "wms.stg_wms__item"
BOTH = {"item_id", "item_code"}


@pytest.mark.parametrize(
    ("sql", "origins"),
    [
        (f"select x.item_id as a from {ITEM} x", {"item_id"}),
        (f"select coalesce(item_code, cast(item_id as varchar)) as a from {ITEM}", BOTH),
        (f"select item_id as a from {ITEM} union all select item_code from {ITEM}", BOTH),
        (f"with x as (select * from {ITEM}), y as (select x.* from x) select item_code as a from y", {"item_code"}),
        (f"select q.a from (select max(item_id) as a from {ITEM}) q", {"item_id"}),
        (
            f"with recursive n as (select item_id as a from {ITEM} union all select a from n) select a from n",
            {"item_id"},
        ),
    ],
)
def test_origins_of_a_column_are_found(catalogue: Catalogue, sql: str, origins: set[str]) -> None:
    node = named(catalogue, "orders")
    tables = {**catalogue.tables, node: replace(catalogue.tables[node], compiled=sql)}
    lineage, untraced = trace_columns(tables.values(), "duckdb")
    assert untraced == ()
    assert {name for _, name in lineage[node, "a"]} == origins


def test_sql_that_is_not_valid_leaves_one_table_untraced(catalogue: Catalogue) -> None:
    node = named(catalogue, "orders")
    tables = {**catalogue.tables, node: replace(catalogue.tables[node], compiled="select from where (")}
    lineage, untraced = trace_columns(tables.values(), "duckdb")
    assert untraced == ("orders",)
    assert (named(catalogue, "stock"), "item_code") in lineage


def test_table_page_shows_all_parts_and_masks_personal_data(
    catalogue: Catalogue, site: Site, settings: Settings
) -> None:
    with duckdb.connect(str(settings.target.duckdb_path)) as connection:
        connection.execute(
            """create schema wms; create table wms.stock as select * from (values
                (1, 'a<b', 'Ana', 2.5), (2, null, 'Bea', 3)) t(item_id, item_code, picker, on_hand_qty)"""
        )
    facts, stock = facts_of(catalogue), named(catalogue, "stock")
    with open_warehouse(settings, read_only=True) as target:
        profile = profile_table(target, catalogue.tables[stock], {"picker"}, "duckdb")
    assert profile
    at = datetime.fromisoformat("2026-11-24 05:00:00")
    results = LastResults(
        tests={"unique_stock_item_id": Outcome(name="unique_stock_item_id", status="failed", amount=2, at=at)},
        builds={"stock": Outcome(name="stock", status="ok", amount=1.5, at=at)},
        as_of={"stock": at},
    )
    examples = [("How much?", "select sum(on_hand_qty) from stock"), ("Other?", "select 1 from orders")]
    write_tables(site, catalogue, replace(facts, profiles={stock: profile}, results=results, examples=examples), COMMON)
    page = (site.directory / "table" / "stock.html").read_text()
    for part in (
        *(
            "One row per thing</dd>",
            "Run <code>use wms</code> first.",
            "What is where &amp; since when?",
            "24 Nov 2026, 05:00 UTC",
            "Morning review",
            "Analysts",
        ),
        *("a&lt;b", "50.00 %", "personal data", "masked", "How much?", "✗</span> failed", "units", "unique: item_id"),
        *('href="int_item__named.html#item_code"', 'href="../lineage.html#stock"', "upper(item.item_code)"),
    ):
        assert part in page, part
    assert ">Ana<" not in page
    assert "Other?" not in page
    staging = (site.directory / "table" / "stg_wms__item.html").read_text()
    assert "$.mod_user" in staging


def test_pages_say_why_there_is_no_profile(catalogue: Catalogue, site: Site) -> None:
    write_tables(site, catalogue, Facts(problem="A run has the file open."), COMMON)
    for page in ("tables.html", "table/stock.html"):
        assert "sample rows are missing. A run has the file open." in (site.directory / page).read_text()


def test_page_of_a_dropped_table_is_removed(catalogue: Catalogue, site: Site) -> None:
    site.write("table/dropped.html", "x")
    later = Site(site.directory, PAGES)
    write_tables(later, catalogue, Facts(), COMMON)
    later.remove_others("table")
    assert not (site.directory / "table" / "dropped.html").exists()
    assert (site.directory / "table" / "stock.html").exists()


def test_kpi_page_has_value_target_drivers_and_sql(
    catalogue: Catalogue, site: Site, settings: Settings, warehouse: Warehouse
) -> None:
    write_kpi_pages(site, read_facts(settings, now=NOW), catalogue, COMMON)
    page = (site.directory / "kpi" / "fill.html").read_text()
    for part in ("OTIF", "97.0 % or more", "98.5 %", "better by 1.0 points", "50.00 %", "where kpi = &#39;fill&#39;"):
        assert part in page, part
    assert 'href="../kpi/wait.html"' in page
    assert 'href="../table/stock.html"' in page
    assert page.count('class="chart"') == 2


def test_overview_lists_tables_by_question(catalogue: Catalogue, site: Site) -> None:
    page = write_overview(site, catalogue, COMMON).read_text()
    for part in (
        'href="table/stock.html"',
        "What is where &amp; since when?",
        "Read <strong>well</strong>. &lt;script&gt;",
        "Morning review",
        "24 Nov 2026, 06:00 UTC",
    ):
        assert part in page
    assert "<h2>What is where</h2>" not in page


def test_minimal_project_has_an_overview(tmp_path: Path, site: Site) -> None:
    empty = {**manifest(), **{name: {} for name in ("docs", "exposures", "sources", "nodes", "groups")}}
    assert write_overview(site, read_catalogue(*write_project(tmp_path, empty)), COMMON).is_file()


def test_guides_link_to_each_other_and_give_example_queries(site: Site, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    (docs / "how-to").mkdir(parents=True)
    (docs / "index.md").write_text("# Start\n\n[Questions](how-to/answer-questions.md#1-how-much) and [x](../x.md).\n")
    (docs / "how-to" / "answer-questions.md").write_text(
        "# Answers\n\n```mermaid\nflowchart\n```\n\nText <b>.\n\n"
        "## 1. How much?\n\n```sql\nselect 1\nfrom stock\n```\n\n```sql\nselect 2\n```\n"
    )
    guides = read_guides(docs)
    assert list(example_queries(guides)) == [("How much?", "select 1\nfrom stock"), ("How much?", "select 2")]
    write_guides(site, guides, COMMON)
    start = (site.directory / "guide" / "index.html").read_text()
    assert 'href="how-to-answer-questions.html#1-how-much"' in start
    assert "<a>x</a>" in start
    answers = (site.directory / "guide" / "how-to-answer-questions.html").read_text()
    assert '<h2 id="1-how-much">' in answers
    assert "Text &lt;b&gt;." in answers
    assert "Diagram, as Mermaid text</span></summary><pre" in answers


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("# X\n\nRuns `make elt`. More.\n", "Runs make elt."),
        ("# X\n\n| a | b |\n|---|---|\n| c. | d. |\n\n## Y\n\nSee [here](x.md). More.\n", "See here."),
        ("# X\n\n```console\nmake it. Now.\n```\n\n1. Stop it.\n2. Go on.\n", "Stop it."),
        ("# X\n\nCan you trust it? Yes.\n", "Can you trust it?"),
        ("# X\n\nTwo things:\n\n- a\n", "Two things."),
        ("# X\n", ""),
    ],
)
def test_summary_of_a_guide_is_its_first_sentence(tmp_path: Path, text: str, summary: str) -> None:
    (tmp_path / "x.md").write_text(text)
    [guide] = read_guides(tmp_path)
    assert guide.summary == summary


def test_quickstart_is_the_first_guide(tmp_path: Path) -> None:
    for name in ("contributing", "index", "quickstart"):
        (tmp_path / f"{name}.md").write_text(f"# {name}\n")
    assert [guide.title for guide in read_guides(tmp_path)] == ["quickstart", "contributing", "index"]


def test_installation_without_guides_says_so(site: Site, tmp_path: Path) -> None:
    write_guides(site, read_guides(tmp_path / "nowhere"), COMMON)
    assert "folder docs/" in (site.directory / "guides.html").read_text()


def test_index_and_lineage_are_scripts_with_data(catalogue: Catalogue, site: Site) -> None:
    facts = facts_of(catalogue)
    rule = Rule(
        entity="item",
        name="code_known",
        severity="warn",
        reason="Bad.",
        remediation="Fix.",
        is_root_cause=True,
        checked=1,
        flagged=0,
        hidden=0,
    )
    write_index(site, catalogue, (), (rule,))
    write_lineage(site, catalogue, facts.lineage, COMMON)
    search = (site.directory / "data" / "search.js").read_text()
    for entry in (
        '"KPI","Fill rate","kpi/fill.html"',
        "OTIF",
        '"column","stock.picker"',
        '"rules.html#item.code_known"',
    ):
        assert entry in search, entry
    assert '"stock":["mart","inventory",["int_item__named"]]' in (site.directory / "data" / "lineage.js").read_text()
    columns = (site.directory / "data" / "columns.js").read_text()
    assert '"item_code":[["int_item__named","item_code"]]' in columns
    assert '"modified_by":"$.mod_user"' in columns


def test_models_of_an_overlay_are_tables_too(tmp_path: Path) -> None:
    content = {**manifest(), "metadata": {"adapter_type": "duckdb", "project_name": "other"}}
    catalogue = read_catalogue(*write_project(tmp_path, content))
    assert {"theirs", "stock"} <= {table.name for table in catalogue.tables.values()}
