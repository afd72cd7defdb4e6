import pg from "pg";

/** A server that can be backed up, as its own settings tell it. */
export interface ServerFacts {
  readonly systemIdentifier: string;
  readonly version: number;
  readonly dataDirectory: string;
  readonly segmentBytes: number;
  readonly timeline: number;
}

interface FactRow {
  readonly system_identifier: string;
  readonly version: number;
  readonly data_directory: string;
  readonly segment_bytes: number;
  readonly timeline: number;
  readonly in_recovery: boolean;
  readonly archive_mode: string;
  readonly archives: boolean;
  readonly tablespaces: string[];
}

const refusal = (row: FactRow): string | undefined => {
  if (row.in_recovery) return "The server is a replica or is being restored; back up the primary";
  if (row.archive_mode === "off") return "The server archives no log: set archive_mode = on, and restart it";
  if (!row.archives) return "The server has no archive_command: without an archive, a base backup is of no use";
  if (row.tablespaces.length > 0) return `Tablespaces are not supported: ${row.tablespaces.join(", ")}`;
  return undefined;
};

const readFacts = async (client: pg.Client): Promise<ServerFacts> => {
  const { rows } = await client.query<FactRow>(`
    SELECT (SELECT system_identifier::text FROM pg_control_system()) AS system_identifier,
      current_setting('server_version_num')::int AS version,
      current_setting('data_directory') AS data_directory,
      (SELECT setting::int FROM pg_settings WHERE name = 'wal_segment_size') AS segment_bytes,
      (SELECT timeline_id FROM pg_control_checkpoint()) AS timeline,
      pg_is_in_recovery() AS in_recovery,
      current_setting('archive_mode') AS archive_mode,
      current_setting('archive_command') NOT IN ('', '(disabled)') OR current_setting('archive_library') <> '' AS archives,
      (SELECT coalesce(json_agg(spcname), '[]') FROM pg_tablespace WHERE oid NOT IN (1663, 1664)) AS tablespaces`);
  const row = rows[0] as FactRow;
  const refused = refusal(row);
  if (refused) throw new Error(refused);
  const { system_identifier: systemIdentifier, version, data_directory: dataDirectory, timeline } = row;
  return { systemIdentifier, version, dataDirectory, segmentBytes: row.segment_bytes, timeline };
};

/** What the server gives at the end of a backup. */
export interface BackupEnd {
  readonly lsn: string;
  readonly label: string;
  readonly at: Date;
}

/** The connection of one backup: the server ends the backup when it breaks. */
export interface BackupSession {
  readonly facts: ServerFacts;
  /** Begins with a checkpoint, at once. Gives where the log must be replayed from. */
  begin(label: string): Promise<string>;
  /** Ends the backup, and begins a new segment, so that the last one goes to the archive. */
  end(): Promise<BackupEnd>;
  /** The last failure of the archive command; `undefined`: none since the last success. */
  archiveFailure(): Promise<string | undefined>;
  close(): Promise<void>;
}

const openClient = async (url: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: url, application_name: "nofx backup", keepAlive: true });
  // The next statement tells of a broken connection. Without a listener it ends the process.
  client.on("error", () => undefined);
  await client.connect();
  return client;
};

const archiveFailure = async (client: pg.Client): Promise<string | undefined> => {
  const { rows } = await client.query<{ failed: string | null }>(`
    SELECT CASE WHEN last_failed_time > coalesce(last_archived_time, '-infinity')
      THEN last_failed_wal || ' at ' || last_failed_time END AS failed FROM pg_stat_archiver`);
  return rows[0]?.failed ?? undefined;
};

/** Connects, and makes sure that this is a server to back up and that no other backup is at work. */
export const openSession = async (url: string): Promise<BackupSession> => {
  const client = await openClient(url);
  try {
    await client.query("SET statement_timeout = 0");
    await client.query("SET idle_session_timeout = 0");
    const { rows } = await client.query<{ mine: boolean }>(
      "SELECT pg_try_advisory_lock(hashtextextended('nofx.backup', 0)) AS mine",
    );
    if (!rows[0]?.mine) throw new Error("Another backup of this server is at work");
    const facts = await readFacts(client);
    return {
      facts,
      begin: async (label) => {
        const { rows } = await client.query<{ lsn: string }>("SELECT pg_backup_start($1, true) AS lsn", [label]);
        return rows[0]?.lsn as string;
      },
      end: async () => {
        const { rows } = await client.query<BackupEnd>(
          "SELECT lsn, labelfile AS label, clock_timestamp() AS at FROM pg_backup_stop(false)",
        );
        return rows[0] as BackupEnd;
      },
      archiveFailure: () => archiveFailure(client),
      close: () => client.end(),
    };
  } catch (error) {
    await client.end();
    throw error;
  }
};

/** Marks this moment in the log by a name that a restore can aim at. Gives its place. */
export const makeRestorePoint = async (url: string, name: string): Promise<string> => {
  const client = await openClient(url);
  try {
    const { rows } = await client.query<{ lsn: string }>("SELECT pg_create_restore_point($1) AS lsn", [name]);
    return rows[0]?.lsn as string;
  } finally {
    await client.end();
  }
};
