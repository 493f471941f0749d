// Copy: what a reader would type. Prompts, output and line numbers stay behind.
{
  const { all, one, make, icon, root } = runproof;

  runproof.page(() => {
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
  });
}
