// Pages of the site take each other's place without loading. What is not surely one of our pages - it has a script of its
// own, it was published anew, it is not there - is loaded as ever.
{
  const { root, all, one, make, turn } = runproof;
  const said = make("p", { class: "rp-unseen", role: "status" });
  const home = new URL(root.dataset.base || ".", location);
  const plain = url => url.href.split("#")[0];
  const foreign = page => all("script", page).some(script => !script.hasAttribute("data-rp"));
  const theme = page => one("script[src*='/theme.']", page)?.getAttribute("src").split("/").pop();
  let shown = plain(location);
  let asked = new AbortController();

  const isPage = url =>
    /^http/.test(url.protocol) && url.origin === home.origin && url.pathname.startsWith(home.pathname) && /(\/|\.html)$/.test(url.pathname);

  const read = async (url, signal) => {
    const answer = await fetch(plain(url), { signal });
    if (!answer.ok || answer.redirected || !/html/.test(answer.headers.get("content-type"))) return null;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.body.matches(".rp") && theme(page) === theme(document) && !foreign(page) ? page : null;
  };

  // What the new page needs and this one has not: files are known by their addresses.
  const missing = (page, url, selector, name) => {
    const have = new Set(all(selector).map(own => own[name]));
    return all(selector, page).map(own => new URL(own.getAttribute(name), url).href).filter(address => !have.has(address));
  };
  const styled = (page, url) => Promise.all(missing(page, url, "link[rel=stylesheet]", "href").map(href => new Promise(done => {
    const link = make("link", { rel: "stylesheet", href });
    link.onload = link.onerror = done;
    all("link[rel=stylesheet]").at(-1).after(link);
  })));

  const swap = page => {
    const kept = "link[rel=stylesheet], link[rel=icon], link[rel=prefetch], script, meta[charset], meta[name=viewport]";
    [...document.head.children].filter(own => !own.matches(kept)).forEach(own => own.remove());
    document.head.append(...[...page.head.children].filter(own => !own.matches(kept)));
    for (const { name, value } of page.documentElement.attributes) root.setAttribute(name, value);
    document.body.className = page.body.className;
    [...document.body.childNodes].filter(own => own !== said).forEach(own => own.remove());
    document.body.prepend(...page.body.childNodes);
  };

  // The reader is at the title of the new page, and hears it.
  const arrive = () => {
    const title = one("main h1") || one("main");
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
    said.textContent = document.title;
  };

  const show = async (url, enter) => {
    asked.abort();
    asked = new AbortController();
    const { signal } = asked;
    let page;
    try { page = await read(url, signal); }
    catch { if (signal.aborted) return; }
    if (signal.aborted) return;
    if (!page) return location.assign(url);
    await styled(page, url);
    if (signal.aborted) return;
    enter();
    shown = plain(location);
    const scripts = missing(page, url, "script[src]", "src");
    swap(page);
    turn();
    scripts.forEach(src => document.head.append(make("script", { src, "data-rp": true })));
    arrive();
  };

  const remember = more => history.replaceState({ ...history.state, y: scrollY, ...more }, "");
  const at = y => scrollTo({ top: y, behavior: "instant" });

  document.body.append(said);
  history.scrollRestoration = "manual";
  addEventListener("pagehide", () => { history.scrollRestoration = "auto"; });
  addEventListener("pageshow", () => { history.scrollRestoration = "manual"; });
  let resting;
  addEventListener("scroll", () => { clearTimeout(resting); resting = setTimeout(remember, 150); }, { passive: true });

  document.addEventListener("click", event => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (link.target || link.hasAttribute("download") || !isPage(link) || plain(link) === plain(location) || foreign(document)) return;
    event.preventDefault();
    clearTimeout(resting);
    remember({ link: link.getAttribute("href") });
    const url = new URL(link.href);
    show(url, () => history.pushState({}, "", plain(url))).then(() => {
      if (shown !== plain(url)) return;
      // The browser itself goes to the fragment, so that it is the target.
      if (url.hash) location.replace(url.hash);
      else at(0);
    });
  });

  addEventListener("popstate", async () => {
    clearTimeout(resting);
    const state = history.state || {};
    if (plain(location) !== shown) {
      await show(new URL(location), () => {});
      if (plain(location) !== shown) return;
      all("a[href]").find(link => link.getAttribute("href") === state.link)?.focus({ preventScroll: true });
    }
    if (state.y != null) at(state.y);
    else if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
    else at(0);
  });
}
