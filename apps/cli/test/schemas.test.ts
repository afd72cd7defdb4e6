import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { commandSchemas } from "../src/schemas.ts";

const directory = join(import.meta.dirname, "../schemas");

it("every command has its schema, up to date, and there is no other (`npm run gen` makes them anew)", async () => {
  const schemas = await commandSchemas();
  expect((await readdir(directory)).sort()).toEqual([...schemas.keys()].map((name) => `${name}.json`).sort());
  for (const [name, schema] of schemas) {
    expect(await readFile(join(directory, `${name}.json`), "utf8"), name).toBe(`${JSON.stringify(schema, null, 2)}\n`);
  }
});
