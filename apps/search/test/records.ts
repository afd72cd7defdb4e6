import { TemplateRecord } from "@nofx/contract-marketplace";
import { AgentRecord } from "@nofx/contract-registry";

const at = "2026-01-01T00:00:00.000Z";
const version = { version: "1.0.0", status: "active", publishedAt: at, publishedBy: "alice" };
const common = { tenant: "acme", visibility: "public", status: "active", currentVersion: "1.0.0", tags: ["demo"] };
const times = { createdAt: at, updatedAt: at, publishedAt: at, versions: [version], versionCount: 1 };

/** A record of an agent, with what the test is about in its place. */
export const agentRecord = (overrides: Partial<AgentRecord> = {}): AgentRecord =>
  AgentRecord.parse({
    ...common,
    ...times,
    agentId: "greeter",
    name: "Greeter",
    capabilities: [],
    aliases: [],
    dependencies: [],
    text: "",
    usage: { runs30d: 0, succeeded30d: 0 },
    ...overrides,
  });

/** A record of a template likewise. */
export const templateRecord = (overrides: Partial<TemplateRecord> = {}): TemplateRecord =>
  TemplateRecord.parse({
    ...common,
    ...times,
    templateId: "release-notes",
    kind: "workflow",
    name: "Release notes",
    categories: [],
    aliases: [],
    text: "",
    rating: { count: 0 },
    usage: { runs30d: 0, succeeded30d: 0, popularityScore: 0 },
    uses: [],
    ...overrides,
  });
