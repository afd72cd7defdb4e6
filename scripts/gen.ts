/** `npm run gen`: makes every generated file anew. `npm run gen -- --check` fails if one of them is not up to date. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commandSchemas } from "@nofx/cli/schemas";
import { marketplaceContract } from "@nofx/contract-marketplace";
import { registryContract } from "@nofx/contract-registry";
import { searchContract } from "@nofx/contract-search";
import { migrateUp } from "@nofx/db-kit";
import { startForTests } from "@nofx/db-kit/embedded";
import { schemaDocuments } from "@nofx/schemas";
import { contractDigest, openApiDocument } from "@nofx/service-kit";

const root = join(import.meta.dirname, "..");
const check = process.argv.includes("--check");
const services = [
  { app: "apps/registry", track: "trackA", schema: "registry", contract: registryContract },
  { app: "apps/marketplace", track: "trackB", schema: "marketplace", contract: marketplaceContract },
  { app: "apps/search", track: "trackC", schema: "search", contract: searchContract },
];

const write = (path: string, text: string): boolean => {
  const file = join(root, path);
  const current = (() => {
    try {
      return readFileSync(file, "utf8");
    } catch {
      return "";
    }
  })();
  if (current === text) return true;
  if (check) console.error(`${path} is not up to date; run \`npm run gen\``);
  else writeFileSync(file, text);
  return !check;
};

const schemaTypes = (url: string, app: string, schema: string): string => {
  const outFile = join(root, app, "src/db/schema.gen.ts");
  const before = readFileSync(outFile, { encoding: "utf8", flag: "a+" });
  const scope = [
    "--default-schema",
    schema,
    "--include-pattern",
    `${schema}.*`,
    "--exclude-pattern",
    `${schema}.schema_*`,
  ];
  execFileSync(
    join(root, app, "node_modules/.bin/kysely-codegen"),
    ["--dialect", "postgres", "--url", url, ...scope, "--out-file", outFile, "--log-level", "error"],
    { cwd: join(root, app), stdio: "inherit" },
  );
  const text = readFileSync(outFile, "utf8");
  writeFileSync(outFile, before);
  return text;
};

let fresh = true;
for (const [name, schema] of await commandSchemas()) {
  fresh = write(`apps/cli/schemas/${name}.json`, `${JSON.stringify(schema, null, 2)}\n`) && fresh;
}
for (const { file, text } of schemaDocuments()) fresh = write(`packages/shared/schemas/${file}`, text) && fresh;
const digests = Object.fromEntries(services.map(({ schema, contract }) => [schema, contractDigest(contract)]));
fresh = write("apps/cli/src/system/contract-digests.gen.json", `${JSON.stringify(digests, null, 2)}\n`) && fresh;
const server = await startForTests();
try {
  for (const { app, track, schema, contract } of services) {
    await migrateUp(server.url, { schema, directory: join(root, "migrations", track) });
    fresh = write(`${app}/src/db/schema.gen.ts`, schemaTypes(server.url, app, schema)) && fresh;
    fresh = write(`${app}/openapi.json`, `${JSON.stringify(openApiDocument(contract), null, 2)}\n`) && fresh;
  }
} finally {
  await server.stop();
}
if (!fresh) process.exitCode = 1;
