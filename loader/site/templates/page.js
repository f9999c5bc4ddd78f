// Shows the age of the page, warns if it is old, and filters the catalogue. The page works without it.
"use strict";
(() => {
  const written = document.querySelector("time[data-written]");
  const age = written ? (Date.now() - Date.parse(written.dateTime)) / 1000 : 0;
  const duration = (seconds) => {
    for (const [unit, name] of [[86400, "day"], [3600, "hour"], [60, "minute"]]) {
      const count = Math.floor(seconds / unit);
      if (count >= 1) return `${count} ${name}${count === 1 ? "" : "s"}`;
    }
    return "moments";
  };
  for (const place of document.querySelectorAll("[data-age]")) place.textContent = `${place.dataset.age}${duration(age)} ago`;
  const stale = document.querySelector("[data-stale-after]");
  if (stale && age > Number(stale.dataset.staleAfter)) stale.hidden = false;

  const search = document.querySelector("input[data-filter]");
  if (!search) return;
  const cards = [...document.querySelectorAll("[data-words]")];
  const groups = [...document.querySelectorAll("[data-group]")];
  const nothing = document.querySelector("[data-nothing]");
  search.addEventListener("input", () => {
    const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const card of cards) card.hidden = !wanted.every((word) => card.dataset.words.includes(word));
    for (const group of groups) group.hidden = !group.querySelector("[data-words]:not([hidden])");
    nothing.hidden = cards.some((card) => !card.hidden);
  });
})();
