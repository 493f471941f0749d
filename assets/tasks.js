// Tasks: ticked by the reader, kept in the browser for as long as the list stays the same.
{
  const { all, one, make, store, root } = runproof;

  runproof.page(() => {
    const outermost = all("article .task-list").filter(list => !list.parentElement.closest(".task-list"));
    const boxes = outermost.flatMap(list => all(".task-list-item input[type=checkbox]", list));
    if (boxes.length) {
      const words = boxes.map(box => box.closest("li").textContent.trim()).join("\n");
      let hash = 0;
      for (let at = 0; at < words.length; at++) hash = (hash * 31 + words.charCodeAt(at)) | 0;
      const key = "tasks:" + root.dataset.path;
      const first = boxes.map(box => box.checked);
      const [kept, ticks] = (store.get(key) || "").split(" ");
      if (kept === String(hash)) boxes.forEach((box, index) => { box.checked = ticks[index] === "1"; });
      const count = make("span", { role: "status" });
      const reset = make("button", { type: "button", class: "rp-link" }, "Reset");
      const bar = make("progress", { max: boxes.length, "aria-hidden": "true" });
      const line = make("p", { class: "rp-progress", "data-chrome": true }, bar, count, reset);
      const title = one("article h1");
      if (title) title.after(line);
      else outermost[0].before(line);
      const show = () => {
        const done = boxes.filter(box => box.checked).length;
        bar.value = done;
        count.textContent = done + " of " + boxes.length + " tasks done";
        reset.hidden = boxes.every((box, index) => box.checked === first[index]);
      };
      const save = () => {
        const same = boxes.every((box, index) => box.checked === first[index]);
        store.set(key, same ? null : hash + " " + boxes.map(box => (box.checked ? "1" : "0")).join(""));
        show();
      };
      reset.onclick = () => { boxes.forEach((box, index) => { box.checked = first[index]; }); save(); };
      boxes.forEach(box => {
        box.disabled = false;
        box.addEventListener("change", save);
        if (!box.labels?.[0]?.textContent.trim() && !box.hasAttribute("aria-label")) {
          const text = box.closest("li").cloneNode(true);
          all("ul, ol", text).forEach(list => list.remove());
          box.setAttribute("aria-label", text.textContent.trim());
        }
      });
      show();
    }
  });
}
