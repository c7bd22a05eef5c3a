// @sigstore/verify: the code that npm checks its packages' provenance with opens our checkpoints
// and finds our lines under them.
import { createPublicKey } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const load = createRequire(import.meta.url);
const { verifyCheckpoint } = load("@sigstore/verify/dist/tlog/checkpoint.js");
const { verifyMerkleInclusion } = load("@sigstore/verify/dist/tlog/merkle.js");
const root = join(process.argv[2], "log");
const DER = Buffer.from("302a300506032b6570032100", "hex"); // Ed25519's public key, as X.509 has it

for (const name of readdirSync(root)) {
  const folder = join(root, name);
  const [key] = readFileSync(join(folder, "keys"), "utf8").split("\n");
  const lines = entries(folder);
  const proofs = readdirSync(join(folder, "proof"));
  for (const file of proofs) {
    const [head, note] = cut(readFileSync(join(folder, "proof", file), "utf8"));
    const [kind, index, ...hashes] = head.split("\n");
    if (kind !== "c2sp.org/tlog-proof@v1") throw new Error(`${file} is no tlog-proof`);
    const logIndex = Number(index.split(" ")[1]);
    const inclusionProof = {
      logIndex: String(logIndex),
      hashes: hashes.map((each) => Buffer.from(each, "base64")),
      checkpoint: { envelope: note },
    };
    const entry = { canonicalizedBody: lines[logIndex], inclusionProof };
    verifyMerkleInclusion(entry, verifyCheckpoint(entry, [log(key)]));
  }
  if (proofs.length === 0) throw new Error("there are no proofs to be checked");
  console.log(`${folder}: ${proofs.length} lines stand under the signed checkpoint`);
}

function log(key) {
  const [name, id, data] = key.match(/^([^+]+)\+([0-9a-f]{8})\+(.+)$/).slice(1);
  const raw = Buffer.from(data, "base64").subarray(1);
  const publicKey = createPublicKey({ key: Buffer.concat([DER, raw]), format: "der", type: "spki" });
  return { logID: Buffer.from(id, "hex"), baseURL: name, publicKey };
}

function cut(text) {
  const at = text.indexOf("\n\n");
  return [text.slice(0, at), text.slice(at + 2)];
}

function entries(folder) {
  const found = [];
  const names = readdirSync(join(folder, "tile", "entries"), { recursive: true, withFileTypes: true });
  const paths = names.filter((one) => one.isFile()).map((one) => join(one.parentPath ?? one.path, one.name));
  for (const path of paths.sort()) {
    const body = readFileSync(path);
    for (let at = 0; at < body.length; at += 2 + body.readUInt16BE(at))
      found.push(body.subarray(at + 2, at + 2 + body.readUInt16BE(at)));
  }
  return found;
}
