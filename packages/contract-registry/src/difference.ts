import { Bump, Difference, ResourceId, SemVer } from "@nofx/contract-kit";
import { z } from "zod";
import { agentParams, read, tenantQuery } from "./agent.ts";
import { defineOperation } from "./errors.ts";

export const diffAgentVersions = defineOperation({
  id: "diffAgentVersions",
  method: "GET",
  path: "/api/agents/{agentId}/diff",
  tag: "Agents",
  summary: "Compare two versions of an agent",
  description:
    "Every difference between two published documents, with what it means for those who rely on the agent, and the bump that all of them together demand. As text/plain: a unified diff of the documents and of the text files that differ.",
  access: read,
  params: agentParams,
  query: z.object({
    from: SemVer.meta({ description: "The version that counts as the earlier one" }),
    to: SemVer.meta({ description: "The version that counts as the later one" }),
    ...tenantQuery,
  }),
  success: {
    200: z.object({
      agentId: ResourceId,
      from: SemVer,
      to: SemVer,
      bump: Bump.meta({ description: "What a version number has to say about the step from `from` to `to`" }),
      differences: z.array(Difference),
    }),
  },
  alternatives: { "text/plain": "Unified diff of the documents and of the text files that differ" },
  example: {
    arguments: { agentId: "code-review", from: "1.3.0", to: "2.0.0", tenant: "acme" },
    answer: {
      agentId: "code-review",
      from: "1.3.0",
      to: "2.0.0",
      bump: "major",
      differences: [
        {
          path: "$.capabilities[?@.id=='post-comments']",
          before: { id: "post-comments", label: "Post comments" },
          severity: "major",
          reason: "Capability `post-comments` is removed: callers that rely on it break",
        },
        {
          path: "$.version",
          before: "1.3.0",
          after: "2.0.0",
          severity: "patch",
          reason: "The version number is another one",
        },
      ],
    },
  },
  errors: ["agent_not_found", "version_not_found"],
});
