import { unwrap } from "@nofx/client";
import { describe, expect, it, vi } from "vitest";
import { marketplace } from "./marketplace.ts";
import { withPrompt } from "./prompts.ts";

describe("exportMarketplaceAudit", () => {
  it("200: every sealed entry of one's own tenant, a line each", async () => {
    const world = await marketplace();
    const { client, id } = await withPrompt(world, {}, "admin");
    await withPrompt(world);
    const lines = await vi.waitFor(
      async () => {
        const text = new TextDecoder().decode(await unwrap(client.exportMarketplaceAudit()));
        expect(text).toMatch(/\n$/);
        return text.trim().split("\n");
      },
      { timeout: 10_000, interval: 100 },
    );
    expect(lines.map((line) => JSON.parse(line).entry.resourceId)).toEqual([id]);
  });
});
