// Lists that can be narrowed down.
{
  const { all, one } = runproof;

  runproof.page(() => {
    const box = one("[data-filter-box]");
    if (box) {
      const input = one("input", box), output = one("output", box);
      const rows = all("[data-filter-table] tbody tr");
      const narrow = () => {
        const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
        rows.forEach(row => { const text = row.textContent.toLowerCase(); row.hidden = !words.every(word => text.includes(word)); });
        output.textContent = words.length ? rows.filter(row => !row.hidden).length + " of " + rows.length : "";
      };
      box.hidden = false;
      input.addEventListener("input", narrow);
      all("[data-filter]").forEach(button => { button.disabled = false; button.onclick = () => { input.value = button.dataset.filter; narrow(); input.focus(); }; });
    }
  });
}
