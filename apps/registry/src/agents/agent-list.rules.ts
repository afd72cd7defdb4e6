import { createHash } from "node:crypto";
import type { AgentSort, AgentSummary, ListedAgent } from "@nofx/contract-registry";
import { z } from "zod";

/** What a list of agents was asked for. */
export interface AgentFilter {
  readonly tenant?: string | undefined;
  readonly status?: AgentSummary["status"] | undefined;
  readonly tag?: string | readonly string[] | undefined;
  readonly capability?: string | readonly string[] | undefined;
  readonly owner?: string | undefined;
  readonly model?: string | undefined;
  readonly visibility?: AgentSummary["visibility"] | undefined;
  readonly updatedSince?: string | undefined;
  readonly search?: string | undefined;
  readonly sort?: AgentSort | undefined;
}

/** A list has two parts, one behind the other: the caller's own agents, and everybody else's public ones. */
export type Part = "own" | "others";

/** What to read of one part. */
export interface Selection {
  readonly part: Part;
  /** Labels that the agents have, all of them. Every agent in question has a row for the first in agent_labels. */
  readonly labels: readonly [string, ...string[]];
  readonly search: string | undefined;
  readonly since: string | undefined;
  readonly sort: AgentSort;
}

/** Where a page ended: the value it is sorted by, and the agent. By relevance, `key` is the time of the update. */
export interface AgentPosition {
  readonly part: Part;
  readonly key: string;
  readonly rank: number;
  readonly tenant: string;
  readonly agentId: string;
}

const each = (values: string | readonly string[] | undefined): readonly string[] =>
  values === undefined ? [] : [...new Set([values].flat())].sort();

/** A search without a word in it is none. */
const searchOf = ({ search }: AgentFilter): string | undefined => (search?.trim() ? search : undefined);

const sortOf = (filter: AgentFilter): AgentSort => {
  const { sort = "relevance" } = filter;
  return sort === "relevance" && searchOf(filter) === undefined ? "updated" : sort;
};

/** Whether a part can have agents that fit. Others' private agents are nobody's business, nor are their disabled ones. */
const canFit = (part: Part, filter: AgentFilter, me: string): boolean => {
  if (part === "own") return me !== "" && (filter.tenant ?? me) === me;
  return filter.status !== "disabled" && filter.visibility !== "private" && (me === "" || filter.tenant !== me);
};

/** The parts of a list in their order, each with what to read of it. */
export const selections = (filter: AgentFilter, me: string): Selection[] => {
  const narrow = [
    ...each(filter.tag).map((tag) => `tag:${tag}`),
    ...each(filter.capability).map((capability) => `capability:${capability}`),
    ...each(filter.model).map((model) => `model:${model}`),
    ...each(filter.owner).map((owner) => `owner:${owner}`),
  ];
  const labelsIn = (part: Part): readonly [string, ...string[]] => {
    // Of a disabled agent, agent_labels has nothing but this.
    if (filter.status === "disabled") return ["status:disabled", ...narrow, ...each(filter.visibility).map(visibly)];
    const labels = [
      ...narrow,
      ...(part === "others" ? each(filter.tenant).map((tenant) => `tenant:${tenant}`) : []),
      ...each(filter.status).map((status) => `status:${status}`),
      ...(part === "own" ? each(filter.visibility).map(visibly) : []),
    ];
    const [first = "is:listed", ...rest] = labels;
    return [first, ...rest];
  };
  const about = { search: searchOf(filter), since: filter.updatedSince, sort: sortOf(filter) };
  const parts: readonly Part[] = ["own", "others"];
  return parts.filter((part) => canFit(part, filter, me)).map((part) => ({ part, labels: labelsIn(part), ...about }));
};

const visibly = (visibility: string): string => `visibility:${visibility}`;

/** Whether one range of one index answers it. */
export const isOneRange = ({ labels, search, since, sort }: Selection): boolean =>
  search === undefined && labels.length === 1 && (since === undefined || sort === "updated");

/** What a cursor holds. It comes from outside: everything in it is something that the database can compare. */
export const positionOf = (filter: AgentFilter) =>
  z.object({
    part: z.enum(["own", "others"]),
    key:
      sortOf(filter) === "name"
        ? z
            .string()
            .max(500)
            .regex(/^[^\0]*$/)
        : z.iso.datetime().regex(/^[1-9]/),
    rank: z.number().min(0).max(1e6),
    tenant: z.string().regex(/^[a-z0-9-]{1,63}$/),
    agentId: z.string().regex(/^[a-z0-9._-]{1,128}$/),
  });

/** A cursor is good for the filters and the order it was made with. */
export const listName = (filter: AgentFilter): string => {
  const { tenant, status, owner, model, visibility, updatedSince } = filter;
  const asked = [each(filter.tag), each(filter.capability), searchOf(filter), sortOf(filter)];
  const all = JSON.stringify([tenant, status, owner, model, visibility, updatedSince, ...asked]);
  return `agents ${createHash("sha256").update(all).digest("base64url").slice(0, 22)}`;
};

/** What `fields` asks for of an agent: its ids are always there. */
export const sparse = (agent: AgentSummary, fields: string | undefined): ListedAgent => {
  if (fields === undefined) return agent;
  const wanted = new Set(["id", "tenant", "agentId", ...fields.split(",")]);
  return Object.fromEntries(Object.entries(agent).filter(([name]) => wanted.has(name))) as ListedAgent;
};
