import { expect, it } from "vitest";
import { world } from "./world.ts";

it("is ready beside a registry and a marketplace", async () => {
  const { fetch } = await world();
  const answered = await fetch("http://search.test/health/ready");
  expect([answered.status, await answered.json()]).toMatchObject([200, { status: "ok" }]);
});
