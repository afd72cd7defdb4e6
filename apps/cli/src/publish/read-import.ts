import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { buffer } from "node:stream/consumers";
import { RawBody } from "@nofx/contract-kit";
import type { InterchangeFormat } from "@nofx/contract-registry";
import { asObject, readText } from "@nofx/document";
import type { Context } from "../context.ts";
import { CliFailure, localFailure } from "../failure.ts";

/** What a file that is to be imported holds. */
export type Imported =
  | { readonly kind: "bundle"; readonly body: RawBody | Readonly<Record<string, unknown>> }
  | { readonly kind: "agent"; readonly content: string; readonly format: InterchangeFormat | undefined }
  | { readonly kind: "builder"; readonly templates: readonly unknown[] };

/** A file as messages name it. */
export const nameOfFile = (file: string): string => (file === "-" ? "Standard input" : file);

/** The bytes of a file; `-` is stdin. */
const bytesOf = ({ cwd, stdin }: Context, file: string): Promise<Buffer> =>
  file === "-" ? buffer(stdin) : readFile(resolve(cwd, file));

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;
const isTar = (bytes: Buffer): boolean => bytes.toString("latin1", 257, 262) === "ustar";

const textIn = (bytes: Uint8Array, file: string): string => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const next = "Give a bundle (tar, packed or not), or a document in JSON.";
    throw localFailure("not_importable", `${nameOfFile(file)} is no archive and no text`, next);
  }
};

/** @throws CliFailure with the places of what is wrong. */
const jsonIn = (text: string, file: string): unknown => {
  const { content, errors } = readText(text);
  if (content && errors.length === 0) return content.value;
  const findings = errors.map((error) => ({ ...error, file }));
  const next = "Correct the file.";
  throw new CliFailure({ exitCode: 1, code: "not_json", message: `${nameOfFile(file)} is not JSON`, next, findings });
};

/** By members that the document of a format has and others have not. */
const formatOf = (document: Readonly<Record<string, unknown>>): InterchangeFormat | undefined => {
  const { $schema, schema_version, supportedInterfaces, protocolVersion, remotes, packages } = document;
  if (typeof $schema === "string" && $schema.includes("modelcontextprotocol")) return "mcp";
  if (schema_version !== undefined) return "oasf";
  if (supportedInterfaces !== undefined || protocolVersion !== undefined) return "a2a";
  return remotes !== undefined || packages !== undefined ? "mcp" : undefined;
};

/** Reads a file and says what it is. */
export const readImport = async (context: Context, file: string): Promise<Imported> => {
  const bytes = await bytesOf(context, file);
  const body = (mediaType: string) => new RawBody(mediaType, new Uint8Array(bytes));
  if (isGzip(bytes)) return { kind: "bundle", body: body("application/gzip") };
  if (isTar(bytes)) return { kind: "bundle", body: body("application/x-tar") };
  const content = textIn(bytes, file);
  const json = jsonIn(content, file);
  if (Array.isArray(json)) return { kind: "builder", templates: json };
  const document = asObject(json);
  if (document.bundle !== undefined && document.entries !== undefined) return { kind: "bundle", body: document };
  if (Array.isArray(document.templates)) return { kind: "builder", templates: document.templates };
  return { kind: "agent", content, format: formatOf(document) };
};
