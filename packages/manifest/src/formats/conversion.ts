import { type AgentVersionDocument, Endpoint, type Finding, type Loss, manifestLimits } from "@nofx/contract-registry";
import { finding, type Path } from "@nofx/document";
import type { z } from "zod";
import type { Ledger } from "./ledger.ts";

/** A manifest as somebody would write it, without what the import decides: id, version, original. */
export interface Draft {
  readonly manifest: Record<string, unknown> & { readonly name: string; readonly manifest: Record<string, unknown> };
  /** What the source calls itself; the agent's id is made from it. */
  readonly name: string;
  /** The source's version, a free text. */
  readonly version: string;
  /** Of the format, as the source tells it. */
  readonly formatVersion: string;
  readonly losses: readonly Loss[];
}

/** Where a version stands; formats want to know more than the document says. */
export interface ExportContext {
  readonly tenant: string;
  /** RFC 3339. */
  readonly publishedAt: string;
}

/** A document of another ecosystem, and what of ours it has no place for; or why there can be none. */
export type Exported =
  | { readonly document: Readonly<Record<string, unknown>>; readonly losses: readonly Loss[] }
  | { readonly obstacle: string };

/** Parts of a version's document that say nothing by themselves, only by their members. */
export const containers: readonly Path[] = [
  [],
  ["metadata"],
  ["manifest"],
  ["manifest", "endpoints"],
  ["manifest", "packages"],
  ["manifest", "interop"],
];

/** Everything that is wrong with a source, and where each problem is. */
export interface Refusal {
  readonly problems: readonly Finding[];
  readonly places: readonly Path[];
}

/** How one format is read and written. */
export interface Format {
  /** What it is called among its own. */
  readonly fileName: string;
  /** The version that is written. */
  readonly formatVersion: string;
  read(source: unknown): Draft | Refusal;
  write(document: AgentVersionDocument, context: ExportContext): Exported;
}

/** Why parts of a source do not come into a manifest, unless there is more to say. */
export const keptInOriginal = "A manifest has no place for it; it stays in the original document only";

/** Every problem of a failed parse; of a choice, those of the branch that got furthest. */
export const problemsIn = (error: { readonly issues: readonly z.core.$ZodIssue[] }): Refusal => {
  const found = flatten(error.issues, []);
  return {
    problems: found.map(({ path, code, message }) => finding("error", path, code, message)),
    places: found.map(({ path }) => path),
  };
};

const flatten = (issues: readonly z.core.$ZodIssue[], base: Path): { path: Path; code: string; message: string }[] =>
  issues.flatMap((issue) => {
    const path = [...base, ...issue.path];
    if (issue.code !== "invalid_union" || issue.errors.length === 0) {
      return [{ path, code: issue.code, message: issue.message }];
    }
    return flatten(
      issue.errors.reduce((best, branch) => (branch.length < best.length ? branch : best)),
      path,
    );
  });

/** Leaves out what is not set, so that nothing is `undefined` in a document. */
export const set = (object: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

/** A list or object that holds something. */
export const filled = <T extends object>(value: T | undefined): T | undefined =>
  value && Object.keys(value).length > 0 ? value : undefined;

/** An endpoint, and where the source tells it. */
export interface Place {
  readonly at: Path;
  readonly endpoint: Record<string, unknown>;
}

/** The endpoints that a manifest can hold. */
export const endpointsOf = (places: readonly Place[], ledger: Ledger): Record<string, unknown>[] | undefined => {
  const usable = places.filter(({ at, endpoint }) => {
    const isUsable = Endpoint.safeParse(endpoint).success;
    if (!isUsable) ledger.lose(at, "Its address is no URL");
    return isUsable;
  });
  const { endpointsMax } = manifestLimits;
  for (const { at } of usable.slice(endpointsMax)) ledger.lose(at, `An agent has at most ${endpointsMax} endpoints`);
  return filled(usable.slice(0, endpointsMax).map(({ endpoint }) => endpoint));
};
