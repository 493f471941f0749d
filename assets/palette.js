// Sets the palette before anything is drawn, so that nothing flashes.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const stored = () => { try { return localStorage.getItem("runproof-palette"); } catch { return null; } };
  const apply = () => {
    const own = root.dataset.scheme;
    const choice = own === "auto" ? stored() || "auto" : own;
    const theme = choice === "auto" ? (dark.matches ? "dark" : "light") : choice;
    root.dataset.choice = choice;
    root.dataset.theme = theme;
    if (document.body) document.body.dataset.mdColorScheme = theme === "dark" ? "slate" : "default";
  };
  apply();
  dark.addEventListener("change", apply);
  addEventListener("runproof-palette", apply);
  addEventListener("storage", apply);
  // Style sheets made for Material look at the body.
  new MutationObserver((_, seen) => { if (document.body) { apply(); seen.disconnect(); } }).observe(root, { childList: true });
})();
