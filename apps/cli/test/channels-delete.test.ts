import { unwrap } from "@nofx/client";
import { manifest } from "@nofx/testkit";
import { expect, it } from "vitest";
import { nofx, nofxJson, person } from "./cli.ts";

it("0 and 1: removes a channel and says where it pointed; --dry-run writes nothing; then it is not there", async () => {
  const { token, registry } = await person("publisher");
  await unwrap(registry.publishAgent({ body: manifest() }));
  await unwrap(registry.setChannel({ agentId: "greeter", channel: "beta", body: { version: "1.0.0" } }));
  const argv = ["channels", "delete", "agent:greeter", "beta"];
  const dry = await nofx([...argv, "--dry-run"], { token });
  expect(dry.stdout).toBe("· agent:greeter beta, which pointed at 1.0.0, would be gone. Nothing was written.\n");
  expect((await nofx(argv, { token })).stdout).toMatch(/^✓ .* pointed at 1\.0\.0, is gone \(change \S+\)\n$/);
  for (const more of [[], ["--dry-run"]]) {
    const { exitCode, document } = await nofxJson("channels-delete", [...argv, ...more], { token });
    expect({ exitCode, document }).toMatchObject({ exitCode: 1, document: { error: { code: "channel_not_found" } } });
  }
  await unwrap(registry.setChannel({ agentId: "greeter", channel: "beta", body: { version: "1.0.0" } }));
  expect((await nofxJson("channels-delete", argv, { token })).document).toMatchObject({ dryRun: false });
});
