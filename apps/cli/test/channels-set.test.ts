import { unwrap } from "@nofx/client";
import { manifest } from "@nofx/testkit";
import { expect, it } from "vitest";
import { nofx, nofxJson, person } from "./cli.ts";

it("0: points a channel at a version, and says where it pointed; --dry-run writes nothing", async () => {
  const { token, registry } = await person("publisher");
  for (const version of ["1.0.0", "1.1.0"]) await unwrap(registry.publishAgent({ body: manifest({ version }) }));
  const set = (version: string, ...more: string[]) =>
    nofx(["channels", "set", "agent:greeter", "beta", version, ...more], { token });
  expect((await set("1.0.0", "--dry-run")).stdout).toBe(
    "· agent:greeter beta would point at 1.0.0. Nothing was written.\n",
  );
  expect((await set("1.0.0")).stdout).toMatch(/^✓ agent:greeter beta points at 1\.0\.0 \(change \S+\)\n$/);
  expect((await set("1.1.0")).stdout).toMatch(/^✓ agent:greeter beta points at 1\.1\.0, no longer at 1\.0\.0 \(/);
  expect((await set("1.1.0")).stdout).toBe("✓ agent:greeter beta points at 1.1.0, as before\n");
  const argv = ["channels", "set", "agent:greeter", "beta", "1.0.0", "--dry-run"];
  expect((await nofxJson("channels-set", argv, { token })).document).toMatchObject({ from: "1.1.0", dryRun: true });
  const { channels } = (await unwrap(registry.getAgent({ agentId: "greeter" }))).agent;
  expect(channels).toMatchObject([{}, { channel: "beta", version: "1.1.0" }]);
});

it("1: what cannot be pointed at is refused, in a dry run too", async () => {
  const { token, registry } = await person("publisher");
  await unwrap(registry.publishAgent({ body: manifest() }));
  await unwrap(registry.publishAgent({ body: manifest({ version: "2.0.0" }), draft: "true" }));
  for (const more of [[], ["--dry-run"]]) {
    const set = (version: string) =>
      nofxJson("channels-set", ["channels", "set", "agent:greeter", "beta", version, ...more], { token });
    expect(await set("2.0.0")).toMatchObject({ exitCode: 1, document: { error: { code: "channel_target_refused" } } });
    expect(await set("3.0.0")).toMatchObject({ exitCode: 1, document: { error: { code: "version_not_found" } } });
  }
});

it("2 and 4: what cannot be meant, and who may not", async () => {
  const ada = await person("publisher");
  await unwrap(ada.registry.publishAgent({ body: manifest() }));
  const told = async (...argv: string[]) => (await nofx(["channels", "set", ...argv], { token: ada.token })).stderr;
  expect(await told("agent:greeter", "latest", "1.0.0")).toMatch(/^error: <channel>: /);
  expect(await told("agent:greeter", "beta", "1")).toMatch(/^error: <version>: /);
  expect(await told("agent:acme/greeter", "beta", "1.0.0")).toMatch(/^error: <agent>: Leave the tenant out/);
  const { token } = await person("viewer", ada.tenant);
  const argv = ["channels", "set", "agent:greeter", "beta", "1.0.0"];
  expect(await nofx(argv, { token })).toMatchObject({ exitCode: 4 });
});
