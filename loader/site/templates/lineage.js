// Draws tables, or columns, with their origins and readers. dagre computes the places; nodes are links.
"use strict";
(() => {
  const tables = window.wmsElt.graph;
  const form = document.querySelector("[data-lineage]"), place = document.querySelector(".graph");
  const details = document.querySelector("[data-details]"), alone = document.querySelector("[data-alone]");
  const readers = {};
  for (const [name, [, , parents]] of Object.entries(tables)) {
    for (const parent of parents) (readers[parent] ??= []).push(name);
  }
  const kindOf = (name) => tables[name]?.[0] ?? "raw table";

  const svg = (tag, attributes, ...children) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  // a smooth line: points between the first and the last are control points
  const curve = (points) => {
    const at = (point) => `${point.x.toFixed(1)} ${point.y.toFixed(1)}`;
    const middle = (a, b) => at({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
    const turns = points.slice(1, -1).map((point, place) => `Q${at(point)} ${middle(point, points[place + 2])}`);
    return `M${at(points[0])}${turns.join("")}L${at(points.at(-1))}`;
  };
  // nodes: {id, lines, kind, address, isCurrent}; edges: [from, to]
  const draw = (nodes, edges) => {
    const graph = new window.dagre.graphlib.Graph().setGraph({ rankdir: "LR", nodesep: 10, ranksep: 44, marginx: 8, marginy: 8 });
    graph.setDefaultEdgeLabel(() => ({}));
    for (const node of nodes) {
      const width = Math.max(...node.lines.map((line) => line.length)) * 7.1 + 22;
      graph.setNode(node.id, { ...node, width, height: 14 + 17 * node.lines.length });
    }
    for (const [from, to] of edges) graph.setEdge(from, to);
    window.dagre.layout(graph);
    const { width, height } = graph.graph();
    const canvas = svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "group" });
    for (const edge of graph.edges()) {
      canvas.append(svg("path", { class: "edge", d: curve(graph.edge(edge).points) }));
    }
    for (const id of graph.nodes()) {
      const node = graph.node(id), left = node.x - node.width / 2, top = node.y - node.height / 2;
      const link = svg("a", { href: node.address, class: `node ${node.kind.split(" ")[0]}${node.isCurrent ? " current" : ""}` });
      link.append(svg("rect", { x: left, y: top, width: node.width, height: node.height, rx: 5 }));
      node.lines.forEach((line, at) => {
        const text = svg("text", { x: left + 11, y: top + 19 + 17 * at });
        text.textContent = line;
        link.append(text);
      });
      const title = svg("title", {});
      title.textContent = `${node.lines.join(".")}, ${node.kind}`;
      link.prepend(title);
      canvas.append(link);
    }
    place.replaceChildren(canvas);
    const drawn = graph.nodes().map((id) => graph.node(id)).sort((a, b) => a.y - b.y);
    const current = drawn.find((node) => node.isCurrent) ?? drawn[0];
    if (current) place.scrollTo(current.x - place.clientWidth / 2, current.y - place.clientHeight / 2);
  };
  const tableNode = (name, current) => ({ id: name, lines: [name], kind: kindOf(name), address: `#${name}`, isCurrent: name === current });

  // walks from a start, at most `steps` edges far; returns the edges as [start, next]
  const walk = (start, next, steps) => {
    const seen = new Set([start]), edges = [];
    let front = [start];
    for (let step = 0; step < steps && front.length; step++) {
      const found = [];
      for (const from of front) {
        for (const to of next(from)) {
          edges.push([from, to]);
          if (!seen.has(to)) { seen.add(to); found.push(to); }
        }
      }
      front = found;
    }
    return [seen, edges];
  };
  const showMarts = () => {
    const marts = Object.keys(tables).filter((name) => kindOf(name) === "mart");
    const edges = marts.flatMap((mart) => {
      // through intermediate tables to the next mart
      const found = new Set(), [seen] = walk(mart, (name) => (name !== mart && kindOf(name) === "mart" ? [] : tables[name][2]), 99);
      for (const name of seen) if (name !== mart && kindOf(name) === "mart") found.add(name);
      return [...found].map((parent) => [parent, mart]);
    });
    const linked = new Set(edges.flat());
    draw(marts.filter((name) => linked.has(name)).map((name) => tableNode(name, "")), edges);
    alone.replaceChildren(...marts.filter((name) => !linked.has(name)).map((name) => {
      const item = document.createElement("li");
      item.append(Object.assign(document.createElement("a"), { href: `#${name}`, textContent: name }));
      return item;
    }));
  };
  const showTable = (name, steps) => {
    const [above, up] = walk(name, (of) => tables[of]?.[2] ?? [], steps);
    const [below, down] = walk(name, (of) => readers[of] ?? [], steps);
    const edges = [...up.map(([from, to]) => [to, from]), ...down];
    draw([...new Set([...above, ...below])].map((found) => tableNode(found, name)), edges);
  };

  let columnReaders;
  const columns = async () => {
    await window.wmsEltLoad("data/columns.js");
    const { origins, paths } = window.wmsElt.columns;
    if (!columnReaders) {
      columnReaders = {};
      for (const [table, found] of Object.entries(origins)) {
        for (const [column, from] of Object.entries(found)) {
          for (const [parent, name] of from) (columnReaders[`${parent}.${name}`] ??= []).push(`${table}.${column}`);
        }
      }
    }
    return { origins, paths };
  };
  const showColumn = async (table, column) => {
    const { origins, paths } = await columns(), id = `${table}.${column}`;
    const above = (of) => {
      const [owner, name] = of.split(".");
      if (paths[owner]?.[name]) return [`${owner.replace("stg_wms__", "")}.${paths[owner][name].replaceAll(".", "\u2024")}`];
      return (origins[owner]?.[name] ?? []).map((origin) => origin.join("."));
    };
    const [upper, up] = walk(id, above, 99);
    const [lower, down] = walk(id, (of) => columnReaders[of] ?? [], form.steps.value);
    const nodes = [...new Set([...upper, ...lower])].map((of) => {
      const [owner, name] = of.split(".");
      return { id: of, lines: [owner, name.replaceAll("\u2024", ".")], kind: kindOf(owner), address: `#${of.includes("$") ? owner : of}`, isCurrent: of === id };
    });
    draw(nodes, [...up.map(([from, to]) => [to, from]), ...down]);
  };

  const show = async () => {
    const [table, column] = decodeURIComponent(location.hash.slice(1)).split(".");
    const isKnown = table in tables;
    form.table.value = isKnown ? table : "";
    form.column.replaceChildren(new Option("none", ""));
    form.column.disabled = !isKnown;
    alone.parentElement.hidden = isKnown;
    details.hidden = !isKnown;
    details.href = `table/${table}.html`;
    if (!isKnown) { showMarts(); return; }
    const { origins, paths } = await columns();
    const names = [...new Set([...Object.keys(origins[table] ?? {}), ...Object.keys(paths[table] ?? {})])].sort();
    form.column.append(...names.map((name) => new Option(name)));
    form.column.value = names.includes(column) ? column : "";
    if (form.column.value) await showColumn(table, column);
    else showTable(table, Number(form.steps.value));
  };
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.table.addEventListener("change", () => { location.hash = form.table.value in tables ? form.table.value : ""; });
  form.steps.addEventListener("change", show);
  form.column.addEventListener("change", () => {
    location.hash = form.table.value + (form.column.value ? `.${form.column.value}` : "");
  });
  form.querySelector("[data-all]").addEventListener("click", () => { location.hash = ""; });
  window.addEventListener("hashchange", show);
  document.addEventListener("DOMContentLoaded", show);
})();
