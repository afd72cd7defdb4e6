import { type AgentRecord, AgentRecordKey } from "@nofx/contract-registry";
import { cursorCodec, type RequestContext, toPage } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { type FileKey, filesToRead, type KnownAgent, recordOf } from "./agent-record.rules.ts";
import { findBeginnings, listKeys, listKnownAgents } from "./agent-record.store.ts";

const cursors = cursorCodec("agent-records", AgentRecordKey);

const fileName = ({ tenant, agentId, digest }: FileKey): string => `${tenant}/${agentId} ${digest}`;

/** Reads the files of all agents at once. */
const recordsOf = async (deps: Deps, ctx: RequestContext, agents: readonly KnownAgent[]): Promise<AgentRecord[]> => {
  const wanted = agents.map(filesToRead);
  const found = await findBeginnings(deps.db, ctx, wanted.flat());
  const contentOf = new Map(found.map((file) => [fileName(file), file.content]));
  return agents.map((agent, at) =>
    recordOf(
      agent,
      (wanted[at] ?? []).map((file) => contentOf.get(fileName(file))),
    ),
  );
};

/** What is known of all tenants' agents, by tenant and id: two statements, however many. @throws cursor_invalid */
export const listRecords = async (
  deps: Deps,
  ctx: RequestContext,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ records: AgentRecord[]; nextCursor?: string }> => {
  const selection = { after: cursors.decode(cursor), limit: limit + 1 };
  const found = await listKnownAgents(deps.db, ctx, selection, deps.now());
  const { items, ...rest } = toPage(found, limit, ({ summary: { tenant, agentId } }) =>
    cursors.encode({ tenant, agentId }),
  );
  return { records: await recordsOf(deps, ctx, items), ...rest };
};

/** What agents of all tenants there are, by tenant and id: with the cursors of the records. @throws cursor_invalid */
export const listRecordKeys = async (
  { db }: Pick<Deps, "db">,
  ctx: RequestContext,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ keys: AgentRecordKey[]; nextCursor?: string }> => {
  const keys = await listKeys(db, ctx, { after: cursors.decode(cursor), limit: limit + 1 });
  const { items, ...rest } = toPage(keys, limit, cursors.encode);
  return { keys: items, ...rest };
};

/** What is known of these agents, those that there are. */
export const getRecords = async (
  deps: Deps,
  ctx: RequestContext,
  keys: readonly AgentRecordKey[],
): Promise<AgentRecord[]> => recordsOf(deps, ctx, await listKnownAgents(deps.db, ctx, { keys }, deps.now()));
