import { auditOperations } from "@nofx/contract-kit";

const log = auditOperations({
  name: "Marketplace",
  path: "/api/marketplace/audit",
  tag: "Audit",
  example: {
    since: "2026-11-01T00:00:00.000Z",
    head: { position: 200, hash: `sha256:${"77".repeat(32)}` },
    entry: {
      id: "1841",
      at: "2026-11-22T09:30:00.000Z",
      actor: "token:0197a5b2-5f1c-7c3e-9a53-0c4f6d2b8e11",
      action: "template.version_published",
      resourceType: "template",
      resourceId: "tmpl_0199f3a2-7b1c-4d5e-8f00-3c2a1b4d5e6f",
      version: "1.0.0",
      details: { kind: "prompt", currentVersion: "1.0.0", visibility: "private" },
      correlationId: "build-4711",
      changeId: "0197a5b2-6a10-7b8d-8f0e-4a1f2c3d4e5f",
      seal: { position: 212, hash: `sha256:${"c4".repeat(32)}`, previousHash: `sha256:${"1e".repeat(32)}` },
    },
  },
});

export const listMarketplaceAudit = log.listAudit;
export const verifyMarketplaceAudit = log.verifyAudit;
export const exportMarketplaceAudit = log.exportAudit;
