// What the other scripts share. Everything can be read without any of them.
window.runproof = (() => {
  const root = document.documentElement;
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
        const script = make("script", { src: root.dataset.base + file, "data-rp": true });
        script.onerror = () => { waiting.delete(name); failed(new Error("cannot load " + file)); };
        document.head.append(script);
      });
      waiting.set(name, entry);
    }
    return waiting.get(name).promise;
  };

  // A style sheet that is not needed before something is opened.
  const style = file => {
    if (!waiting.has(file)) {
      waiting.set(file, new Promise(done => {
        const link = make("link", { rel: "stylesheet", href: root.dataset.base + file });
        link.onload = link.onerror = done;
        all("link[rel=stylesheet]").at(-1).after(link);
      }));
    }
    return waiting.get(file);
  };

  // A part is called with each page that is shown: the one that was loaded, and those that take its place later
  // without loading. What it hears on the window or the document must end with the page: `{ signal }`.
  const parts = [];
  let shown = new AbortController();
  const page = part => { parts.push(part); part(shown.signal); };
  const turn = () => {
    shown.abort();
    shown = new AbortController();
    parts.forEach(part => part(shown.signal));
  };

  return {
    root, all, one, make, icon, store, load, style, page, turn,
    get base() { return root.dataset.base; },
    piece: (name, value) => waiting.get(name)?.done(value),
    nav: value => waiting.get("nav")?.done(value),
  };
})();
