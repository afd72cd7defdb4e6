import type { Example } from "@nofx/contract-kit";

const agent = { type: "agent", tenant: "acme", id: "code-review" };
const template = { type: "template", tenant: "acme", id: "release-train" };
const use = { version: "2.0.0", range: "^1.2.0", locked: "1.2.0", environment: "production" };

export const getRelations: Example = {
  arguments: { type: "agent", id: "code-review", tenant: "acme", direction: "used-by" },
  answer: {
    nodes: [
      {
        ...agent,
        depth: 0,
        found: true,
        name: "Code Review",
        currentVersion: "1.2.0",
        status: "active",
        visibility: "public",
      },
      {
        ...template,
        depth: 1,
        found: true,
        name: "Release train",
        currentVersion: "2.0.0",
        status: "active",
        visibility: "public",
      },
    ],
    edges: [{ from: template, to: agent, relation: "uses", direction: "used-by", depth: 1, dead: false, ...use }],
    truncated: false,
  },
};

export const getRelationImpact: Example = {
  arguments: { type: "agent", id: "code-review", tenant: "acme", version: "1.2.0" },
  answer: {
    version: "1.2.0",
    breaking: 1,
    satisfied: 0,
    dependents: [{ ...template, depth: 1, on: agent, reason: "locked", breaks: true, ...use, satisfiedBy: "1.3.0" }],
    truncated: false,
  },
};
