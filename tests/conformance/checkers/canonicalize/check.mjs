// canonicalize (by an author of RFC 8785): every line and every cell is in its canonical form.
import canonicalize from "canonicalize";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];
let count = 0;
for (const name of readdirSync(folder, { recursive: true })) {
  if (!name.endsWith(".jsonl")) continue;
  for (const line of readFileSync(join(folder, name), "utf8").split("\n").slice(0, -1)) {
    const written = canonicalize(JSON.parse(line));
    if (written !== line) throw new Error(`${name}: ${line.slice(0, 120)} would be ${written.slice(0, 120)}`);
    count += 1;
  }
}
if (count <= 50) throw new Error(`only ${count} lines`);
console.log(`${count} lines are in RFC 8785's canonical form`);
