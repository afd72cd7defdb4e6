import { createHash } from "node:crypto";
import { z } from "zod";

/** A file of a base backup. */
export interface BackedUpFile {
  /** From the data directory on, with slashes. */
  readonly path: string;
  readonly size: number;
  readonly modifiedAt: Date;
  /** SHA-256 of its bytes, in hexadecimal digits. */
  readonly checksum: string;
}

/** What is in a base backup, and which part of the log makes it consistent. */
export interface Manifest {
  /** Of the server that was backed up; unknown before PostgreSQL 17. */
  readonly systemIdentifier?: string | undefined;
  readonly files: readonly BackedUpFile[];
  readonly timeline: number;
  readonly startLsn: string;
  readonly endLsn: string;
}

const time = (at: Date): string => `${at.toISOString().slice(0, 19).replace("T", " ")} GMT`;

const fileLine = ({ path, size, modifiedAt, checksum }: BackedUpFile): string =>
  `{ "Path": ${JSON.stringify(path)}, "Size": ${size}, "Last-Modified": "${time(modifiedAt)}", "Checksum-Algorithm": "SHA256", "Checksum": "${checksum}" }`;

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Writes a manifest in PostgreSQL's own form, `backup_manifest`: `pg_verifybackup` reads it, too. */
export const formatManifest = ({ systemIdentifier, files, timeline, startLsn, endLsn }: Manifest): string => {
  const head =
    systemIdentifier === undefined
      ? `{ "PostgreSQL-Backup-Manifest-Version": 1,\n`
      : `{ "PostgreSQL-Backup-Manifest-Version": 2,\n"System-Identifier": ${systemIdentifier},\n`;
  const body = `${head}"Files": [\n${files.map(fileLine).join(",\n")}\n],
"WAL-Ranges": [
{ "Timeline": ${timeline}, "Start-LSN": "${startLsn}", "End-LSN": "${endLsn}" }
],\n`;
  return `${body}"Manifest-Checksum": "${sha256(body)}"}\n`;
};

const Document = z.object({
  Files: z.array(
    z.object({
      Path: z.string().refine((path) => !path.startsWith("/") && !path.split("/").includes("..")),
      Size: z.int().min(0),
      "Last-Modified": z.string(),
      "Checksum-Algorithm": z.literal("SHA256"),
      Checksum: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
  "WAL-Ranges": z
    .array(z.object({ Timeline: z.int().min(1), "Start-LSN": z.string(), "End-LSN": z.string() }))
    .length(1),
});

const lastLine = /\n"Manifest-Checksum": "([0-9a-f]{64})"\}\n$/;

/** Reads a manifest. @throws if a byte of it is not what was written. */
export const parseManifest = (text: string): Manifest => {
  const checksum = lastLine.exec(text);
  if (!checksum) throw new Error("backup_manifest is not complete");
  if (sha256(text.slice(0, checksum.index + 1)) !== checksum[1]) {
    throw new Error("backup_manifest is damaged: its checksum is another one");
  }
  const document = Document.parse(JSON.parse(text));
  const range = document["WAL-Ranges"][0];
  if (!range) throw new Error("backup_manifest names no part of the log");
  return {
    // A number of 64 bits: read from the text, since JavaScript's are shorter.
    systemIdentifier: /\n"System-Identifier": (\d+),\n/.exec(text)?.[1],
    files: document.Files.map((file) => ({
      path: file.Path,
      size: file.Size,
      modifiedAt: new Date(file["Last-Modified"]),
      checksum: file.Checksum,
    })),
    timeline: range.Timeline,
    startLsn: range["Start-LSN"],
    endLsn: range["End-LSN"],
  };
};
