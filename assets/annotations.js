// Annotations open beside their mark; without scripts the mark leads to the list below.
{
  const { all, one, make } = runproof;

  runproof.page(() => {
    for (const list of all("ol.annotations")) {
      for (const item of [...list.children]) {
        const mark = one("a.annotation[href='#" + CSS.escape(item.id) + "']");
        if (!mark) continue;
        const note = make("div", { class: "rp-note md-typeset", popover: "auto", "data-chrome": true });
        note.append(...[...item.cloneNode(true).childNodes]);
        mark.after(note);
        mark.setAttribute("role", "button");
        mark.textContent = mark.textContent.replace(/[()]/g, "");
        mark.onclick = event => {
          event.preventDefault();
          note.showPopover();
          const at = mark.getBoundingClientRect(), own = note.getBoundingClientRect();
          note.style.left = Math.max(8, Math.min(at.left, innerWidth - own.width - 8)) + "px";
          note.style.top = (at.bottom + own.height + 12 < innerHeight ? at.bottom + 6 : Math.max(8, at.top - own.height - 6)) + "px";
        };
        mark.onkeydown = event => { if (event.key === " ") { event.preventDefault(); mark.click(); } };
      }
    }
  });
}
