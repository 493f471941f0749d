// On paper everything is unfolded.
{
  const { all } = runproof;

  addEventListener("beforeprint", () => {
    all("article details:not([open])").forEach(block => { block.open = true; block.dataset.printed = ""; });
  });
  addEventListener("afterprint", () => {
    all("article details[data-printed]").forEach(block => { block.open = false; delete block.dataset.printed; });
  });
}
