// Contents: mark where the reader is.
{
  const { all, one, root } = runproof;

  runproof.page(signal => {
    const toc = one(".rp-toc");
    if (toc) {
      const links = new Map(all("a[href^='#']", toc).map(link => [decodeURIComponent(link.hash.slice(1)), link]));
      const heads = [...links.keys()].map(id => document.getElementById(id)).filter(Boolean);
      let now = null, planned = false;
      const spy = () => {
        planned = false;
        const line = parseFloat(getComputedStyle(root).scrollPaddingTop || 0) + 24;
        const end = scrollY + innerHeight >= root.scrollHeight - 2;
        const passed = heads.filter(head => head.getClientRects().length && head.getBoundingClientRect().top <= line);
        const at = (end && scrollY > 0 ? heads.findLast(head => head.getBoundingClientRect().top < innerHeight) : null) || passed.at(-1);
        const link = at ? links.get(at.id) : null;
        if (link === now) return;
        now?.removeAttribute("aria-current");
        link?.setAttribute("aria-current", "true");
        if (link && toc.scrollHeight > toc.clientHeight) toc.scrollTop = link.offsetTop - toc.clientHeight / 2;
        now = link;
      };
      const plan = () => { if (!planned) { planned = true; requestAnimationFrame(spy); } };
      addEventListener("scroll", plan, { passive: true, signal });
      addEventListener("resize", plan, { signal });
      spy();
      toc.addEventListener("click", event => { if (event.target.closest("a") && toc.matches(":popover-open")) toc.hidePopover(); });
    }
  });
}
