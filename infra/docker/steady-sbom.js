/**
 * Makes a CycloneDX bill of materials depend on nothing but what is installed, `node steady-sbom.js <file>`: its time is
 * SOURCE_DATE_EPOCH, its serial number follows from its content. Adds the Node that the image runs.
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const [file] = process.argv.slice(2);
const { SOURCE_DATE_EPOCH = "0" } = process.env;
const { $schema, bomFormat, specVersion, version, metadata, components, ...more } = JSON.parse(
  readFileSync(file, "utf8"),
);
delete more.serialNumber;
const nodeVersion = process.versions.node;
const purl = `pkg:generic/node@${nodeVersion}`;
const node = { type: "application", name: "node", version: nodeVersion, purl, "bom-ref": purl };
const content = {
  metadata: { ...metadata, timestamp: new Date(Number(SOURCE_DATE_EPOCH) * 1000).toISOString() },
  components: [...components, node],
  ...more,
};
const hash = createHash("sha256").update(JSON.stringify(content)).digest("hex");
// A UUID of version 8: its bits are the maker's, here a digest's.
const uuid = `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
const bom = { $schema, bomFormat, specVersion, serialNumber: `urn:uuid:${uuid}`, version, ...content };
writeFileSync(file, `${JSON.stringify(bom, null, 2)}\n`);
