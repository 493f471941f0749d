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
    // A wide picture may be empty where it begins, as a tree is beside its root: then its uppermost words are shown.
    for (const box of all(".rp-picture[tabindex]")) {
      const view = box.getBoundingClientRect();
      const words = all("text", box).map(text => text.getBoundingClientRect()).filter(place => place.width);
      const seen = place => place.left >= view.left && place.right <= view.right && place.top < view.top + innerHeight / 2;
      if (!words.length || words.some(seen)) continue;
      const first = words.reduce((best, place) => (place.top < best.top ? place : best));
      box.scrollBy({ left: (first.left + first.right - view.left - view.right) / 2, behavior: "instant" });
    }
    addEventListener("resize", reachable, { signal });
  });
}
