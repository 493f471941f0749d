// The search, loaded when it is first opened. The index comes in pieces, as they are needed.
(() => {
  const { all, one, make, load, base, piece: done } = window.runproof;
  const dialog = one("dialog.rp-search");
  const input = one("input", dialog), state = one(".rp-search-state", dialog), results = one("ol", dialog);
  const split = text => text.toLowerCase().match(/[\p{Alphabetic}\p{N}_]+/gu) || [];
  const piece = name => load(name, "assets/search/" + name);
  const index = () => load("list", "assets/search/list.js");
  let turn = 0, chosen = -1;
  const fail = () => { state.textContent = "The search index could not be loaded."; };
  const scores = async words => {
    const list = await index();
    const total = list.sections.length;
    const found = new Map();
    for (const [order, word] of words.entries()) {
      const name = list.words[[...word][0]];
      if (!name) continue;
      const postings = await piece(name);
      for (const [own, pairs] of Object.entries(postings)) {
        if (!own.startsWith(word)) continue;
        const near = own === word ? 1 : 0.4 + 0.4 * word.length / own.length;
        const rare = Math.log(1 + total / (pairs.length / 2));
        let section = 0;
        for (let at = 0; at < pairs.length; at += 2) {
          section += pairs[at];
          const entry = found.get(section) || { sum: 0, words: new Set() };
          entry.sum += pairs[at + 1] * near * rare;
          entry.words.add(order);
          found.set(section, entry);
        }
      }
    }
    const ranked = [...found].map(([section, entry]) => ({ section, hits: entry.words.size, sum: entry.sum }));
    const most = Math.max(0, ...ranked.map(entry => entry.hits));
    return ranked.filter(entry => entry.hits === most).sort((a, b) => b.sum - a.sum || a.section - b.section).slice(0, 30);
  };
  const marked = (text, words) => {
    const lower = text.toLowerCase();
    const starts = words.map(word => lower.search(new RegExp("(?<![\\p{Alphabetic}\\p{N}_])" + word, "u"))).filter(at => at >= 0);
    const from = Math.max(0, Math.min(...(starts.length ? starts : [0])) - 50);
    const cut = (from ? "\u2026" : "") + text.slice(from, from + 180) + (text.length > from + 180 ? "\u2026" : "");
    const parts = cut.split(new RegExp("((?<![\\p{Alphabetic}\\p{N}_])(?:" + words.join("|") + "))", "giu"));
    return parts.map((part, at) => (at % 2 ? make("mark", {}, part) : part));
  };
  const show = async () => {
    const own = ++turn;
    const words = [...new Set(split(input.value))];
    if (!words.length) { results.replaceChildren(); state.textContent = "Type to search in titles, headings and text."; pick(-1); return; }
    try {
      const list = await index();
      const ranked = await scores(words);
      const texts = await Promise.all(ranked.map(entry => piece(list.texts[Math.floor(entry.section / list.per)])));
      if (own !== turn) return;
      results.replaceChildren(...ranked.map((entry, at) => {
        const [page, id, heading] = list.sections[entry.section];
        const [url, title] = list.pages[page];
        const text = texts[at][entry.section % list.per];
        const link = make("a", { href: base + url + (id ? "#" + id : ""), tabindex: "-1" },
          make("strong", {}, ...marked(heading || title, words)), heading ? make("small", {}, title) : "", make("p", {}, ...marked(text, words)));
        return make("li", { role: "option", id: "rp-result-" + at, "aria-selected": "false" }, link);
      }));
      state.textContent = ranked.length ? (ranked.length === 30 ? "The best 30 results" : ranked.length + (ranked.length === 1 ? " result" : " results")) : "Nothing found.";
      pick(ranked.length ? 0 : -1);
    } catch { fail(); }
  };
  const pick = at => {
    const items = [...results.children];
    chosen = items.length ? (at + items.length) % items.length : -1;
    items.forEach((item, index) => item.setAttribute("aria-selected", String(index === chosen)));
    input.setAttribute("aria-expanded", String(items.length > 0));
    if (chosen >= 0) { input.setAttribute("aria-activedescendant", items[chosen].id); items[chosen].scrollIntoView({ block: "nearest" }); }
    else input.removeAttribute("aria-activedescendant");
  };
  input.addEventListener("input", show);
  input.addEventListener("keydown", event => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); pick(chosen + (event.key === "ArrowDown" ? 1 : -1)); }
    if (event.key === "Enter") {
      event.preventDefault();
      const link = chosen >= 0 && one("a", results.children[chosen]);
      if (link) { dialog.close(); link.click(); }
    }
  });
  results.addEventListener("click", event => { if (event.target.closest("a")) dialog.close(); });
  index().catch(fail);
  show();
  done("search");
})();
