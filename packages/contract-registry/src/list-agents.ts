import { page, pageQuery, ResourceId, Timestamp, Visibility } from "@nofx/contract-kit";
import { z } from "zod";
import { AgentStatus, AgentSummary, ListedAgent, read, tenantQuery } from "./agent.ts";
import { defineOperation } from "./errors.ts";
import { Tag } from "./manifest.ts";

/** In which order a list of agents comes. */
export const AgentSort = z.enum(["updated", "name", "published", "relevance"]).meta({
  description:
    "`updated` and `published`: newest first; `name`: A to Z; `relevance`: best match of `search` first. Default: `relevance` with `search`, else `updated`",
});
export type AgentSort = z.infer<typeof AgentSort>;

const summaryFields = Object.keys(AgentSummary.shape);

/** A parameter that may come several times: `tag=a&tag=b`. */
const repeatable = <T extends z.ZodType>(item: T, description: string) =>
  z
    .union([item, z.array(item).min(1).max(10)])
    .optional()
    .meta({ description });

const text = z.string().min(1).max(200);

const filters = z
  .object({
    ...pageQuery,
    ...tenantQuery,
    status: AgentStatus.optional(),
    tag: repeatable(Tag, "May come several times: agents that have all of them"),
    capability: repeatable(ResourceId, "Id of a capability; may come several times: agents that have all of them"),
    owner: text.optional().meta({ description: "`metadata.owner`" }),
    model: text.optional().meta({ description: "`manifest.model` of the current version" }),
    visibility: Visibility.optional(),
    updatedSince: Timestamp.optional().meta({ description: "Agents that were updated then or later" }),
    search: z.string().max(200).optional().meta({
      description:
        'Words in names, ids, tags, capabilities and descriptions, in any form (`review` finds "reviews"), the last one also as a beginning; `"in this order"`, `this or that`, `-without`',
    }),
    sort: AgentSort.optional(),
    fields: z
      .string()
      .max(500)
      .regex(new RegExp(`^(?:${summaryFields.join("|")})(?:,(?:${summaryFields.join("|")}))*$`), {
        error: `Use a comma-separated list of: ${summaryFields.join(", ")}`,
      })
      .optional()
      .meta({
        description: "Only these fields of each agent, comma-separated; `id`, `tenant` and `agentId` are always there",
      }),
  })
  .refine(({ sort, search }) => sort !== "relevance" || search !== undefined, {
    path: ["sort"],
    error: "Sort by relevance only together with `search`",
  });

export const listAgents = defineOperation({
  id: "listAgents",
  method: "GET",
  path: "/api/agents",
  tag: "Agents",
  summary: "List agents",
  description:
    "Lists the agents you may read: your own tenant's, then everyone's public ones, each in the order of `sort`. Without a token: all public agents. Filters apply together. Disabled agents are listed only when asked for by status, to their own tenant. By relevance, a search that matches more than 2,000 agents lists the best of those with the words in their names and of the 1,000 most recently updated.",
  access: read,
  query: filters,
  success: { 200: page("agents", ListedAgent) },
  example: {
    arguments: { tenant: "acme", tag: ["review"], search: "pull request", limit: 1 },
    answer: {
      agents: [
        {
          id: "0199a3f0-6c1e-7cc2-b7f4-3f5f6d2a9b10",
          tenant: "acme",
          agentId: "code-review",
          name: "Code review",
          description: "Reviews a pull request and names what must change before it is merged.",
          status: "active",
          visibility: "public",
          currentVersion: "1.4.0",
          capabilities: [{ id: "review-diff", label: "Review a diff" }],
          tags: ["review", "security"],
          updatedAt: "2026-11-22T09:30:00.000Z",
          owner: "platform-team",
          model: "claude-sonnet-4-5",
          publishedAt: "2026-11-22T09:30:00.000Z",
        },
      ],
      nextCursor: "WyJhZ2VudHMiLHt9XQ",
    },
  },
  errors: [],
});
