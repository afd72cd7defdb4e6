/**
 * Makes a CycloneDX bill of materials say what is installed beside it, `node complete-sbom.js <file>`: without packages for
 * other machines, with licences, with the Node that runs. The same installation gives the same file: its time is
 * SOURCE_DATE_EPOCH, its serial number follows from its content.
 */
import { createHash } from "node:crypto";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const [file] = process.argv.slice(2);
const { SOURCE_DATE_EPOCH = "0" } = process.env;
const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));

const licences = new Map();
for (const path of globSync("**/node_modules/{*,@*/*}/package.json", { cwd: dirname(file) })) {
  const { name, version, license } = readJson(`${dirname(file)}/${path}`);
  licences.set(`${name}@${version}`, license);
}
const byRef = (one, other) => (one < other ? -1 : 1);
const installed = ({ group, name, version, ...more }) => {
  const licence = licences.get(`${group ? `${group}/` : ""}${name}@${version}`);
  const licenses = typeof licence === "string" ? { licenses: [{ expression: licence }] } : {};
  return { group, name, version, ...more, ...licenses };
};
const isInstalled = ({ group, name, version }) => licences.has(`${group ? `${group}/` : ""}${name}@${version}`);

const { $schema, bomFormat, specVersion, version, metadata, components, dependencies } = readJson(file);
const nodeVersion = process.versions.node;
const purl = `pkg:generic/node@${nodeVersion}`;
const node = { type: "application", name: "node", version: nodeVersion, purl, "bom-ref": purl };
const kept = [...components.filter(isInstalled).map(installed), node].sort((one, other) =>
  byRef(one["bom-ref"], other["bom-ref"]),
);
const refs = new Set([metadata.component["bom-ref"], ...kept.map((one) => one["bom-ref"])]);
const content = {
  metadata: { ...metadata, timestamp: new Date(Number(SOURCE_DATE_EPOCH) * 1000).toISOString() },
  components: kept,
  dependencies: dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((one) => refs.has(one)).sort() }))
    .sort((one, other) => byRef(one.ref, other.ref)),
};
const hash = createHash("sha256").update(JSON.stringify(content)).digest("hex");
// A UUID of version 8: its bits are the maker's, here a digest's.
const uuid = `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
const bom = { $schema, bomFormat, specVersion, serialNumber: `urn:uuid:${uuid}`, version, ...content };
writeFileSync(file, `${JSON.stringify(bom, null, 2)}\n`);
