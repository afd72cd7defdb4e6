import { meanMsOf, successOf } from "@nofx/analytics";
import type { PublishedFile } from "@nofx/contract-kit";
import type { AgentRecord, AgentRecordKey, AgentRecordUsage, AgentSummary } from "@nofx/contract-registry";
import { aliasesOf, joinedWords, wordFiles, wordsOf } from "@nofx/document";

/** How many days of UTC count, today included. */
export const usageDays = 30;

/** What an agent did in the last 30 days. */
interface Runs {
  readonly succeeded: number;
  readonly failed: number;
  /** Neither. */
  readonly others: number;
  readonly durationMs: number;
  readonly lastAt: string | undefined;
}

/** An agent with all that is known of it, but for what its files say. */
export interface KnownAgent extends Pick<AgentRecord, "createdAt" | "dependencies" | "versions" | "versionCount"> {
  readonly summary: AgentSummary;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly entryPrompt: string | undefined;
  /** Of the current version. */
  readonly files: readonly PublishedFile[];
  readonly runs: Runs;
}

/** A file of an agent. */
export type FileKey = AgentRecordKey & Pick<PublishedFile, "digest">;

/** The files of an agent's current version that its record has the words of, the prompt first. */
export const filesToRead = ({ summary, files, entryPrompt }: KnownAgent): FileKey[] =>
  wordFiles(files, entryPrompt === undefined ? [] : [entryPrompt]).map(({ digest }) => ({
    tenant: summary.tenant,
    agentId: summary.agentId,
    digest,
  }));

const usageOf = ({ succeeded, failed, others, durationMs, lastAt }: Runs): AgentRecordUsage => {
  const { success } = successOf({ succeeded, failed });
  return {
    runs30d: succeeded + failed + others,
    succeeded30d: succeeded,
    ...(success && { success: success.low }),
    ...(lastAt !== undefined && { lastAt }),
    ...(succeeded > 0 && { meanMs: meanMsOf({ succeeded, durationMs }) }),
  };
};

const capabilitiesOf = (capabilities: AgentSummary["capabilities"]): AgentRecord["capabilities"] =>
  capabilities.map(({ id, label, description }) => ({ id, label, ...(description !== undefined && { description }) }));

/** The record of an agent, with the beginnings of the files that are to be read. */
export const recordOf = (
  { summary, metadata, entryPrompt: _entry, files: _files, runs, ...known }: KnownAgent,
  beginnings: readonly (Uint8Array | undefined)[],
): AgentRecord => {
  const { id: _id, statusReason: _reason, deprecatedAt: _since, ...told } = summary;
  const { license } = metadata;
  return {
    ...told,
    ...known,
    capabilities: capabilitiesOf(summary.capabilities),
    ...(typeof license === "string" && license !== "" && { license }),
    aliases: aliasesOf(metadata),
    text: joinedWords(beginnings.map((bytes) => bytes && wordsOf(bytes))),
    usage: usageOf(runs),
  };
};
