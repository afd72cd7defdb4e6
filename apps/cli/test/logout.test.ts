import { join } from "node:path";
import { expect, inject, it } from "vitest";
import { readCredentials, saveCredentials } from "../src/settings/credentials.ts";
import { nofx, nofxJson, temporaryDirectory } from "./cli.ts";

const kept = async () => {
  const cwd = await temporaryDirectory();
  const file = join(cwd, ".config/credentials.json");
  const { origin } = inject("world");
  const other = "https://other.test";
  await saveCredentials(file, {
    defaultOrigin: origin,
    origins: { [origin]: { token: "a" }, [other]: { token: "b" } },
  });
  return { cwd, file, origin, other };
};

it("0: forgets the token for this origin, and no other", async () => {
  const { cwd, file, origin, other } = await kept();
  const { exitCode, document } = await nofxJson("logout", ["logout"], { cwd });
  expect({ exitCode, document }).toEqual({ exitCode: 0, document: { forgotten: [origin], file } });
  expect(await readCredentials(file)).toEqual({ origins: { [other]: { token: "b" } } });
  expect((await nofx(["logout"], { cwd })).stdout).toBe(`No token was kept in ${file}.\n`);
});

it("0: --all forgets those of every origin", async () => {
  const { cwd, file, origin, other } = await kept();
  const { stdout } = await nofx(["logout", "--all"], { cwd });
  expect(stdout).toBe([origin, other].map((each) => `✓ The token for ${each} is forgotten.\n`).join(""));
  expect(await readCredentials(file)).toEqual({ origins: {} });
});
