import { changeOperations } from "@nofx/contract-kit";

export { Change } from "@nofx/contract-kit";

export const { listChanges, renewFeedEpoch } = changeOperations({
  name: "",
  path: "/api/changes",
  tag: "Changes",
  example: {
    id: "0199f3a2-7b1c-7d5e-8f00-3c2a1b4d5e6f",
    cursor: "5f0c2f6e-8a51-4f7e-9d37-0b7a4c1e2d3f:42",
    tenant: "acme",
    visibility: "public",
    type: "agent.version_published",
    resourceType: "agent",
    resourceId: "code-review",
    version: "2.0.0",
    data: { currentVersion: "2.0.0", visibility: "public" },
    at: "2026-11-22T09:30:00.000Z",
    correlationId: "9c0f3d5e7a1b4c2d8e6f0a1b2c3d4e5f",
  },
});
