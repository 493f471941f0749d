// Navigation: show the current entry, and unfold sections that the page does not carry.
{
  const { all, one, make, load } = runproof;

  runproof.page(() => {
    const nav = one(".rp-nav");
    if (nav) {
      const current = one("[aria-current]", nav);
      if (current && nav.scrollHeight > nav.clientHeight) nav.scrollTop = current.offsetTop - nav.clientHeight / 3;
      const list = entries => make("ul", {}, ...entries.map(([title, url, children]) => {
        const item = make("li");
        const href = url == null ? null : /^[a-z]+:/i.test(url) ? url : runproof.base + url;
        if (href != null) item.append(make("a", { href }, title));
        if (children.length) {
          const summary = make("summary", href != null ? { "aria-label": "Pages below " + title } : {}, href != null ? "" : title);
          item.append(make("details", {}, summary, list(children)));
        }
        return item;
      }));
      for (const link of all("a[data-more]", nav)) {
        const block = make("details", {}, make("summary", { "aria-label": "Pages below " + link.textContent }));
        link.after(block);
        block.addEventListener("toggle", async () => {
          if (!block.open || block.children.length > 1) return;
          try {
            let level = await load("nav", "assets/nav.js");
            for (const index of link.dataset.more.split(".")) level = level[index][2];
            if (block.children.length === 1) block.append(list(level));
          } catch { location.href = link.href; }
        });
      }
    }
  });
}
