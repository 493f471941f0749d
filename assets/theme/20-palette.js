// Palette: as the system has it, light, dark.
{
  const { one, store, root } = runproof;

  runproof.page(() => {
    const palette = one("[data-palette]");
    if (palette) {
      const words = { auto: "as the system has them", light: "light", dark: "dark" };
      const show = () => {
        const choice = root.dataset.choice || "auto";
        palette.firstElementChild.className = "rp-i rp-i-" + choice;
        palette.setAttribute("aria-label", "Colours: " + words[choice]);
        palette.title = "Colours: " + words[choice];
      };
      palette.hidden = false;
      palette.onclick = () => {
        const order = ["auto", "light", "dark"];
        const next = order[(order.indexOf(root.dataset.choice) + 1) % 3];
        store.set("palette", next === "auto" ? null : next);
        dispatchEvent(new Event("runproof-palette"));
        show();
      };
      show();
    }
  });
}
