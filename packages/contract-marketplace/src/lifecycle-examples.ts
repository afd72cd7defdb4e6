import type { Example } from "@nofx/contract-kit";
import { template, templateId, version } from "./template-examples.ts";

const reason = "Superseded by release-train";
const deprecatedAt = "2026-11-22T10:00:00.000Z";
const successor = { tenant: "acme", templateId: "release-train" };
const amended = "The notes leave out security fixes";

export const setTemplateStatus: Example = {
  arguments: {
    templateId,
    body: { status: "deprecated", reason, successor: { templateId: successor.templateId } },
  },
  answer: {
    outcome: "changed",
    dryRun: false,
    template: { ...template, status: "deprecated", statusReason: reason, deprecatedAt, successor },
    impact: {
      fields: [{ path: "$.status", before: "active", after: "deprecated" }],
      versionsAbove: [],
      dependents: [
        {
          tenant: "acme",
          templateId: "launch-week",
          version: "1.2.0",
          status: "active",
          range: "^1.0.0",
          satisfied: true,
        },
      ],
      dependentsTruncated: false,
    },
  },
};
export const setTemplateVersionStatus: Example = {
  arguments: {
    templateId,
    version: "1.0.0",
    body: { status: "deprecated", reason: amended, successor: version.version },
  },
  answer: {
    outcome: "changed",
    template,
    version: {
      ...version,
      id: "c1b7d7f0-8f0e-4a3a-9a53-0c8f0f6e2d24",
      version: "1.0.0",
      status: "deprecated",
      statusReason: amended,
      deprecatedAt,
      successor: version.version,
      publishedAt: "2026-06-01T08:00:00.000Z",
    },
  },
};
