// What the pages do when scripts run. Everything can be read without.
(() => {
  const root = document.documentElement;
  const base = root.dataset.base;
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const one = (selector, from = document) => from.querySelector(selector);
  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === true) element.setAttribute(name, "");
      else if (value !== false && value != null) element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  };
  const icon = name => make("span", { class: "rp-i rp-i-" + name, "aria-hidden": "true" });
  const store = {
    get(key) { try { return localStorage.getItem("runproof-" + key); } catch { return null; } },
    set(key, value) { try { value == null ? localStorage.removeItem("runproof-" + key) : localStorage.setItem("runproof-" + key, value); } catch {} },
  };
  root.classList.add("js");

  // Data comes as scripts: browsers run them also for pages that were opened from a disk.
  const waiting = new Map();
  const load = (name, file) => {
    if (!waiting.has(name)) {
      const entry = {};
      entry.promise = new Promise((done, failed) => {
        entry.done = done;
        const script = make("script", { src: base + file });
        script.onerror = () => { waiting.delete(name); failed(new Error("cannot load " + file)); };
        document.head.append(script);
      });
      waiting.set(name, entry);
    }
    return waiting.get(name).promise;
  };
  window.runproof = {
    all, one, make, load, base,
    piece: (name, value) => waiting.get(name)?.done(value),
    nav: value => waiting.get("nav")?.done(value),
  };

  // Palette: as the system has it, light, dark.
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

  // Copy: what a reader would type. Prompts, output and line numbers stay behind.
  const copied = pre => {
    const code = (one("code", pre) || pre).cloneNode(true);
    const session = one(".gp", code);
    all(".rp-note", code).forEach(note => note.remove());
    const marks = all(".annotation", code);
    marks.forEach(mark => mark.parentElement.remove());
    all(".linenos, button", code).forEach(part => part.remove());
    const text = marks.length ? code.textContent.replace(/[ \t]+$/gm, "") : code.textContent;
    if (!session) return text.replace(/\n+$/, "\n");
    all(".gp, .go, .gt", code).forEach(part => part.remove());
    return code.textContent.split("\n").filter(line => line.trim()).join("\n") + "\n";
  };
  for (const pre of all("article pre")) {
    const block = pre.closest(".highlight") || pre.parentElement;
    if (pre.closest(".linenodiv, .mermaid") || pre.matches(".mermaid") || block.matches(".no-copy")) continue;
    if (!("copy" in root.dataset) && !block.matches(".copy")) continue;
    const button = make("button", { type: "button", class: "rp-copy", "aria-label": "Copy" }, icon("copy"));
    button.onclick = async () => {
      const text = copied(pre);
      try { await navigator.clipboard.writeText(text); }
      catch { const range = document.createRange(); range.selectNodeContents(pre); getSelection().removeAllRanges(); getSelection().addRange(range); document.execCommand("copy"); }
      button.replaceChildren(icon("check"));
      button.setAttribute("aria-label", "Copied");
      setTimeout(() => { button.replaceChildren(icon("copy")); button.setAttribute("aria-label", "Copy"); }, 1500);
    };
    pre.parentElement.append(button);
  }

  // Annotations open beside their mark; without scripts the mark leads to the list below.
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

  // What scrolls can be reached with the keyboard.
  const reachable = () => {
    for (const box of all("article pre, .table-scroll")) {
      if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
      else if (box.tabIndex === 0) box.removeAttribute("tabindex");
    }
  };
  reachable();
  addEventListener("resize", reachable);

  // Tabs with equal labels are chosen together, and remembered.
  const sets = all(".tabbed-set");
  const labels = set => all(":scope > .tabbed-labels > label", set);
  const inputs = set => all(":scope > input", set);
  const choose = (text, except) => {
    for (const set of sets) {
      if (set === except) continue;
      const index = labels(set).findIndex(label => label.textContent.trim() === text);
      if (index >= 0) inputs(set)[index].checked = true;
    }
  };
  for (const text of JSON.parse(store.get("tabs") || "[]")) choose(text);
  for (const set of sets) {
    inputs(set).forEach((input, index) => {
      const text = labels(set)[index]?.textContent.trim();
      if (!input.hasAttribute("aria-label") && text) input.setAttribute("aria-label", text);
      const block = one(":scope > .tabbed-content", set)?.children[index];
      if (block) block.dataset.label = text;
      input.addEventListener("change", () => {
        const top = set.getBoundingClientRect().top;
        choose(text, set);
        scrollBy(0, set.getBoundingClientRect().top - top);
        const known = JSON.parse(store.get("tabs") || "[]").filter(own => own !== text);
        store.set("tabs", JSON.stringify([...known.slice(-9), text]));
      });
    });
  }

  // A fragment may lead into a folded block or a tab that is not shown.
  const reveal = () => {
    let id;
    try { id = decodeURIComponent(location.hash.slice(1)); } catch { return; }
    const target = id && document.getElementById(id);
    if (id && !target) {
      const moved = all("[data-moves] a").find(link => link.dataset.from === id);
      if (moved) location.replace(moved.href);
    }
    if (!target) return;
    let hidden = target.getClientRects().length === 0;
    if (target.matches(".tabbed-set > input")) target.checked = true;
    for (let at = target; at; at = at.parentElement) {
      if (at.matches("details")) at.open = true;
      if (at.matches(".tabbed-block")) {
        const set = at.closest(".tabbed-set");
        const input = inputs(set)[[...at.parentElement.children].indexOf(at)];
        if (input) input.checked = true;
      }
    }
    if (hidden) target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();
  addEventListener("beforeprint", () => all("article details:not([open])").forEach(block => { block.open = true; block.dataset.printed = ""; }));
  addEventListener("afterprint", () => all("article details[data-printed]").forEach(block => { block.open = false; delete block.dataset.printed; }));

  // Tasks: ticked by the reader, kept in the browser for as long as the list stays the same.
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

  // Contents: mark where the reader is.
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
    addEventListener("scroll", plan, { passive: true });
    addEventListener("resize", plan);
    spy();
    toc.addEventListener("click", event => { if (event.target.closest("a") && toc.matches(":popover-open")) toc.hidePopover(); });
  }

  // Back to the top, offered when the reader turns back.
  const up = one(".rp-up");
  if (up) {
    let last = scrollY;
    addEventListener("scroll", () => {
      up.hidden = !(scrollY > innerHeight && (scrollY < last || !up.hidden));
      last = scrollY;
      }, { passive: true });
    up.onclick = () => { one(".rp-skip")?.focus({ preventScroll: true }); };
  }

  // Navigation: show the current entry, and unfold sections that the page does not carry.
  const nav = one(".rp-nav");
  if (nav) {
    const current = one("[aria-current]", nav);
    if (current && nav.scrollHeight > nav.clientHeight) nav.scrollTop = current.offsetTop - nav.clientHeight / 3;
    const list = entries => make("ul", {}, ...entries.map(([title, url, children]) => {
      const item = make("li");
      const href = url == null ? null : /^[a-z]+:/i.test(url) ? url : base + url;
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

  // Lists that can be narrowed down.
  const box = one("[data-filter-box]");
  if (box) {
    const input = one("input", box), output = one("output", box);
    const rows = all("[data-filter-table] tbody tr");
    const narrow = () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      rows.forEach(row => { const text = row.textContent.toLowerCase(); row.hidden = !words.every(word => text.includes(word)); });
      output.textContent = words.length ? rows.filter(row => !row.hidden).length + " of " + rows.length : "";
    };
    box.hidden = false;
    input.addEventListener("input", narrow);
    all("[data-filter]").forEach(button => { button.disabled = false; button.onclick = () => { input.value = button.dataset.filter; narrow(); input.focus(); }; });
  }

  // Search: what it does is loaded when it is first opened.
  const dialog = one("dialog.rp-search");
  const opener = one("[data-search-open]");
  if (dialog && opener) {
    opener.hidden = false;
    const open = () => {
      if (!dialog.open) dialog.showModal();
      one("input", dialog).select();
      load("search", dialog.dataset.script).catch(() => { one("[role=status]", dialog).textContent = "The search could not be loaded."; });
    };
    opener.onclick = open;
    addEventListener("keydown", event => {
      const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
      const slash = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
      const chord = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
      if (slash || chord) { event.preventDefault(); open(); }
    });
    dialog.addEventListener("click", event => { if (event.target === dialog) dialog.close(); });
  }
})();
