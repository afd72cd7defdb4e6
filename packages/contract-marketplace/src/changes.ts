import { changeOperations } from "@nofx/contract-kit";

const feed = changeOperations({
  name: "Marketplace",
  path: "/api/marketplace/changes",
  tag: "Changes",
  example: {
    id: "0199f3a2-7b1c-7d5e-8f00-3c2a1b4d5e70",
    cursor: "5f0c2f6e-8a51-4f7e-9d37-0b7a4c1e2d40:42",
    tenant: "acme",
    visibility: "private",
    type: "template.version_published",
    resourceType: "template",
    resourceId: "tmpl_0199f3a2-7b1c-4d5e-8f00-3c2a1b4d5e6f",
    version: "1.0.0",
    data: { kind: "prompt", currentVersion: "1.0.0", visibility: "private" },
    at: "2026-11-22T09:30:00.000Z",
    correlationId: "9c0f3d5e7a1b4c2d8e6f0a1b2c3d4e5f",
  },
});

export const listMarketplaceChanges = feed.listChanges;
export const renewMarketplaceFeedEpoch = feed.renewFeedEpoch;
