import { createHash } from "node:crypto";
import type { Operation, RawContent } from "@nofx/contract-kit";
import Negotiator from "negotiator";
import type { z } from "zod";

const jsonMediaType = "application/json";

type Content<Schema> = Schema extends z.ZodType
  ? { readonly body: z.input<Schema> } | { readonly text: string }
  : Schema extends RawContent
    ? { readonly mediaType: string } & (
        | { readonly bytes: Buffer }
        | { readonly stream: AsyncIterable<string | Uint8Array> }
      )
    : Record<never, never>;

interface Head<Status> {
  readonly status: Status;
  readonly headers?: Readonly<Record<string, string>>;
  /** Opaque part of a strong ETag; default: hash of the bytes. */
  readonly etag?: string;
  /** Written before the hash in the ETag, so that If-Match can compare states instead of bytes. */
  readonly revision?: string;
}

/** One of the operation's `alternatives`: bytes at once, or text as it comes. */
type Alternative<Op extends Operation> =
  Op["alternatives"] extends Readonly<Record<string, string>>
    ? Head<200> & { readonly mediaType: keyof Op["alternatives"] & string } & (
          | { readonly bytes: Buffer }
          | { readonly stream: AsyncIterable<string> }
        )
    : never;

/** What a handler answers: a status of the contract, and its body as a value, as finished JSON text, or as bytes. */
export type Answer<Op extends Operation> =
  | {
      [Status in keyof Op["success"] & number]: Head<Status> & Content<Op["success"][Status]>;
    }[keyof Op["success"] & number]
  | Alternative<Op>;

/** Makes an answer: `answer(200, { body })`. */
export const answer = <const Status extends number, Rest extends object>(
  status: Status,
  rest: Rest,
): { status: Status } & Rest => ({
  status,
  ...rest,
});

/** The form of the answer that the caller prefers among JSON and the alternatives (RFC 9110, 12.5.1); JSON if none fits. */
export const preferredMediaType = (operation: Operation, accept: string | undefined): string => {
  if (!operation.alternatives || accept === undefined) return jsonMediaType;
  const offered = [jsonMediaType, ...Object.keys(operation.alternatives)];
  return new Negotiator({ headers: { accept } }).mediaType(offered) ?? jsonMediaType;
};

/** Hash of finished bytes for a strong ETag. */
export const hashOf = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("base64url").slice(0, 22);

/** True if `If-None-Match` (RFC 9110, section 13.1.2) names the ETag; weak and strong tags compare alike there. */
export const noneMatch = (header: string | undefined, etag: string): boolean =>
  header !== undefined &&
  (header === etag ||
    header.trim() === "*" ||
    header.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag));

/** Opaque tags of an `If-Match` header; undefined for `*` or no header. Weak tags never match (RFC 9110, 13.1.1). */
export const ifMatchTags = (header: string | undefined): readonly string[] | undefined => {
  if (header === undefined || header.trim() === "*") return undefined;
  return header
    .split(",")
    .map((tag) => tag.trim())
    .filter((tag) => !tag.startsWith("W/"))
    .map((tag) => tag.replace(/^"|"$/g, ""));
};
