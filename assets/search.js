// The search box, loaded when it is first opened. What is found, and in which order, search-rank.js tells.
runproof.page(() => {
  const { all, one, make, load } = runproof;
  const dialog = one("dialog.rp-search");
  if (!dialog) return;
  const input = one("input", dialog), state = one(".rp-search-state", dialog), results = one("ol", dialog);
  const facets = one(".rp-facets", dialog), foot = one(".rp-search-foot", dialog);
  const [more, share] = [one("[data-more]", foot), one("[data-share]", foot)];
  // A facet of more bytes is loaded when a reader opens it, and not with each search.
  const small = 40000;
  const idle = state.textContent;
  let turn = 0, chosen = -1, shown = 0, finder, filters = [];
  const ready = load("rank", dialog.dataset.rank).then(() => { finder = runproof.rank.create(load); return finder.open(); });

  // The part of a text around the first of the words, with all of them marked.
  const marked = (text, spots, length = 200) => {
    const found = spots(text);
    let from = 0;
    if (length < text.length && found.length) {
      const rich = at => new Set(found.filter(([start]) => start >= at && start < at + length - 40).map(([, , word]) => word)).size;
      const best = found.reduce((a, b) => (rich(b[0]) > rich(a[0]) ? b : a));
      from = best[0] < 60 ? 0 : text.lastIndexOf(" ", best[0] - 30) + 1;
    }
    const to = from + length < text.length ? Math.max(text.lastIndexOf(" ", from + length), from + length / 2) : text.length;
    const parts = [from ? "\u2026" : ""];
    let at = from;
    for (const [start, end] of found) {
      if (start < from || end > to) continue;
      parts.push(text.slice(at, start), make("mark", {}, text.slice(start, end)));
      at = end;
    }
    return [...parts, text.slice(at, to), to < text.length ? "\u2026" : ""];
  };

  const item = ({ url, title, labels, best }, at, spots) => {
    const href = runproof.base + url + (best.id ? "#" + best.id : "");
    const kinds = labels.map(label => make("span", { class: "rp-kind" }, label));
    const named = best.heading ? [make("strong", {}, ...marked(best.heading, spots, 160)), make("small", {}, ...marked(title, spots, 160))] : [make("strong", {}, ...marked(title, spots, 160))];
    const link = make("a", { href, tabindex: "-1", role: "option", id: "rp-result-" + at, "aria-selected": "false" }, ...named, ...kinds, make("p", {}, ...marked(best.text, spots)));
    return make("li", { role: "presentation" }, link);
  };

  const pick = at => {
    const items = all("a", results);
    chosen = items.length ? (at + items.length) % items.length : -1;
    items.forEach((item, index) => item.setAttribute("aria-selected", String(index === chosen)));
    input.setAttribute("aria-expanded", String(items.length > 0));
    if (chosen >= 0) { input.setAttribute("aria-activedescendant", items[chosen].id); items[chosen].scrollIntoView({ block: "nearest" }); }
    else input.removeAttribute("aria-activedescendant");
  };

  const query = () => input.value.trim();
  const say = total => {
    if (!query() && !filters.length) state.textContent = idle;
    else if (!total) state.textContent = "Nothing found. Try fewer or other words.";
    else state.textContent = (total === 1 ? "1 page" : total + " pages") + (filters.length ? " within " + filters.map(([, value]) => value).join(", ") : "");
  };

  const show = async (from = 0) => {
    const own = ++turn;
    try {
      await ready;
      if (own !== turn) return;
      const found = await finder.search(input.value, filters, from);
      if (own !== turn) return;
      const items = found.results.map((result, at) => item(result, from + at, found.spots));
      if (from) results.append(...items); else results.replaceChildren(...items);
      shown = from + items.length;
      say(found.total);
      more.hidden = shown >= found.total;
      foot.hidden = !query() && !filters.length;
      pick(from || (items.length ? 0 : -1));
      offer(query() || filters.length ? found.pages : null, own);
    } catch { state.textContent = "The search index could not be loaded."; }
  };

  // Facets: a list for each, with the number of results that a value would leave.
  const offer = async (pages, own) => {
    const list = await finder.open();
    const current = new Map(filters);
    facets.hidden = !list.facets.length;
    for (const [name, bytes] of list.facets) {
      let box = all("select", facets).find(select => select.name === name);
      if (!box) {
        box = make("select", { name });
        box.append(make("option", { value: "" }, "any"));
        box.onchange = () => { filters = [...filters.filter(([own]) => own !== name), ...(box.value ? [[name, box.value]] : [])]; show(); };
        box.onfocus = () => fill(box, box.pages, true);
        facets.append(make("label", {}, name + " ", box));
      }
      box.pages = pages;
      if (bytes <= small || current.has(name)) await fill(box, pages, own === turn);
    }
  };
  const fill = async (box, pages, current) => {
    if (!current) return;
    const now = new Map(filters).get(box.name) || "";
    const values = (await finder.count(box.name, pages)).filter(([value, sum]) => sum || value === now).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    if (box.pages !== pages) return;
    box.replaceChildren(make("option", { value: "" }, "any"), ...values.map(([value, sum]) => make("option", { value, selected: value === now }, value + " (" + sum + ")")));
    box.value = now;
  };

  // A link to what is asked for now, and what such a link asks for.
  const link = () => {
    const asked = new URLSearchParams([["q", query()], ...filters.map(([name, value]) => [name.toLowerCase(), value])]);
    return new URL(runproof.base + (location.protocol === "file:" ? "index.html?" : "?") + asked, location).href;
  };
  const asked = async () => {
    const given = new URLSearchParams(location.search);
    if (!given.has("q") || input.value) return;
    const list = await ready;
    input.value = given.get("q");
    filters = list.facets.map(([name]) => [name, given.get(name.toLowerCase())]).filter(([, value]) => value);
    show();
  };
  share.onclick = async () => {
    try { await navigator.clipboard.writeText(link()); share.textContent = "Copied"; }
    catch { share.replaceChildren(make("a", { href: link() }, link())); }
    setTimeout(() => { share.textContent = "Copy a link to these results"; }, 2000);
  };
  more.onclick = () => { show(shown); input.focus(); };

  input.addEventListener("input", () => show());
  input.addEventListener("keydown", event => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 5, PageUp: -5 }[event.key];
    if (step) { event.preventDefault(); pick(Math.abs(step) === 1 ? chosen + step : Math.max(0, Math.min(results.children.length - 1, chosen + step))); }
    if (event.key === "Enter") {
      event.preventDefault();
      const target = chosen >= 0 && all("a", results)[chosen];
      if (target && (event.ctrlKey || event.metaKey)) open(target.href);
      else if (target) { dialog.close(); target.click(); }
    }
  });
  results.addEventListener("click", event => { if (event.target.closest("a")) dialog.close(); });
  ready.catch(() => { state.textContent = "The search index could not be loaded."; });
  if (input.value) show();
  else ready.then(() => { offer(null, turn); asked(); }, () => {});
});
runproof.piece("search");
