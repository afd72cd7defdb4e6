import { unwrap } from "@nofx/client";
import { expect, it } from "vitest";
import { nofx, nofxJson, person } from "./cli.ts";

const issuer = "https://token.actions.githubusercontent.com";
const claims = { repository: "acme/agents", environment: "release" };

it("0: lists whom the tenant trusts, to the last page; says so if it is nobody", async () => {
  const { token, registry } = await person("admin");
  const none = await nofx(["trusted-publishers", "list"], { token });
  expect(none).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^There are none\. /) });
  for (let index = 0; index < 101; index += 1) {
    const body = { name: `p-${index}`, issuer, claims, agents: ["greeter", "waiter"], templates: ["notes"] };
    await unwrap(registry.createTrustedPublisher({ body }));
  }
  const { stdout } = await nofx(["trusted-publishers", "list"], { token });
  expect(stdout).toMatch(/^ID +NAME +AGENTS +TEMPLATES +ISSUER +CLAIMS\n/);
  expect(stdout).toMatch(/ p-0 +greeter waiter +notes +token\.actions\.githubusercontent\.com +\S+=\S+ \S+=\S+$/m);
  const { document } = await nofxJson<{ trustedPublishers: object[] }>(
    "trusted-publishers-list",
    ["trusted-publishers", "list"],
    { token },
  );
  expect(document.trustedPublishers).toHaveLength(101);
});

it("4: whoever may not", async () => {
  const { token } = await person("publisher");
  expect(await nofx(["trusted-publishers", "list"], { token })).toMatchObject({ exitCode: 4 });
});
