// A page that a reader points at is fetched already, so that it is there when it is clicked; and with it what can show it
// without loading.
{
  const { load, make, root } = runproof;
  const known = new Set([location.href.split("#")[0]]);
  const saves = () => navigator.connection?.saveData;
  let timer;

  const fetchSoon = event => {
    clearTimeout(timer);
    const link = event.target.closest?.("a[href]");
    if (link && root.dataset.instant) load("instant", root.dataset.instant).catch(() => {});
    if (!link || !/^https?:$/.test(link.protocol) || link.origin !== location.origin || link.hasAttribute("download")) return;
    const url = link.href.split("#")[0];
    if (known.has(url) || saves() || !url.startsWith(new URL(root.dataset.base || ".", location).href)) return;
    timer = setTimeout(() => {
      known.add(url);
      document.head.append(make("link", { rel: "prefetch", href: url }));
    }, 60);
  };
  document.addEventListener("pointerover", fetchSoon, { passive: true });
  document.addEventListener("focusin", fetchSoon);
}
