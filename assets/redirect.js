// Leads on and keeps the fragment, unless the target has one of its own.
(() => {
  const fragment = decodeURIComponent(location.hash.slice(1));
  const moved = [...document.querySelectorAll("[data-from]")].find(link => link.dataset.from === fragment);
  const to = moved ? moved.getAttribute("href") : document.documentElement.dataset.to;
  location.replace(moved || to.includes("#") ? to : to + location.search + location.hash);
})();
