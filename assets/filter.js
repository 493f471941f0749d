// A list that can be narrowed down: by a text, and by what stands in the columns that name a facet. What was chosen
// stands in the address, so that it can be shared and is there again on the way back.
runproof.page(() => {
  const { all, one, make } = runproof;
  const box = one("[data-filter-box]");
  if (!box) return;
  const input = one("input", box), output = one("output", box), reset = one("[type=reset]", box);
  const heads = all("[data-filter-table] th"), rows = all("[data-filter-table] tbody tr");
  const facets = heads.map((head, column) => ({ head, column, name: head.dataset.facet })).filter(facet => facet.name);
  const held = (row, { column }) => [row.cells[column], ...all("[data-value]", row.cells[column])].map(part => part.dataset.value).filter(Boolean);

  for (const facet of facets) {
    facet.values = new Map(rows.map(row => [row, held(row, facet)]));
    facet.select = make("select", { name: facet.name });
    facet.select.onchange = () => narrow();
    facet.label = make("label", {}, facet.head.textContent + " ", facet.select);
    output.before(facet.label, " ");
  }

  const words = () => input.value.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (row, but) => words().every(word => row.textContent.toLowerCase().includes(word))
    && facets.every(facet => facet === but || !facet.chosen || facet.values.get(row).includes(facet.chosen));

  // The values of a facet, each with the number of rows that it would leave.
  const offer = facet => {
    const counts = new Map(), order = (facet.head.dataset.order || "").split(" ");
    for (const row of rows) for (const value of facet.values.get(row)) counts.set(value, (counts.get(value) || 0) + (fits(row, facet) ? 1 : 0));
    const place = value => (order.includes(value) ? order.indexOf(value) : order.length);
    const sorted = [...counts].sort(([a], [b]) => place(a) - place(b) || (a < b ? -1 : 1));
    const option = ([value, count]) => make("option", { value, disabled: !count && value !== facet.chosen }, value + " (" + count + ")");
    facet.select.replaceChildren(make("option", { value: "" }, "any"), ...sorted.map(option));
    facet.select.value = facet.chosen;
    facet.label.hidden = counts.size < 2;
  };

  const show = () => {
    rows.forEach(row => { row.hidden = !fits(row); });
    facets.forEach(offer);
    const narrowed = words().length || facets.some(facet => facet.chosen);
    const left = rows.filter(row => !row.hidden).length;
    output.textContent = narrowed ? left + " of " + rows.length : "";
    reset.hidden = !narrowed;
    for (const button of all("button[data-choice]")) {
      const facet = facets.find(facet => facet.name === button.dataset.facet);
      button.setAttribute("aria-pressed", String(facet?.chosen === button.dataset.choice));
    }
  };
  const narrow = () => {
    facets.forEach(facet => { facet.chosen = facet.select.value; });
    const asked = new URLSearchParams([["text", input.value.trim()], ...facets.map(({ name, chosen }) => [name, chosen])].filter(([, value]) => value));
    history.replaceState(history.state, "", location.pathname + (asked.size ? "?" + asked : "") + location.hash);
    show();
  };

  const asked = new URLSearchParams(location.search);
  input.value = asked.get("text") || "";
  facets.forEach(facet => { facet.chosen = asked.get(facet.name) || ""; });
  box.hidden = false;
  show();
  input.addEventListener("input", narrow);
  box.addEventListener("submit", event => event.preventDefault());
  reset.onclick = event => { event.preventDefault(); input.value = ""; facets.forEach(({ select }) => { select.value = ""; }); narrow(); input.focus(); };
  for (const button of all("button[data-choice]")) {
    const facet = facets.find(facet => facet.name === button.dataset.facet);
    if (!facet) continue;
    button.disabled = false;
    button.onclick = () => { facet.select.value = facet.chosen === button.dataset.choice ? "" : button.dataset.choice; narrow(); };
  }
});
