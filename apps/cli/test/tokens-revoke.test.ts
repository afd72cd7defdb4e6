import { unwrap } from "@nofx/client";
import { expect, it } from "vitest";
import { nofx, nofxJson, person } from "./cli.ts";

it("0: revokes a token if that is confirmed, or with --yes", async () => {
  const { token, registry } = await person("admin");
  const issue = async () => (await unwrap(registry.createToken({ body: { name: "ci", role: "viewer" } }))).token.id;
  const [first, second] = [await issue(), await issue()];
  const dry = await nofx(["tokens", "revoke", first, "--dry-run"], { token });
  expect(dry.stdout).toBe(`· Token ${first} (ci) would be revoked. Nothing was written.\n`);
  const no = await nofx(["tokens", "revoke", first], { token, columns: 80, typed: "n\r" });
  expect(no).toMatchObject({ exitCode: 1, stdout: "" });
  const yes = await nofx(["tokens", "revoke", first], { token, columns: 80, typed: "y\r" });
  expect(yes.exitCode).toBe(0);
  expect(yes.stdout).toContain(`Token ${first} (ci) is revoked`);
  const { document } = await nofxJson("tokens-revoke", ["tokens", "revoke", second, "--yes"], { token });
  expect(document).toMatchObject({ token: { id: second, revokedAt: expect.any(String) } });
});

it("2 and 1: without anybody to confirm it, what is no id, and what is not there", async () => {
  const { token } = await person("admin");
  const absent = "0197b2c4-6a10-7c3e-9d55-2f8f1f6f1c11";
  expect((await nofx(["tokens", "revoke", absent], { token })).stderr).toMatch(/\n {2}→ Give --yes/);
  expect((await nofx(["tokens", "revoke", "nofx_secret", "--yes"], { token })).stderr).toMatch(
    /^error: <id>: Give the/,
  );
  for (const flag of ["--yes", "--dry-run"]) {
    const { exitCode, document } = await nofxJson("tokens-revoke", ["tokens", "revoke", absent, flag], { token });
    expect({ exitCode, document }).toMatchObject({ exitCode: 1, document: { error: { code: "token_not_found" } } });
  }
});
