// Evaluates JSONata by its reference implementation: a request per line of the input, an answer per line of the output.
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import jsonata from "jsonata";

const programs = new Map();

function programOf(text) {
  if (!programs.has(text)) programs.set(text, jsonata(text));
  return programs.get(text);
}

// The functions that Step Functions adds, as far as programs use them.
function functions({ uuid, millis }) {
  return {
    parse: (text) => {
      if (text === undefined) return undefined;
      if (typeof text !== "string") throw new TypeError("$parse takes a text");
      return JSON.parse(text);
    },
    hash: (text, algorithm) => createHash(algorithm.replace("-", "")).update(text, "utf8").digest("hex"),
    uuid: () => uuid,
    millis: () => millis,
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  const { text, states, fixed } = JSON.parse(line);
  let answer;
  try {
    const value = await programOf(text).evaluate(undefined, { ...functions(fixed), states });
    answer = value === undefined ? {} : { value };
  } catch (error) {
    answer = { error: `${error.code}: ${error.message}` };
  }
  console.log(JSON.stringify(answer));
}
