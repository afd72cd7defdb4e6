import { unwrap } from "@nofx/client";
import { describe, expect, it, vi } from "vitest";
import { marketplace } from "./marketplace.ts";
import { withPrompt } from "./prompts.ts";

describe("verifyMarketplaceAudit", () => {
  it("200: valid as it was written; one changed entry is named", async () => {
    const world = await marketplace();
    const { client, id } = await withPrompt(world, {}, "admin");
    await unwrap(client.updateBuilderTemplate({ id, body: { description: "x" } }));
    await vi.waitFor(
      async () => expect(await unwrap(client.verifyMarketplaceAudit())).toMatchObject({ verified: 2, pending: 0 }),
      { timeout: 10_000, interval: 100 },
    );
    expect(await unwrap(client.verifyMarketplaceAudit())).toMatchObject({ valid: true });
    await world.database.query("ALTER TABLE marketplace.audit_log DISABLE TRIGGER USER");
    const [entry] = await world.database.query<{ id: string }>(
      "UPDATE marketplace.audit_log SET reason = 'because' WHERE id = (SELECT max(id) FROM marketplace.audit_log) RETURNING id",
    );
    expect(await unwrap(client.verifyMarketplaceAudit())).toMatchObject({
      valid: false,
      firstBroken: { auditId: entry?.id, reason: "altered" },
    });
  });
});
