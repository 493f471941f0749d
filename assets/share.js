// What puts a block on another site: the element to paste there.
{
  const { all, make, put } = runproof;

  runproof.page(() => {
    for (const links of all(".rp-share")) {
      const button = make("button", { type: "button", class: "rp-link" }, "Copy embed code");
      button.onclick = async () => {
        const whole = url => new URL(url, location.href).href;
        const hash = links.closest("dl").querySelector(".rp-hash").textContent.trim();
        const bytes = hash.match(/../g).map(pair => String.fromCharCode(parseInt(pair, 16))).join("");
        const script = whole(runproof.base + "s/snippet.js");
        const code = '<script src="' + script + '" async></' + 'script>\n<policy-snippet src="' + whole(links.dataset.record) + '" integrity="sha256-' + btoa(bytes) + '"><a href="' + whole(links.dataset.embed) + '">' + document.title + "</a></policy-snippet>\n";
        button.textContent = (await put(code, links)) ? "Copied" : "Could not copy";
        setTimeout(() => { button.textContent = "Copy embed code"; }, 2500);
      };
      links.append(", ", button);
    }
  });
}
