// Age of the page, search, facility picker, filter of lists, copying of SQL. Without it, the pages show everything.
"use strict";
(() => {
  const root = document.documentElement.dataset.root;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  const written = document.querySelector("time[data-written]");
  const age = written ? (Date.now() - Date.parse(written.dateTime)) / 1000 : 0;
  const duration = (seconds) => {
    for (const [unit, name] of [[86400, "day"], [3600, "hour"], [60, "minute"]]) {
      const count = Math.floor(seconds / unit);
      if (count >= 1) return `${count} ${name}${count === 1 ? "" : "s"}`;
    }
    return "moments";
  };
  for (const place of all("[data-age]")) place.textContent = `${place.dataset.age}${duration(age)} ago`;
  const stale = document.querySelector("[data-stale-after]");
  if (stale && age > Number(stale.dataset.staleAfter)) stale.hidden = false;

  // pages opened from disk can't request data, so scripts hand it over
  const loaded = {};
  const load = (file) => (loaded[file] ??= new Promise((done) => {
    const script = document.createElement("script");
    script.src = root + file;
    script.onload = script.onerror = done;
    document.head.append(script);
  }));
  window.wmsEltLoad = load;

  const dialog = document.querySelector("dialog.search");
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("ol");
  const note = dialog.querySelector("[role=status]");
  const weight = { KPI: 4, table: 3.5, guide: 2.2, rule: 1.5, run: 1.5, staging: 1.2, intermediate: 0.6, column: 1, "staging column": 0.5 };
  let engine;
  const index = async () => {
    await Promise.all(["assets/minisearch.js", "data/search.js", "data/runs.js"].map(load));
    const data = window.wmsElt ?? {};
    const entries = [...(data.search ?? []), ...(data.runs ?? [])];
    if (!window.MiniSearch || !data.search) return null;
    const found = new window.MiniSearch({
      fields: ["title", "words", "text"],
      storeFields: ["kind", "title", "address", "text"],
      searchOptions: {
        prefix: true, fuzzy: (term) => (term.length > 5 ? 0.34 : term.length > 3 ? 0.25 : false), weights: { prefix: 0.3, fuzzy: 0.1 }, boost: { title: 3, words: 2 },
        boostDocument: (_, __, stored) => weight[stored.kind] ?? 1,
      },
    });
    found.addAll(entries.map(([kind, title, address, text, words], id) => ({ id, kind, title, address, text, words })));
    return found;
  };
  const search = async () => {
    engine ??= index();
    const ready = await engine, text = input.value.trim();
    if (!ready) { note.textContent = "The search index isn't in this folder. Run make docs."; return; }
    // entries with all words first, then those with some of them
    const complete = ready.search(text, { combineWith: "AND" }), ids = new Set(complete.map((entry) => entry.id));
    const others = ready.search(text).filter((entry) => !ids.has(entry.id)).slice(0, Math.max(0, 10 - complete.length));
    const found = [...complete, ...others];
    note.textContent = text ? `${found.length} found` : "Type a word, such as OTIF, carrier or lead time.";
    list.replaceChildren(...found.slice(0, 30).map((entry) => {
      const item = document.createElement("li"), link = document.createElement("a");
      link.href = root + entry.address;
      for (const [tag, value] of [["span", entry.kind], ["strong", entry.title], ["small", entry.text]]) {
        link.append(Object.assign(document.createElement(tag), { textContent: value }));
      }
      link.addEventListener("click", () => dialog.close());
      item.append(link);
      return item;
    }));
  };
  const open = () => { if (!dialog.open) { dialog.showModal(); input.select(); search(); } };
  for (const button of all("[data-find]")) { button.hidden = false; button.addEventListener("click", open); }
  input.addEventListener("input", search);
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("keydown", (event) => {
    const links = all("a", list), at = links.indexOf(document.activeElement);
    // the browser would only clear the input
    if (event.key === "Escape") { event.preventDefault(); dialog.close(); }
    if (event.key === "Enter" && event.target === input) { event.preventDefault(); links[0]?.click(); }
    if (event.key === "ArrowDown") { event.preventDefault(); links[Math.min(at + 1, links.length - 1)]?.focus(); }
    if (event.key === "ArrowUp") { event.preventDefault(); (at > 0 ? links[at - 1] : input).focus(); }
  });
  document.addEventListener("keydown", (event) => {
    const typing = /^(input|select|textarea)$/i.test(event.target.tagName);
    if ((event.key === "/" && !typing) || (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey))) {
      event.preventDefault();
      open();
    }
  });

  const picker = document.querySelector("select[data-facility-picker]");
  if (picker) {
    const stored = (() => { try { return window.localStorage; } catch { return {}; } })();
    const pick = () => {
      const wanted = picker.value;
      for (const part of all("[data-facility], .chart .series:not(.threshold)")) {
        const name = part.dataset.facility ?? part.dataset.name;
        part.classList.toggle("left-out", wanted !== "" && name !== wanted);
      }
      stored.facility = wanted;
    };
    picker.closest("[hidden]").hidden = false;
    if (all("option", picker).some((option) => option.value === stored.facility)) picker.value = stored.facility;
    picker.addEventListener("change", pick);
    pick();
  }

  const filter = document.querySelector("input[data-filter]");
  filter?.addEventListener("input", () => {
    const wanted = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const item of all("[data-words]")) item.hidden = !wanted.every((word) => item.dataset.words.includes(word));
    for (const group of all("[data-group]")) group.hidden = !group.querySelector("[data-words]:not([hidden])");
    document.querySelector("[data-nothing]").hidden = !!document.querySelector("[data-words]:not([hidden])");
  });

  for (const block of all("pre.sql")) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "copy", textContent: "Copy" });
    button.addEventListener("click", async () => {
      const range = document.createRange();
      range.selectNodeContents(block.querySelector("code"));
      const selection = window.getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
      try { await navigator.clipboard.writeText(range.toString()); } catch { document.execCommand("copy"); }
      button.textContent = "Copied";
    });
    block.before(button);
  }
})();
