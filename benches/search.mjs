// What queries load and how long ranking takes, on a built site: `node benches/search.mjs SITE`. It runs the search
// of the pages themselves, with the pieces read from the disk. Run by `cargo bench --bench search`.
import { readFileSync, statSync, readdirSync } from "node:fs";

const site = process.argv[2];
const queries = [
  "kyverno policy", "require-run-as-nonroot", "rolling back a deployment", "alpha17", "--dry-run=server", "containers run as root",
  "admission webhook denied the request validation error", "po", "contai", "kubectl get pods -n production", "word123of45",
];
const waiting = new Map(), cache = new Map();
let loaded;
globalThis.window = globalThis;
globalThis.runproof = { piece: (name, value) => waiting.get(name)?.(value) };
const name = readdirSync(site + "/assets").find(name => name.startsWith("search-rank."));
(0, eval)(readFileSync(site + "/assets/" + name, "utf8"));
const load = (name, file) => {
  const path = site + "/" + file.split("?")[0];
  loaded.set(path, statSync(path).size);
  if (!cache.has(name)) cache.set(name, new Promise(done => { waiting.set(name, done); (0, eval)(readFileSync(path, "utf8")); }));
  return cache.get(name);
};
const finder = runproof.rank.create(load);
for (const query of queries) {
  loaded = new Map();
  await finder.open();
  const { total, results } = await finder.search(query);
  const kilobytes = Math.round([...loaded.values()].reduce((sum, size) => sum + size, 0) / 1000);
  const start = performance.now();
  await finder.search(query);
  const took = (performance.now() - start).toFixed(1);
  console.log(`${query}: ${kilobytes} KB in ${loaded.size} pieces, ranked in ${took} ms, ${total} pages, first ${results[0]?.url}`);
}
