// Tabs with equal labels are chosen together, and remembered.
{
  const { all, one, store } = runproof;

  runproof.page(() => {
    const sets = all(".tabbed-set");
    const labels = set => all(":scope > .tabbed-labels > label", set);
    const inputs = set => all(":scope > input", set);
    const choose = (text, except) => {
      for (const set of sets) {
        if (set === except) continue;
        const index = labels(set).findIndex(label => label.textContent.trim() === text);
        if (index >= 0) inputs(set)[index].checked = true;
      }
    };
    for (const text of JSON.parse(store.get("tabs") || "[]")) choose(text);
    for (const set of sets) {
      inputs(set).forEach((input, index) => {
        const text = labels(set)[index]?.textContent.trim();
        if (!input.hasAttribute("aria-label") && text) input.setAttribute("aria-label", text);
        const block = one(":scope > .tabbed-content", set)?.children[index];
        if (block) block.dataset.label = text;
        input.addEventListener("change", () => {
          const top = set.getBoundingClientRect().top;
          choose(text, set);
          scrollBy(0, set.getBoundingClientRect().top - top);
          const known = JSON.parse(store.get("tabs") || "[]").filter(own => own !== text);
          store.set("tabs", JSON.stringify([...known.slice(-9), text]));
        });
      });
    }
  });
}
