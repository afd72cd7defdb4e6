import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { marketplace } from "./marketplace.ts";

describe("renewMarketplaceFeedEpoch", () => {
  it("200 for the operator: cursors of before are gone; 403 for a tenant's administrator", async () => {
    const { as, person, operator, anonymous } = await marketplace();
    const { next } = await unwrap(anonymous.listMarketplaceChanges());
    const body = { reason: "Restored a backup" };
    const admin = as(await person("admin"));
    expect(await admin.renewMarketplaceFeedEpoch({ body })).toBeProblem(403, "forbidden");
    const { epoch } = await unwrap(operator.renewMarketplaceFeedEpoch({ body }));
    expect(next.startsWith(epoch)).toBe(false);
    expect(await anonymous.listMarketplaceChanges({ after: next })).toBeProblem(410, "changes_gone");
  });
});
