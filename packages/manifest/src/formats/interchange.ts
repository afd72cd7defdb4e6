import {
  type AgentVersionDocument,
  type Finding,
  type InterchangeFormat,
  interchangeFormats,
  type Loss,
  type Origin,
} from "@nofx/contract-registry";
import { asArray, asObject, finding } from "@nofx/document";
import { sha256 } from "../digest.ts";
import { readCard } from "./a2a-read.ts";
import { writeCard } from "./a2a-write.ts";
import type { ExportContext, Format } from "./conversion.ts";
import { idOf, versionOf } from "./identity.ts";
import { readJson } from "./json-text.ts";
import { lossAt } from "./ledger.ts";
import { readServer } from "./mcp-read.ts";
import { writeServer } from "./mcp-write.ts";
import { readRecord } from "./oasf-read.ts";
import { oasfVersion, writeRecord } from "./oasf-write.ts";

const formats: Readonly<Record<InterchangeFormat, Format>> = {
  a2a: { fileName: "agent-card.json", formatVersion: "1.0", read: readCard, write: writeCard },
  mcp: { fileName: "server.json", formatVersion: "2025-12-11", read: readServer, write: writeServer },
  oasf: { fileName: "oasf.json", formatVersion: oasfVersion, read: readRecord, write: writeRecord },
};

/** What to import, and what the caller decides about it. */
export interface ImportOrder {
  readonly format: InterchangeFormat;
  /** The document's text, exactly. */
  readonly content: string;
  readonly agentId?: string | undefined;
  readonly version?: string | undefined;
}

/** A body of publish that is not judged yet, and what did not come along; or everything that is wrong with the document. */
export type Import =
  | { readonly manifest: unknown; readonly losses: readonly Loss[] }
  | { readonly problems: readonly Finding[] };

const versionLoss = (from: string, to: string): Loss[] =>
  from === to ? [] : [lossAt(["version"], `"${from}" is written ${to}: versions are semantic here`)];

const withoutVersion = (text: string): Finding =>
  finding("error", ["version"], "version_unreadable", `"${text}" does not mean a semantic version; give \`version\``);

/** Makes a manifest of another ecosystem's document. The document itself becomes a file of the version, byte for byte. */
export const importDocument = (order: ImportOrder): Import => {
  const { format, content } = order;
  const { fileName, read } = formats[format];
  const json = readJson(content);
  if ("problems" in json) return json;
  const draft = read(json.value);
  if ("problems" in draft) {
    return {
      problems: draft.problems.map((problem, index) => ({
        ...problem,
        message: `${problem.message} (${json.placeOf(draft.places[index] ?? [])})`,
      })),
    };
  }
  const version = order.version ?? versionOf(draft.version);
  if (version === undefined) return { problems: [withoutVersion(draft.version)] };
  const file = `origin/${fileName}`;
  const origin: Origin = { format, formatVersion: draft.formatVersion.slice(0, 40), file, digest: sha256(content) };
  const { name, description, ...rest } = draft.manifest;
  return {
    manifest: {
      agentId: order.agentId ?? idOf(draft.name, "agent"),
      version,
      name,
      ...(description !== "" && { description }),
      ...rest,
      manifest: { ...draft.manifest.manifest, origin },
      files: [{ path: file, content, encoding: "utf-8" }],
    },
    losses: [...json.losses, ...versionLoss(draft.version, version), ...draft.losses],
  };
};

/** A document as it leaves, in a form of its own ecosystem. */
export interface ExportedText {
  readonly format: InterchangeFormat;
  readonly formatVersion: string;
  readonly fileName: string;
  readonly content: string;
  readonly losses: readonly Loss[];
}

/** The file that holds the original of a version in a format, if it came from that format. */
export const originalOf = ({ manifest, files = [] }: AgentVersionDocument, format: InterchangeFormat) => {
  const { origin } = manifest;
  const file = origin?.format === format && files.find(({ path }) => path === origin.file);
  return origin && file ? { formatVersion: origin.formatVersion, digest: file.digest } : undefined;
};

/** Writes a version in another ecosystem's format, from its manifest alone; or says why that cannot be. */
export const exportDocument = (
  format: InterchangeFormat,
  document: AgentVersionDocument,
  context: ExportContext,
): ExportedText | { readonly obstacle: string } => {
  const { fileName, formatVersion, write } = formats[format];
  const written = write(document, context);
  if ("obstacle" in written) return written;
  const content = `${JSON.stringify(written.document, null, 2)}\n`;
  return { format, formatVersion, fileName, content, losses: written.losses };
};

/** What a version's original is called in its format. */
export const fileNameOf = (format: InterchangeFormat): string => formats[format].fileName;

const isFormat = (value: unknown): value is InterchangeFormat => interchangeFormats.some((format) => format === value);

/** What is wrong with a manifest's claim to have been imported: the original must be there, and be what it is called. */
export const originFindings = (definition: Readonly<Record<string, unknown>>, files: readonly unknown[]): Finding[] => {
  const { format, file, digest } = asObject(definition.origin);
  if (!isFormat(format) || typeof file !== "string") return [];
  const { content, encoding } = asObject(asArray(files).find((candidate) => asObject(candidate).path === file));
  const wrong = (key: string, code: string, message: string) => [
    finding("error", ["manifest", "origin", key], code, message),
  ];
  if (typeof content !== "string" || encoding === "base64") {
    return wrong("file", "origin_not_published", `No text file "${file}" is published with it`);
  }
  if (digest !== sha256(content)) return wrong("digest", "origin_changed", `The file's digest is ${sha256(content)}`);
  const json = readJson(content);
  const draft = "problems" in json ? json : formats[format].read(json.value);
  return "problems" in draft ? wrong("file", "origin_invalid", `"${file}" is not a document of format ${format}`) : [];
};
