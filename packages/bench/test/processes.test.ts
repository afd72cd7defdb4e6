import { describe, expect, it, onTestFinished } from "vitest";
import type { BareRoute } from "../src/bare.ts";
import { startBareProcess, startRegistryProcess } from "../src/children.ts";

const route = (bodies: Record<string, string>): BareRoute => ({
  route: "/things/:id",
  contentType: "text/plain; charset=utf-8",
  bodies: new Map(Object.entries(bodies).map(([address, body]) => [address, Buffer.from(body)])),
});

describe("the bare server", () => {
  it("answers each address with its own bytes, until it is stopped", async () => {
    const bare = await startBareProcess([route({ "/things/1": "one", "/things/2?part=a": "two ü" })]);
    onTestFinished(bare.stop);
    const first = await fetch(`${bare.url}/things/1`);
    expect(first.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(await first.text()).toBe("one");
    expect(await (await fetch(`${bare.url}/things/2?part=a`)).text()).toBe("two ü");
    expect((await fetch(`${bare.url}/elsewhere`)).status).toBe(404);
    await bare.stop();
    await expect(fetch(`${bare.url}/things/1`)).rejects.toThrow();
  });

  it("is stopped once, however often it is asked", async () => {
    const bare = await startBareProcess([]);
    await bare.stop();
    await bare.stop();
    await expect(fetch(bare.url)).rejects.toThrow();
  });

  it("that ends instead of listening is an error", async () => {
    await expect(startBareProcess([{ ...route({}), route: "no slash" }])).rejects.toThrow(
      "The bare server did not start",
    );
  });
});

describe("the registry's process", () => {
  it("that ends instead of getting ready is an error at once", async () => {
    const startedAt = performance.now();
    await expect(startRegistryProcess({ DATABASE_URL: "" })).rejects.toThrow("The registry did not start");
    expect(performance.now() - startedAt).toBeLessThan(55_000);
  });
});
