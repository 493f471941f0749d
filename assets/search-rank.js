// What the search finds, and in which order. It knows nothing of the page it runs on: `load` brings the pieces of
// the index, which src/render/search describes.
(() => {
  const isPart = /[\p{Alphabetic}\p{N}_\-./:@]+/gu;
  const edges = /^[_\-./:@]+|[_\-./:@]+$/g;
  const joiners = /[_\-./:@]+/;

  // English words by their stems, as Snowball's `english` does it: tests/search.rs holds it against the crate that
  // the index is made with.
  const kept = new Map(Object.entries({
    andes: "andes", atlas: "atlas", bias: "bias", cosmos: "cosmos", howe: "howe", news: "news", sky: "sky", early: "earli",
    gently: "gentl", idly: "idl", only: "onli", singly: "singl", skies: "sky", skis: "ski", ugly: "ugli",
  }));
  const second = [
    ["ational", "ate"], ["ization", "ize"], ["iveness", "ive"], ["fulness", "ful"], ["ousness", "ous"], ["tional", "tion"],
    ["lessli", "less"], ["biliti", "ble"], ["entli", "ent"], ["ation", "ate"], ["alism", "al"], ["aliti", "al"], ["fulli", "ful"],
    ["ousli", "ous"], ["iviti", "ive"], ["ogist", "og"], ["enci", "ence"], ["anci", "ance"], ["abli", "able"], ["izer", "ize"],
    ["ator", "ate"], ["alli", "al"], ["bli", "ble"], ["ogi", "og"], ["li", ""],
  ];
  const third = [
    ["ational", "ate"], ["tional", "tion"], ["icate", "ic"], ["ative", ""], ["alize", "al"], ["iciti", "ic"], ["ical", "ic"],
    ["ness", ""], ["ful", ""],
  ];
  const fourth = /(?:ement|ment|ance|ence|able|ible|ism|ate|iti|ous|ive|ize|ent|ant|ion|al|er|ic)$/;
  const short = word => /(?:^[aeiouy][^aeiouy]|[^aeiouy][aeiouy][^aeiouywxY]|past)$/.test(word);
  const region = (word, from) => {
    const found = word.slice(from).match(/^[^aeiouy]*[aeiouy]+[^aeiouy]/);
    return found ? from + found[0].length : word.length;
  };
  const stem = given => {
    if (given.length < 3 || !/^[a-z]+$/.test(given)) return given;
    if (kept.has(given)) return kept.get(given);
    let word = given.replace(/^y/, "Y").replace(/([aeiouy])y/g, "$1Y");
    const first = word.match(/^(?:arsen|commun|emerg|gener|inter|later|organ|past|univers)/);
    const one = first ? first[0].length : region(word, 0);
    const two = one < word.length ? region(word, one) : word.length;
    const cut = (length, end = "") => { word = word.slice(0, word.length - length) + end; };
    const longest = list => list.find(([ending]) => word.endsWith(ending));

    if (word.endsWith("sses")) cut(2);
    else if (/ie[sd]$/.test(word)) cut(word.length > 4 ? 2 : 1);
    else if (/[^su]s$/.test(word) && /[aeiouy].+s$/.test(word)) cut(1);

    const past = word.match(/(?:eedly|ingly|edly|eed|ing|ed)$/);
    if (past) {
      const ending = past[0], before = word.slice(0, -ending.length);
      if (ending.startsWith("eed")) {
        if (before.length >= one && !/^(?:succ|proc|exc)$/.test(before)) cut(ending.length, "ee");
      } else if (ending === "ing" && /^[^aeiouy]y$/.test(before)) cut(4, "ie");
      else if (!(ending === "ing" && /^(?:even|cann|inn|earr|herr|out)$/.test(before)) && /[aeiouy]/.test(before)) {
        word = before;
        if (/(?:at|bl|iz)$/.test(word)) word += "e";
        else if (/(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/.test(word)) { if (!/^[aeo]..$/.test(word)) cut(1); }
        else if (word.length === one && short(word)) word += "e";
      }
    }

    if (/.[^aeiouy][yY]$/.test(word)) cut(1, "i");

    let found = longest(second);
    if (found && word.length - found[0].length >= one) {
      const [ending, to] = found, last = word[word.length - ending.length - 1];
      if ((ending !== "ogi" || last === "l") && (ending !== "li" || /[cdeghkmnrt]/.test(last))) cut(ending.length, to);
    }
    found = longest(third);
    if (found && word.length - found[0].length >= (found[0] === "ative" ? two : one)) cut(found[0].length, found[1]);
    found = word.match(fourth);
    if (found && word.length - found[0].length >= two && (found[0] !== "ion" || /[st]ion$/.test(word))) cut(found[0].length);
    const end = word.length - 1;
    if (word.endsWith("e") && (end >= two || end >= one && !short(word.slice(0, -1)))) cut(1);
    else if (word.endsWith("ll") && end >= two) cut(1);
    return word.replace(/Y/g, "y");
  };

  // What a text is found by, as src/render/search/terms.rs has it: the parts of each run of letters as stems, and
  // the run itself where it has several parts.
  const lower = text => text.toLowerCase();
  // English words that say nothing of what is looked for, unless they are all that is.
  const small = new Set("a an and are as at be by can do does for from has have how i if in into is it its me my of on or so that the there this to was what when where which why will with you your".split(" "));
  const humps = part => part.split(/(?<=[\p{Ll}\p{N}])(?=\p{Lu})/u).map(lower);
  const chunks = text => (text.match(isPart) || []).map(chunk => chunk.replace(edges, "")).filter(Boolean);

  const digits = (text, each) => {
    let value = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at), digit = code > 92 ? code - 36 : code - 35;
      if (digit < 45) value = value * 45 + digit;
      else { each(value * 45 + digit - 45); value = 0; }
    }
  };
  // Pages, each with how much a term says of it: 1 to 16.
  const postings = line => {
    const [, coded, count] = line.split(" ");
    const pages = [];
    let page = 0;
    digits(coded, value => { page += value >> 4; pages.push([page, (value & 15) + 1]); });
    return { pages, count: count ? Number(count) : pages.length };
  };
  const before = (list, key) => {
    let low = 0, high = list.length;
    while (low < high) { const middle = (low + high) >> 1; if (list[middle] <= key) low = middle + 1; else high = middle; }
    return low - 1;
  };

  const create = (load, texts = 10) => {
    const get = (list, name) => load(name, "assets/search/" + name + ".js?" + list.version);
    const open = () => load("list", "assets/search/list.js");
    const rarity = (list, count) => Math.log(1 + (list.pages - count + 0.5) / (count + 0.5));

    // The lines of the index that hold `term`, or all that begin with it.
    const line = async (list, term) => {
      const at = before(list.words, term);
      if (at < 0) return null;
      const piece = await get(list, "words-" + at), from = piece.indexOf("~" + term + " ");
      return from < 0 ? null : piece.slice(from + 1, piece.indexOf("~", from + 1));
    };
    const begun = async (list, start) => {
      const summary = await line(list, start + "*");
      if (summary) return [summary];
      const lines = [];
      for (let at = Math.max(0, before(list.words, start)), end = at + 3; at < end && at < list.words.length; at++) {
        const piece = await get(list, "words-" + at);
        for (let from = piece.indexOf("~" + start); from >= 0 && from < piece.length - 1; from = piece.indexOf("~" + start, from + 1)) {
          lines.push(piece.slice(from + 1, piece.indexOf("~", from + 1)));
        }
        if (at + 1 < list.words.length && !list.words[at + 1].startsWith(start) && list.words[at + 1] > start) break;
      }
      return lines;
    };

    // One word of a query: how much it says of each page, between 0 and its rarity.
    const weigh = async (list, word) => {
      const found = new Map();
      let most = 0;
      const add = (lines, share) => {
        for (const { pages, count } of lines.map(postings)) {
          const rare = rarity(list, count) * share;
          most = Math.max(most, rare);
          for (const [page, level] of pages) found.set(page, Math.max(found.get(page) || 0, rare * level / 16));
        }
      };
      const exact = await line(list, word.term);
      if (exact) add([exact], 1);
      if (word.open) add(await begun(list, word.start), exact ? 0.5 : 0.8);
      for (let cut = word.start.length - 1; !found.size && cut >= 3 && cut * 2 > word.start.length && !word.whole; cut--) {
        add(await begun(list, word.start.slice(0, cut)), 0.4);
      }
      return { found, most };
    };

    const words = (list, query) => {
      const root = list.stem ? stem : text => text;
      const all = new Map();
      const runs = chunks(query), telling = runs.filter(run => !list.stem || !small.has(lower(run)));
      const ends = /[\p{Alphabetic}\p{N}_\-./:@]$/u.test(query);
      const last = ends ? runs.at(-1) : null;
      (telling.length ? telling : runs).forEach(run => {
        const open = run === last;
        const parts = run.split(joiners);
        parts.forEach((part, at) => {
          const start = lower(part);
          const known = all.get(root(start));
          all.set(root(start), { term: root(start), start, open: open && at === parts.length - 1 || Boolean(known && known.open) });
        });
        if (parts.length > 1) all.set(lower(run), { term: lower(run), start: lower(run), open, whole: true });
      });
      return [...all.values()].sort((a, b) => b.start.length - a.start.length).slice(0, 12);
    };

    const chosen = async (list, filters) => {
      let pages = null;
      for (const [name, value] of filters) {
        const coded = (await facet(list, name))[value];
        const own = new Set();
        let page = 0;
        digits(coded || "", gap => own.add(page += gap));
        pages = pages ? new Set([...pages].filter(page => own.has(page))) : own;
      }
      return pages;
    };
    const facet = (list, name) => get(list, "facet-" + list.facets.findIndex(([own]) => own === name));

    // Every page that says most of what is asked for, best first.
    const rank = async (list, asked, filters) => {
      const within = await chosen(list, filters);
      if (!asked.length) return [...within || []].map(page => [page, 1]);
      const weighed = await Promise.all(asked.map(word => weigh(list, word)));
      const sums = new Map();
      let total = 0;
      weighed.forEach(({ found, most }, at) => {
        asked[at].rare = found.size ? most : rarity(list, 0);
        if (!found.size && asked[at].whole) return;
        total += asked[at].rare;
        for (const [page, weight] of found) {
          const sum = sums.get(page) || { score: 0, mass: 0 };
          sum.score += weight;
          sum.mass += most;
          sums.set(page, sum);
        }
      });
      const inside = page => !within || within.has(page);
      const most = Math.max(0, ...[...sums].map(([page, sum]) => (inside(page) ? sum.mass : 0)));
      const ranked = [];
      for (const [page, { score, mass }] of sums) {
        if (mass >= most * 0.6 && inside(page)) ranked.push([page, score * (mass / total) ** 1.5]);
      }
      return ranked.sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    };

    // Where the words of a query stand in a text: `[from, to, word]` each.
    const finder = (list, asked) => {
      const root = list.stem ? stem : text => text;
      const singles = asked.filter(word => !word.whole);
      const known = new Map();
      const which = part => {
        const forms = [lower(part), ...humps(part)];
        // A stem begins as its word does, and most words begin otherwise.
        const fits = (word, form) => form[0] === word.term[0] && (root(form) === word.term || word.open && form.startsWith(word.start));
        return singles.findIndex(word => forms.some(form => fits(word, form)));
      };
      const spots = text => {
        const found = [];
        for (const match of text.matchAll(/[A-Za-z0-9\u00c0-\u1fff\u2070-\u2fff\u3040-\uffff]+/g)) {
          const part = match[0];
          let word = known.get(part);
          if (word === undefined) known.set(part, word = which(part));
          if (word >= 0) found.push([match.index, match.index + part.length, word]);
        }
        return found;
      };
      const all = singles.reduce((sum, word) => sum + word.rare, 0) || 1;
      const held = (...texts) => [...new Set(texts.flatMap(spots).map(([, , word]) => word))].reduce((sum, word) => sum + singles[word].rare, 0) / all;
      return { spots, held };
    };

    // A page with the section that answers best: by the words in it, in its heading, and the whole query in a row.
    const read = async (list, page, score, query, { held }) => {
      const [url, title, labels, parts] = (await get(list, "text-" + Math.floor(page / list.per)))[page % list.per];
      const whole = lower(query.trim().replace(/\s+/g, " "));
      const exact = text => (whole.length > 2 && lower(text).includes(whole) ? 1 : 0);
      const sections = [];
      for (let at = 0; at < parts.length; at += 3) {
        const [id, heading, text] = parts.slice(at, at + 3);
        const over = heading || title;
        const value = held(over, text) + 0.5 * held(over) + 0.6 * exact(over) + 0.6 * exact(text);
        sections.push({ id, heading, text, value });
      }
      const best = sections.reduce((a, b) => (b.value > a.value ? b : a));
      const named = held(title) * 0.3 + exact(title) * whole.length / title.length;
      return { page, url, title, labels, best, score: score * (0.5 + 0.5 * best.value + named) };
    };

    // `count` results from the one numbered `from` on. They come from disk in the order of the index alone and are
    // then put in order by what their texts say.
    const search = async (query, filters = [], from = 0, count = texts) => {
      const list = await open();
      const asked = words(list, query);
      const ranked = await rank(list, asked, filters);
      const find = finder(list, asked);
      const results = await Promise.all(ranked.slice(from, from + count).map(([page, score]) => read(list, page, score, query, find)));
      results.sort((a, b) => b.score - a.score || a.page - b.page);
      return { total: ranked.length, results, pages: ranked.map(([page]) => page), spots: find.spots };
    };

    // For each value of a facet, how many of `pages` have it; of all when there is no query.
    const count = async (name, pages) => {
      const list = await open();
      const own = pages && new Set(pages);
      return Object.entries(await facet(list, name)).map(([value, coded]) => {
        let sum = 0, page = 0;
        digits(coded, gap => { page += gap; if (!own || own.has(page)) sum++; });
        return [value, sum];
      });
    };
    return { search, count, open };
  };

  runproof.rank = { create, stem };
  runproof.piece("rank");
})();
