// Copy: of a block's text the parts that the build names, which are what its record holds. The whole block, and each
// of several commands.
{
  const { all, one, make, icon, root } = runproof;
  const words = {
    verified: "Checked", qualified: "Checked, with a caveat", contradicted: "Contradicted",
    unchecked: "Not checked", invalid: "Invalid",
  };

  // What was typed, where only the page tells: a block that is shown away from its own page.
  const typed = code => {
    if (!one(".gp", code)) return code.textContent;
    const copy = code.cloneNode(true);
    all(".gp, .go", copy).forEach(part => part.remove());
    return copy.textContent;
  };
  const read = pre => {
    const box = pre.closest(".highlight") || pre.parentElement;
    const code = one("code", pre) || pre;
    const data = JSON.parse(box.dataset.block || "{}");
    const fields = JSON.parse(box.dataset.fields || "[]");
    const text = box.dataset.block ? code.textContent : typed(code);
    return { fields, pre, box, code, data, text, whole: data.copy || [[0, text.replace(/\n+$/, "").length]] };
  };

  // A part of a block's text, with what the reader has filled in.
  const part = (block, [start, end]) => {
    let text = "", at = start;
    for (const { name, from, to } of block.places || []) {
      const value = runproof.filled.get(name);
      if (!value || from < at || to > end) continue;
      text += block.text.slice(at, from) + value;
      at = to;
    }
    return text + block.text.slice(at, end);
  };
  const open = block => [...new Set((block.places || []).map(place => place.name))].filter(name => !runproof.filled.get(name));
  runproof.copied = (block, parts = block.whole) => parts.map(range => part(block, range)).join("");

  const put = async (text, pre) => {
    try { await navigator.clipboard.writeText(text); return true; } catch {}
    const field = make("textarea", { class: "rp-aside", readonly: true });
    field.value = text;
    pre.after(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  };
  runproof.put = put;
  const button = (block, parts, label) => {
    const own = make("button", { type: "button", class: "rp-copy", "aria-label": label, title: label }, icon("copy"));
    own.onclick = async () => {
      const done = await put(runproof.copied(block, parts), block.pre);
      const left = open(block);
      const said = !done ? "Could not copy" : left.length ? "Copied, still to fill in: " + left.join(", ") : block.places?.length ? "Copied, with your values" : "Copied";
      own.replaceChildren(icon(done ? "check" : "close"));
      block.said.textContent = said;
      clearTimeout(block.timer);
      block.timer = setTimeout(() => { all(".rp-copy", block.box).forEach(one => one.replaceChildren(icon("copy"))); block.said.textContent = ""; }, 2500);
    };
    return own;
  };

  // The place of a text offset in the document.
  const seek = (code, offset) => {
    const walker = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
    let node, at = 0;
    while ((node = walker.nextNode())) {
      if (node.parentElement.closest("[data-chrome]")) continue;
      if (offset < at + node.length) return [node, offset - at];
      at += node.length;
    }
    return null;
  };
  runproof.seek = seek;
  const steps = block => {
    (block.data.steps || []).forEach((step, index) => {
      const place = step.copy.length && seek(block.code, step.copy[0][0]);
      if (!place) return;
      const beside = make("span", { class: "rp-beside", "data-chrome": true });
      const mark = (name, label) => beside.append(make("span", { class: "rp-i rp-i-" + name, role: "img", "aria-label": label, title: label }));
      if (step.warning) mark("danger", "Destructive: " + step.warning);
      if (step.state) mark(step.state + " rp-state-" + step.state, "Command " + (index + 1) + ": " + words[step.state]);
      if (block.copies) beside.append(button(block, step.copy, "Copy command " + (index + 1)));
      const range = document.createRange();
      range.setStart(...place);
      range.insertNode(beside);
    });
  };

  runproof.page(() => {
    runproof.filled = new Map();
    runproof.blocks = [];
    for (const pre of all("article pre")) {
      if (pre.closest(".linenodiv, .mermaid") || pre.matches(".mermaid")) continue;
      const block = read(pre);
      block.copies = !block.box.matches(".no-copy") && ("copy" in root.dataset || block.box.matches(".copy"));
      block.said = make("span", { class: "rp-said", role: "status", "data-chrome": true });
      runproof.blocks.push(block);
      steps(block);
      if (block.copies) pre.parentElement.append(block.said, button(block, block.whole, "Copy"));
    }
  });
}
