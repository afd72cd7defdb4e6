import { createHash } from "node:crypto";
import type { TemplateSort, TemplateSummary } from "@nofx/contract-marketplace";
import { z } from "zod";

/** What a list of templates was asked for. */
export interface TemplateFilter {
  readonly tenant?: string | undefined;
  readonly kind?: TemplateSummary["kind"] | undefined;
  readonly tag?: string | readonly string[] | undefined;
  readonly category?: string | undefined;
  readonly status?: TemplateSummary["status"] | undefined;
  readonly visibility?: TemplateSummary["visibility"] | undefined;
  readonly search?: string | undefined;
  readonly sort: TemplateSort;
}

/** A list has two parts, one behind the other: the caller's own templates, and everybody else's public ones. */
export type Part = "own" | "others";

/** What to read of one part. */
export interface Selection {
  readonly part: Part;
  readonly tenant: string | undefined;
  readonly kind: TemplateSummary["kind"] | undefined;
  readonly tags: readonly string[];
  readonly category: string | undefined;
  /** Undefined: all but the disabled ones. */
  readonly status: TemplateSummary["status"] | undefined;
  readonly visibility: TemplateSummary["visibility"] | undefined;
  /** Patterns of LIKE, all of which must fit. */
  readonly patterns: readonly string[];
  readonly sort: TemplateSort;
}

/** Where a page ended: the value it is sorted by, and the template. */
export interface TemplatePosition {
  readonly part: Part;
  readonly key: string;
  readonly tenant: string;
  readonly templateId: string;
}

const each = (values: string | readonly string[] | undefined): readonly string[] =>
  values === undefined ? [] : [...new Set([values].flat())].sort();

const wordsOf = ({ search = "" }: TemplateFilter): readonly string[] => each(search.split(/\s+/).filter(Boolean));

/** A pattern of LIKE for texts that have the word somewhere: its wildcards mean themselves. */
const containing = (word: string): string => `%${word.replace(/[\\%_]/g, "\\$&")}%`;

/** Whether a part can have templates that fit. Others' private templates are nobody's business, nor are their disabled ones. */
const canFit = (part: Part, filter: TemplateFilter, me: string): boolean => {
  if (part === "own") return me !== "" && (filter.tenant ?? me) === me;
  return filter.status !== "disabled" && filter.visibility !== "private" && (me === "" || filter.tenant !== me);
};

/** The parts of a list in their order, each with what to read of it. */
export const selections = (filter: TemplateFilter, me: string): Selection[] => {
  const { kind, category, status, visibility, sort } = filter;
  const about = { kind, category, status, sort, tags: each(filter.tag), patterns: wordsOf(filter).map(containing) };
  const parts: readonly Part[] = ["own", "others"];
  return parts
    .filter((part) => canFit(part, filter, me))
    .map((part) =>
      part === "own"
        ? { part, tenant: me, visibility, ...about }
        : { part, tenant: filter.tenant, visibility: "public", ...about },
    );
};

/** What a cursor holds. It comes from outside: everything in it is something that the database can compare. */
export const positionOf = ({ sort }: TemplateFilter) =>
  z.object({
    part: z.enum(["own", "others"]),
    key:
      sort === "name"
        ? z
            .string()
            .max(500)
            .regex(/^[^\0]*$/)
        : z.iso.datetime().regex(/^[1-9]/),
    tenant: z.string().regex(/^[a-z0-9-]{1,63}$/),
    templateId: z.string().regex(/^[a-z0-9._-]{1,128}$/),
  });

/** A cursor is good for the filters and the order it was made with. */
export const listName = (filter: TemplateFilter): string => {
  const { tenant, kind, category, status, visibility, sort } = filter;
  const all = JSON.stringify([tenant, kind, category, status, visibility, sort, each(filter.tag), wordsOf(filter)]);
  return `templates ${createHash("sha256").update(all).digest("base64url").slice(0, 22)}`;
};
