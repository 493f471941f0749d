// <policy-snippet src="…/s/ID.json" integrity="sha256-…">: a block of a page, shown on another site. The mark that tells
// what was checked is drawn only when the text has the hash that its record states, and the one that the embedding page
// asks for. Nothing is evaluated, no inline style is set, and nothing of the record becomes markup.
(() => {
  const VERSION = 1;
  const STATES = {
    verified: ["\u2713", "Checked"],
    qualified: ["!", "Checked, with a caveat"],
    contradicted: ["\u2717", "Does not hold"],
    unchecked: ["\u2013", "Not checked"],
    invalid: ["?", "Cannot be checked"],
  };
  const style = new CSSStyleSheet();
  style.replaceSync(":host{display:block;margin-block:1em;color-scheme:light dark;font:14px/1.5 system-ui,sans-serif;--bg:light-dark(#fff,#14181f);--fg:light-dark(#1f2733,#dce1e8);--dim:light-dark(#566070,#a3adba);--line:light-dark(#dde1e7,#303844);--code:light-dark(#f5f6f8,#1b212a);--link:light-dark(#1b58a8,#8fbcf4);--green:light-dark(#1d7038,#7fd49b);--amber:light-dark(#8f5200,#f3b95f);--red:light-dark(#b3261e,#ff9f97);--purple:light-dark(#7a3aa8,#d3a6f5)}:host([hidden]){display:none}figure{margin:0;border:1px solid var(--line);border-radius:6px;background:var(--bg);color:var(--fg);overflow:hidden}figcaption{display:flex;gap:.2rem 1rem;flex-wrap:wrap;align-items:center;justify-content:space-between;padding:.4rem .8rem;border-bottom:1px solid var(--line)}a{color:var(--link)}pre{margin:0;padding:.8rem;overflow-x:auto;background:var(--code);font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;tab-size:4}button{padding:.15rem .7rem;border:1px solid var(--dim);border-radius:4px;background:none;color:inherit;font:inherit;cursor:pointer}:focus-visible{outline:2px solid var(--link);outline-offset:2px}p{margin:0;padding:.35rem .8rem;border-top:1px solid var(--line);overflow-wrap:anywhere}p b{margin-right:.6em;color:var(--c,var(--dim))}.danger{border-top:0;border-bottom:1px solid var(--line);border-left:4px solid var(--red)}.danger b{color:var(--red)}.verified{--c:var(--green)}.qualified{--c:var(--amber)}.contradicted{--c:var(--red)}.invalid{--c:var(--purple)}");

  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  // A link leads to the web or nowhere.
  const link = (url, base, text) => {
    const whole = new URL(url, base);
    return /^https?:$/.test(whole.protocol) ? make("a", { href: whole.href, rel: "noopener" }, text) : text;
  };
  const digest = async text => {
    if (!globalThis.crypto?.subtle) return null;
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
    return { hex: [...hash].map(byte => byte.toString(16).padStart(2, "0")).join(""), integrity: "sha256-" + btoa(String.fromCharCode(...hash)) };
  };
  // Why no mark may be drawn; nothing when it may.
  const doubt = (hash, record, wanted) => {
    if (!hash) return "This browser cannot compare hashes here, so no mark is shown";
    if (hash.hex !== record.sha256) return "The text does not have the hash that its record states";
    if (wanted && !wanted.split(/\s+/).includes(hash.integrity)) return "The text has changed since it was embedded here";
    return null;
  };

  class PolicySnippet extends HTMLElement {
    static observedAttributes = ["src", "integrity"];

    constructor() {
      super();
      this.attachShadow({ mode: "open" }).adoptedStyleSheets = [style];
      this.shadowRoot.append(make("slot"));
    }

    connectedCallback() { this.load(); }

    attributeChangedCallback(name, before) { if (before !== null && this.isConnected) this.load(); }

    async load() {
      const turn = (this.turn = Symbol());
      try {
        const src = new URL(this.getAttribute("src"), document.baseURI);
        const answer = await fetch(src, { credentials: "omit" });
        if (!answer.ok) throw new Error("status " + answer.status);
        const record = await answer.json();
        if (record.version !== VERSION || typeof record.text !== "string") throw new Error("a record of another version");
        const hash = await digest(record.text);
        if (turn === this.turn) this.show(record, src, doubt(hash, record, this.getAttribute("integrity")));
      } catch (error) {
        if (turn !== this.turn) return;
        this.shadowRoot.replaceChildren(make("slot"), make("p", { role: "status" }, "The block could not be loaded: " + error.message));
        this.dataset.state = "failed";
      }
    }

    show(record, src, doubtful) {
      const code = make("code", {}, record.text);
      const pre = make("pre", { tabindex: "0" }, code);
      const copy = make("button", { type: "button" }, "Copy");
      copy.onclick = async () => {
        try { await navigator.clipboard.writeText(record.text); copy.textContent = "Copied"; }
        catch {
          const range = document.createRange();
          range.selectNodeContents(code);
          getSelection().removeAllRanges();
          getSelection().addRange(range);
          copy.textContent = "Press Ctrl+C";
        }
        setTimeout(() => { copy.textContent = "Copy"; }, 2500);
      };
      const figure = make("figure", {}, make("figcaption", {}, link(record.page.url, src, record.page.title), copy));
      for (const words of record.warnings || []) figure.append(make("p", { class: "danger" }, make("b", {}, "Destructive:"), words));
      figure.append(pre);
      if (doubtful) figure.append(make("p", { role: "status" }, make("b", {}, "?"), doubtful));
      else for (const claim of record.claims || []) {
        const [mark, word] = STATES[claim.state] || STATES.unchecked;
        figure.append(make("p", { class: Object.hasOwn(STATES, claim.state) ? claim.state : "unchecked" }, make("b", { role: "img", "aria-label": word }, mark), claim.words));
      }
      this.shadowRoot.replaceChildren(figure);
      this.dataset.state = doubtful ? "doubtful" : record.state || "unclaimed";
    }
  }
  if (!customElements.get("policy-snippet")) customElements.define("policy-snippet", PolicySnippet);
})();
