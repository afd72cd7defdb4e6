import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadSecrets } from "../src/state.ts";
import { temporaryDirectory } from "./process.ts";

describe("the secrets", () => {
  it("are made once, readable by their owner only", async () => {
    const directory = await temporaryDirectory();
    const secrets = await loadSecrets(directory);
    expect(await loadSecrets(directory)).toEqual(secrets);
    expect(new Set(Object.values(secrets)).size).toBe(4);
    expect((await stat(join(directory, "secrets.json"))).mode & 0o777).toBe(0o600);
  });

  it("of an earlier version are kept, and those that it did not know are added for good", async () => {
    const directory = await temporaryDirectory();
    const { webhookKey: _, ...earlier } = await loadSecrets(directory);
    const known = { ...earlier, adminToken: "nofx_x" };
    await writeFile(join(directory, "secrets.json"), JSON.stringify(known));
    const secrets = await loadSecrets(directory);
    expect(secrets).toEqual({ ...known, webhookKey: expect.stringMatching(/^.{32,}$/) });
    expect(JSON.parse(await readFile(join(directory, "secrets.json"), "utf8"))).toEqual(secrets);
  });
});
