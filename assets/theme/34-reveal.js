// A fragment may lead into a folded block or a tab that is not shown.
{
  const { all } = runproof;

  runproof.page(signal => {
    const reveal = () => {
      let id;
      try { id = decodeURIComponent(location.hash.slice(1)); } catch { return; }
      const target = id && document.getElementById(id);
      if (id && !target) {
        const moved = all("[data-moves] a").find(link => link.dataset.from === id);
        if (moved) location.replace(moved.href);
      }
      if (!target) return;
      const hidden = target.getClientRects().length === 0;
      if (target.matches(".tabbed-set > input")) target.checked = true;
      for (let at = target; at; at = at.parentElement) {
        if (at.matches("details")) at.open = true;
        if (at.matches(".tabbed-block")) {
          const set = at.closest(".tabbed-set");
          const input = all(":scope > input", set)[[...at.parentElement.children].indexOf(at)];
          if (input) input.checked = true;
        }
      }
      if (hidden) target.scrollIntoView();
    };
    addEventListener("hashchange", reveal, { signal });
    reveal();
  });
}
