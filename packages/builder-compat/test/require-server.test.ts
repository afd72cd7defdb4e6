import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const run = (env: Record<string, string>) =>
  spawnSync(process.execPath, [join(import.meta.dirname, "require-server.ts")], { env, encoding: "utf8" });

describe("require-server", () => {
  it.each([
    [{}, "Set BUILDER_URL and BUILDER_TOKEN:"],
    [{ BUILDER_TOKEN: "x" }, "Set BUILDER_URL:"],
    [{ BUILDER_URL: "http://127.0.0.1:4000", BUILDER_TOKEN: "" }, "Set BUILDER_TOKEN:"],
  ])("exits 1 with %j and says what to set", (env, message) => {
    const { status, stderr } = run(env);
    expect(status).toBe(1);
    expect(stderr).toContain(message);
  });

  it("exits 0 without a word when it knows the server", () => {
    const { status, stdout, stderr } = run({ BUILDER_URL: "http://127.0.0.1:4000", BUILDER_TOKEN: "x" });
    expect([status, stdout, stderr]).toEqual([0, "", ""]);
  });
});
