import { unwrap } from "@nofx/client";
import { manifest } from "@nofx/testkit";
import { expect, it } from "vitest";
import { nofx, nofxJson, person } from "./cli.ts";

it("0: lists the channels of an agent, of another tenant's too", async () => {
  const { token, registry, tenant } = await person("publisher");
  await unwrap(registry.publishAgent({ body: manifest(), visibility: "public" }));
  await unwrap(registry.setChannel({ agentId: "greeter", channel: "beta", body: { version: "1.0.0" } }));
  const { exitCode, stdout } = await nofx(["channels", "list", "agent:greeter"], { token });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^CHANNEL +VERSION +MOVED\nlatest +1\.0\.0 +\d{4}-\d\d-\d\d\nbeta +1\.0\.0 +\d{4}-/);
  const listed = { tenant, agentId: "greeter", channels: [{ channel: "latest" }, { channel: "beta" }] };
  for (const argv of [[`agent:${tenant}/greeter`], ["agent:greeter", "--tenant", tenant]])
    expect((await nofxJson("channels-list", ["channels", "list", ...argv])).document).toMatchObject(listed);
});

it("2 and 1: only of agents, and of such as are there", async () => {
  const { token } = await person("viewer");
  const { exitCode, stderr } = await nofx(["channels", "list", "template:welcome"], { token });
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^error: <agent>: Only agents have channels/);
  expect(await nofx(["channels", "list", "agent:nobody"], { token })).toMatchObject({ exitCode: 1 });
});
