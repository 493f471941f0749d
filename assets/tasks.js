// Tasks: ticked by the reader, kept in the browser, told for the record of an incident.
{
  const { all, one, make, store, root, put } = runproof;
  const label = box => {
    const text = box.closest("li").cloneNode(true);
    all("ul, ol, pre, [data-chrome]", text).forEach(part => part.remove());
    return text.textContent.trim().replace(/\s+/g, " ");
  };
  const depth = box => {
    let steps = 0;
    for (let item = box.closest("li"); (item = item.parentElement.closest("li.task-list-item")); ) steps++;
    return steps;
  };

  runproof.page(() => {
    const outermost = all("article .task-list").filter(list => !list.parentElement.closest(".task-list"));
    const boxes = outermost.flatMap(list => all(".task-list-item input[type=checkbox]", list));
    if (!boxes.length) return;
    const key = "tasks:" + root.dataset.path;
    // Of two tasks with the same words the second one is another task.
    const seen = new Map();
    const tasks = boxes.map(box => {
      const text = label(box), number = (seen.get(text) || 0) + 1;
      seen.set(text, number);
      return { box, text, key: number + " " + text, first: box.checked, at: null };
    });
    const kept = (() => { try { return JSON.parse(store.get(key)) || {}; } catch { return {}; } })();
    const ticks = kept.ticks || {};
    for (const task of tasks) {
      if (!(task.key in ticks)) continue;
      task.at = ticks[task.key] || null;
      task.box.checked = !!task.at;
    }
    const stale = kept.version && kept.version !== runproof.version;

    const count = make("span", { role: "status" });
    const button = (words, act) => Object.assign(make("button", { type: "button", class: "rp-link" }, words), { onclick: act });
    const reset = button("Reset", () => { for (const task of tasks) { task.box.checked = task.first; task.at = null; } keep(); });
    const record = () => {
      const title = one("article h1")?.firstChild?.textContent.trim() || document.title;
      const done = tasks.filter(task => task.box.checked).length;
      const lines = ["# " + title, "", "- Page: " + location.href.split("#")[0], "- Version of the page: " + runproof.version, "- Written: " + new Date().toISOString(), "- Done: " + done + " of " + tasks.length];
      let heading = null;
      for (const task of tasks) {
        const above = all("article :is(h2, h3, h4, h5, h6)").findLast(head => head.compareDocumentPosition(task.box) & Node.DOCUMENT_POSITION_FOLLOWING);
        if (above !== heading && above) lines.push("", "## " + above.firstChild.textContent.trim());
        if (above !== heading || task === tasks[0]) lines.push("");
        heading = above;
        const when = task.at ? " (" + new Date(task.at).toISOString() + ")" : "";
        lines.push("  ".repeat(depth(task.box)) + "- [" + (task.box.checked ? "x" : " ") + "] " + task.text + when);
      }
      return lines.join("\n") + "\n";
    };
    runproof.tasks = record;
    const copy = button("Copy as Markdown", async () => {
      copy.textContent = (await put(record(), line)) ? "Copied" : "Could not copy";
      setTimeout(() => { copy.textContent = "Copy as Markdown"; }, 2500);
    });
    const download = button("Download", () => {
      const url = URL.createObjectURL(new Blob([record()], { type: "text/markdown" }));
      make("a", { href: url, download: (root.dataset.path.replace(/\W+/g, "-").replace(/^-|-$/g, "") || "tasks") + ".md" }).click();
      setTimeout(() => URL.revokeObjectURL(url), 1000);
    });
    const bar = make("progress", { max: tasks.length, "aria-hidden": "true" });
    const line = make("p", { class: "rp-progress", "data-chrome": true }, bar, count, reset, copy, download);
    if (stale) line.append(make("span", { class: "rp-stale" }, "The page has changed since: ticks of unchanged tasks were kept."));
    const title = one("article h1");
    if (title) title.after(line);
    else outermost[0].before(line);

    const show = () => {
      const done = tasks.filter(task => task.box.checked).length;
      bar.value = done;
      count.textContent = done + " of " + tasks.length + " tasks done";
      reset.hidden = tasks.every(task => task.box.checked === task.first);
    };
    const keep = () => {
      const changed = tasks.filter(task => task.box.checked !== task.first);
      const ticks = Object.fromEntries(changed.map(task => [task.key, task.at || 0]));
      store.set(key, changed.length ? JSON.stringify({ version: runproof.version, ticks }) : null);
      show();
    };
    for (const task of tasks) {
      const { box, text } = task;
      box.disabled = false;
      box.onchange = () => { task.at = box.checked ? Date.now() : null; keep(); };
      if (!box.labels?.[0]?.textContent.trim()) box.setAttribute("aria-label", text);
    }
    show();
  });
}
