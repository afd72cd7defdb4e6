import type { Pruned } from "./prune-backups.ts";
import type { Restored } from "./restore-backup.ts";
import type { TakenBackup } from "./take-backup.ts";
import type { Verdict } from "./verify-backup.ts";

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

export const tellTaken = ({ name, files, bytes, ms }: TakenBackup): string =>
  `Backup ${name}: ${files} files, ${megabytes(bytes)}, ${seconds(ms)}`;

export const tellVerdict = ({ name, problems, files, bytes, wal }: Verdict): string => {
  const last = wal?.last && `, last ${wal.last.name}, archived at ${wal.last.archivedAt.toISOString()}`;
  return problems.length === 0
    ? `OK: backup ${name}, ${files} files, ${megabytes(bytes)}, ${wal?.segments} segments of the log${last}`
    : [`NOT GOOD: backup ${name}`, ...problems.map((problem) => `  ${problem}`)].join("\n");
};

export const tellPruned = ({ kept, removed, segments }: Pruned): string =>
  `Kept ${kept.length} backups, removed ${removed.length} and ${segments} files of the log`;

export const tellRestored = (data: string, restored: Restored): string => {
  const { backup, tracks, problems, files, copyMs, recoveryMs, checkMs } = restored;
  const lines = tracks.map(({ database, schema, epoch, counts, auditEntries }) => {
    const rows = Object.entries(counts).map(([table, n]) => `${n} ${table}`);
    return `  ${database}.${schema}: ${[...rows, `${auditEntries} audit entries`].join(", ")}; new epoch ${epoch}`;
  });
  const times = `copied ${seconds(copyMs)}, recovered ${seconds(recoveryMs)}, checked ${seconds(checkMs)}`;
  const head = `Restored backup ${backup} into ${data}: ${files} files; ${times}`;
  if (problems.length === 0) return [head, ...lines, "The server can be started."].join("\n");
  return [
    head,
    ...lines,
    "NOT GOOD:",
    ...problems.map((problem) => `  ${problem}`),
    `The server does not start, since pg_hba.conf is missing in ${data}. Copy it from the backup to use the data as it is.`,
  ].join("\n");
};
