/** What PostgreSQL says of a base backup, byte for byte as it gave it: where recovery begins. */
export interface BackupLabel {
  readonly startLsn: string;
  readonly startSegment: string;
  readonly timeline: number;
}

/** Reads `backup_label`. @throws if it does not say where recovery begins. */
export const parseBackupLabel = (text: string): BackupLabel => {
  const start = /^START WAL LOCATION: ([0-9A-F]+\/[0-9A-F]+) \(file ([0-9A-F]{24})\)$/m.exec(text);
  const timeline = /^START TIMELINE: (\d+)$/m.exec(text);
  if (!start?.[1] || !start[2] || !timeline?.[1]) {
    throw new Error("backup_label does not say where recovery begins");
  }
  return { startLsn: start[1], startSegment: start[2], timeline: Number(timeline[1]) };
};
