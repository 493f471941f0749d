// Values that the reader fills in once and that go into every command of the page. They stay in this tab; what looks
// like a secret is not kept at all.
{
  const { one, make, root, seek } = runproof;
  const secret = name => /token|secret|passw|credential|api.?key/i.test(name);

  // The parts of a placeholder in the text are one element from here on.
  const wrap = (block, place) => {
    const start = seek(block.code, place.from), end = seek(block.code, place.to - 1);
    if (!start || !end) return null;
    const range = document.createRange();
    range.setStart(...start);
    range.setEnd(end[0], end[1] + 1);
    const field = make("span", { class: "rp-field" });
    field.append(range.extractContents());
    range.insertNode(field);
    return { field, written: [...field.childNodes] };
  };

  runproof.page(() => {
    const blocks = runproof.blocks.filter(block => block.fields.length);
    const inputs = new Map(), shown = new Map();
    const key = "runproof-fields:" + root.dataset.path;
    const kept = (() => { try { return JSON.parse(sessionStorage.getItem(key)) || {}; } catch { return {}; } })();
    const keep = () => {
      const values = [...runproof.filled].filter(([name, value]) => value && !secret(name));
      try { values.length ? sessionStorage.setItem(key, JSON.stringify(Object.fromEntries(values))) : sessionStorage.removeItem(key); } catch {}
    };
    const notes = blocks.filter(block => block.box.nextElementSibling?.matches(".rp-strip")).map(block => {
      const note = make("p", { class: "rp-note-filled", "data-chrome": true, hidden: true }, "What is copied now holds your values. What was checked is the text as it is published.");
      let last = block.box;
      while (last.nextElementSibling?.matches(".rp-strip")) last = last.nextElementSibling;
      last.after(note);
      return { block, note };
    });
    const show = name => {
      const value = runproof.filled.get(name);
      for (const { field, written } of shown.get(name)) {
        field.replaceChildren(...(value ? [value] : written));
        field.classList.toggle("rp-filled", !!value);
      }
      for (const { block, note } of notes) note.hidden = !block.places.some(place => runproof.filled.get(place.name));
    };
    for (const block of blocks) {
      const places = block.fields.flatMap(field => field.places.map(([from, to]) => ({ name: field.name, from, to })));
      block.places = places.sort((one, other) => one.from - other.from);
      for (const place of [...block.places].reverse()) {
        if (!shown.has(place.name)) shown.set(place.name, []);
        const made = wrap(block, place);
        if (made) shown.get(place.name).push(made);
        if (made) made.field.onclick = () => { panel.open = true; inputs.get(place.name).focus(); };
      }
    }
    if (!blocks.length) return;
    const names = [...new Set(blocks.flatMap(block => block.fields.map(field => field.name)))];
    const rows = names.map((name, index) => {
      const input = make("input", { id: "rp-field-" + index, type: "text", autocomplete: "off", autocapitalize: "none", spellcheck: "false" });
      input.oninput = () => { runproof.filled.set(name, input.value.trim()); show(name); keep(); };
      inputs.set(name, input);
      return make("div", {}, make("label", { for: input.id }, name), input);
    });
    const reset = make("button", { type: "button", class: "rp-link" }, "Reset");
    reset.onclick = () => { for (const [name, input] of inputs) { input.value = ""; runproof.filled.delete(name); show(name); } keep(); };
    const count = names.length === 1 ? "1 value" : names.length + " values";
    const panel = make("details", { class: "rp-fields", "data-chrome": true },
      make("summary", {}, "Fill in " + count + " for the commands of this page"),
      make("form", {}, ...rows, make("p", {}, "Kept in this tab only; secrets are not kept. ", reset)));
    one("form", panel).onsubmit = event => event.preventDefault();
    const title = one("article h1");
    if (title) title.after(panel);
    else blocks[0].box.before(panel);
    for (const [name, input] of inputs) {
      if (!kept[name]) continue;
      input.value = kept[name];
      runproof.filled.set(name, kept[name]);
      show(name);
      panel.open = true;
    }
  });
}
