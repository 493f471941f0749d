// Runs in every previewed page: reloads it when the site has changed, and shows over it what is wrong.
(() => {
  "use strict";
  // The frame around an embedded page reloads for both.
  if (window.top !== window) return;
  const key = "runproof-preview-scroll";
  let version = null;
  let host = null;

  function keepPlace() {
    try {
      const place = { path: location.pathname, x: scrollX, y: scrollY };
      sessionStorage.setItem(key, JSON.stringify(place));
    } catch { /* without storage the browser's own memory of the place has to do */ }
  }

  function restorePlace() {
    try {
      const place = JSON.parse(sessionStorage.getItem(key) || "null");
      sessionStorage.removeItem(key);
      if (place && place.path === location.pathname) scrollTo({ left: place.x, top: place.y, behavior: "instant" });
    } catch { /* as above */ }
  }

  function make(tag, text, parent) {
    const node = document.createElement(tag);
    node.textContent = text;
    parent.append(node);
    return node;
  }

  function show(problems) {
    if (host) host.remove();
    host = null;
    if (problems.length === 0) return;
    host = document.createElement("div");
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
      section { position: fixed; inset: auto 0 0 0; max-height: 70vh; overflow: auto; z-index: 2147483647;
        box-sizing: border-box; padding: 16px 20px; background: #1b1b1f; color: #f2f2f2; border-top: 4px solid #e5484d;
        font: 14px/1.5 system-ui, sans-serif; }
      h2 { font-size: 16px; margin: 0 0 8px; padding-right: 80px; }
      pre { font: 13px/1.45 ui-monospace, monospace; overflow-x: auto; margin: 0 0 16px; white-space: pre; }
      button { position: absolute; top: 12px; right: 16px; font: inherit; color: inherit; background: #34343a;
        border: 1px solid #6b6b73; border-radius: 4px; padding: 2px 12px; cursor: pointer; }`);
    root.adoptedStyleSheets = [sheet];
    const box = document.createElement("section");
    box.setAttribute("role", "alert");
    root.append(box);
    make("h2", problems.length === 1 ? problems[0].title : `${problems.length} errors`, box);
    make("button", "Hide", box).addEventListener("click", () => host.remove());
    for (const problem of problems) make("pre", problem.text, box);
    document.documentElement.append(host);
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && host) host.remove();
  });

  const events = new EventSource("/__runproof/events");
  events.addEventListener("state", (event) => {
    const state = JSON.parse(event.data);
    if (version !== null && version !== state.version) {
      events.close();
      keepPlace();
      location.reload();
      return;
    }
    version = state.version;
    show(state.problems);
  });
  // A page that leaves must not keep one of the few connections that a browser allows.
  addEventListener("pagehide", () => events.close());
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  restorePlace();
})();
