import { manifest } from "@nofx/testkit";
import { expect, inject, it, vi } from "vitest";
import { directoryWith, nofx, nofxJson, type Person, person } from "./cli.ts";

/** Somebody who has done something that is sealed, and the log of it. */
const audited = async (): Promise<{ readonly ada: Person; readonly log: string }> => {
  const ada = await person("admin");
  for (const version of ["1.0.0", "1.0.1"]) await ada.registry.publishAgent({ body: manifest({ version }) });
  const isSealed = async () => {
    const answer = await ada.registry.verifyAudit();
    return answer.ok && answer.status === 200 && answer.body.pending === 0 && answer.body.verified >= 2;
  };
  await vi.waitUntil(isSealed, { timeout: 20_000 });
  const headers = { authorization: `Bearer ${ada.token}` };
  return { ada, log: await (await fetch(`${inject("world").origin}/api/audit/export`, { headers })).text() };
};

it("0: asks the service, from the beginning or with a head that was kept", async () => {
  const { ada } = await audited();
  const { exitCode, stdout } = await nofx(["audit", "verify"], { token: ada.token });
  expect(exitCode).toBe(0);
  const [, head = ""] = /^✓ \d+ entries hold\. Head: (\S+)$/m.exec(stdout) ?? [];
  expect((await nofx(["audit", "verify", "--head", head], { token: ada.token })).exitCode).toBe(0);
  const { document } = await nofxJson("audit-verify", ["audit", "verify", "--service", "marketplace"], {
    token: ada.token,
  });
  expect(document).toMatchObject({ valid: true });
});

it("1: a head that the chain does not have", async () => {
  const { ada } = await audited();
  const other = `1:sha256:${"0".repeat(64)}`;
  const { exitCode, stdout } = await nofx(["audit", "verify", "--head", other], { token: ada.token });
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: expect.stringContaining("checkpoint_mismatch") });
});

it("0 and 1: --file verifies an export, and finds what was changed in it, without the service", async () => {
  const { log } = await audited();
  const cwd = await directoryWith({
    "good.ndjson": log,
    "changed.ndjson": log.replace('"1.0.1"', '"6.6.6"'),
    "short.ndjson": log.split("\n").slice(0, -2).join("\n"),
    "broken.ndjson": `${log}{`,
  });
  const away = { cwd, origin: "http://127.0.0.1:1" };
  const good = await nofxJson<{ head: { position: number; hash: string } }>(
    "audit-verify",
    ["audit", "verify", "--file", "good.ndjson"],
    away,
  );
  expect(good).toMatchObject({ exitCode: 0, document: { valid: true } });
  const changed = await nofx(["audit", "verify", "--file", "changed.ndjson"], away);
  expect({ ...changed }).toMatchObject({
    exitCode: 1,
    stdout: expect.stringMatching(/^✗ Broken at position \d+: altered/),
  });
  const { position, hash } = good.document.head;
  const short = ["audit", "verify", "--file", "short.ndjson", "--head", `${position}:${hash}`];
  expect((await nofx(short, away)).exitCode).toBe(1);
  const broken = await nofx(["audit", "verify", "--file", "broken.ndjson"], away);
  expect(broken).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/^error: broken\.ndjson:\d+:1: /) });
  expect(await nofx(["audit", "verify", "--file", "absent"], away)).toMatchObject({ exitCode: 1 });
  expect(await nofx(["audit", "verify", "--head", "nonsense"], away)).toMatchObject({ exitCode: 2 });
});
