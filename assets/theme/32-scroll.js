// What scrolls can be reached with the keyboard.
{
  const { all } = runproof;

  runproof.page(signal => {
    const reachable = () => {
      for (const box of all("article pre, .table-scroll, .rp-picture")) {
        if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
        else if (box.tabIndex === 0) box.removeAttribute("tabindex");
      }
    };
    reachable();
    addEventListener("resize", reachable, { signal });
  });
}
