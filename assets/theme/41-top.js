// Back to the top, offered when the reader turns back.
{
  const { one } = runproof;

  runproof.page(signal => {
    const up = one(".rp-up");
    if (up) {
      let last = scrollY;
      addEventListener("scroll", () => {
        up.hidden = !(scrollY > innerHeight && (scrollY < last || !up.hidden));
        last = scrollY;
      }, { passive: true, signal });
      up.onclick = () => { one(".rp-skip")?.focus({ preventScroll: true }); };
    }
  });
}
