import { unwrap } from "@nofx/client";
import { expect, inject, it } from "vitest";
import { nofx, nofxJson, person } from "./cli.ts";

it("0: tells tenant, subject, scopes and end of the token, and where it comes from", async () => {
  const ada = await person("viewer");
  const { exitCode, stdout } = await nofx(["whoami"], { token: ada.token });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^token of +NOFX_TOKEN$/m);
  expect(stdout).toMatch(new RegExp(`^tenant +${ada.tenant}$`, "m"));
  expect(stdout).toMatch(/^scopes +.*agents:read/m);
  const { document } = await nofxJson("whoami", ["whoami"], { token: ada.token });
  expect(document).toEqual({
    ...(await unwrap(ada.registry.getWhoami())),
    origin: inject("world").origin,
    tokenFrom: "NOFX_TOKEN",
  });
});

it("4: without a token, or with one that is not good, says how to sign in", async () => {
  for (const token of [undefined, "nofx_wrong"]) {
    const { exitCode, stderr } = await nofx(["whoami"], { token });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 4,
      stderr: expect.stringContaining("→ Sign in with `nofx login`"),
    });
  }
});
