// Asks the search of a built site: node search.mjs SITE QUESTION...; a line of JSON for each question, with the
// locations of what it finds, best first. It is the program that browsers run, in a worker that is played here.
import { readFileSync, readdirSync } from "node:fs";
import { createContext, runInContext } from "node:vm";

const [site, ...questions] = process.argv.slice(2);
const programs = `${site}/assets/javascripts/workers`;
const program = readdirSync(programs).find((name) => name.startsWith("search."));
const [SET_UP, READY, ASK, FOUND] = [0, 1, 2, 3]; // the messages of this worker and of the page

let answered;
const self = { postMessage: (message) => answered(message) };
runInContext(readFileSync(`${programs}/${program}`, "utf8"), createContext({ self, Intl }));

function told(type, data, expected) {
  return new Promise((resolve, reject) => {
    answered = (message) => (message.type === expected ? resolve(message.data) : reject(new Error(JSON.stringify(message))));
    self.onmessage({ data: { type, data } });
  });
}

const index = JSON.parse(readFileSync(`${site}/search.json`, "utf8"));
await told(SET_UP, index, READY);
for (const input of questions) {
  const { items } = await told(ASK, { input }, FOUND);
  console.log(JSON.stringify(items.map(({ id }) => index.items[id].location)));
}
