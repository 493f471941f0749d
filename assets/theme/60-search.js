// Search: what it does is loaded when it is first opened.
{
  const { one, load, style } = runproof;

  runproof.page(signal => {
    const dialog = one("dialog.rp-search");
    const opener = one("[data-search-open]");
    if (dialog && opener) {
      opener.hidden = false;
      const open = () => {
        style(dialog.dataset.style);
        if (!dialog.open) dialog.showModal();
        one("input", dialog).select();
        load("search", dialog.dataset.script).catch(() => { one("[role=status]", dialog).textContent = "The search could not be loaded."; });
      };
      opener.onclick = open;
      addEventListener("keydown", event => {
        const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
        const slash = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
        const chord = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
        if (slash || chord) { event.preventDefault(); open(); }
      }, { signal });
      dialog.addEventListener("click", event => { if (event.target === dialog) dialog.close(); }, { signal });
      if (new URLSearchParams(location.search).has("q")) open();
    }
  });
}
