import { unwrap } from "@nofx/client";
import { expect, it } from "vitest";
import { nofx, nofxJson, person } from "./cli.ts";

const remove = (...argv: string[]) => ["trusted-publishers", "remove", ...argv];
const order = {
  name: "Release",
  issuer: "https://token.actions.githubusercontent.com",
  claims: { repository: "acme/agents", environment: "release" },
  agents: ["greeter"],
};

it("0: trusts it no more if that is confirmed, or with --yes; --dry-run leaves it", async () => {
  const { token, registry } = await person("admin");
  const trust = async () => (await unwrap(registry.createTrustedPublisher({ body: order }))).trustedPublisher.id;
  const [first, second] = [await trust(), await trust()];
  const dry = await nofx(remove(first, "--dry-run"), { token });
  expect(dry.stdout).toBe(`· "Release" (${first}) would not be trusted any more. Nothing was written.\n`);
  const no = await nofx(remove(first), { token, columns: 120, typed: "n\r" });
  expect(no).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringContaining("repository=acme/agents") });
  const listed = async () => (await unwrap(registry.listTrustedPublishers())).trustedPublishers.map(({ id }) => id);
  expect((await listed()).sort()).toEqual([first, second].sort());
  const yes = await nofx(remove(first), { token, columns: 120, typed: "y\r" });
  expect(yes).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("is not trusted any more") });
  const { document } = await nofxJson("trusted-publishers-remove", remove(second, "--yes"), { token });
  expect(document).toMatchObject({ dryRun: false, trustedPublisher: { id: second } });
  expect(await listed()).toEqual([]);
});

it("2, 1 and 4: without anybody to confirm it, what is no id, what is not there, and whoever may not", async () => {
  const { token } = await person("admin");
  const absent = "0197b2c4-6a10-7c3e-9d55-2f8f1f6f1c11";
  expect((await nofx(remove(absent), { token })).stderr).toMatch(/\n {2}→ Give --yes/);
  expect((await nofx(remove("Release", "--yes"), { token })).stderr).toMatch(/^error: <id>: Give the id/);
  for (const flag of ["--yes", "--dry-run"]) {
    const { exitCode, document } = await nofxJson("trusted-publishers-remove", remove(absent, flag), { token });
    expect({ exitCode, document }).toMatchObject({
      exitCode: 1,
      document: { error: { code: "trusted_publisher_not_found" } },
    });
  }
  expect(await nofx(remove(absent, "--yes"), { token: (await person("viewer")).token })).toMatchObject({ exitCode: 4 });
});
