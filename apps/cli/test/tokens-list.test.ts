import { unwrap } from "@nofx/client";
import { expect, it } from "vitest";
import { nofx, nofxJson, person } from "./cli.ts";

it("0: lists the tokens that are good, to the last page, or all of them; never a secret", async () => {
  const { token, registry } = await person("admin");
  const order = { role: "viewer" as const };
  const issued = [];
  for (let index = 0; index < 101; index += 1)
    issued.push(await unwrap(registry.createToken({ body: { ...order, name: `t-${index}` } })));
  await unwrap(registry.revokeToken({ tokenId: issued[0]?.token.id ?? "" }));
  const { exitCode, stdout } = await nofx(["tokens", "list"], { token });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^ID +NAME +STATE +SCOPES +AGENTS +TEMPLATES\n/);
  expect(stdout).toMatch(/ t-100 +until \d{4}-\d\d-\d\d +agents:read templates:read feed:read +all +all$/m);
  expect(stdout).not.toMatch(/ t-0 |nofx_/);
  expect((await nofx(["tokens", "list", "--all"], { token })).stdout).toMatch(/ t-0 +revoked \d{4}-/);
  const { document } = await nofxJson<{ tokens: object[] }>("tokens-list", ["tokens", "list", "--all"], { token });
  expect(document.tokens).toHaveLength(102);
});

it("4: whoever may not", async () => {
  const { token } = await person("publisher");
  expect(await nofx(["tokens", "list"], { token })).toMatchObject({ exitCode: 4 });
});
