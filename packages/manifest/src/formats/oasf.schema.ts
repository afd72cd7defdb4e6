import { z } from "zod";

/** OASF records, 1.0 and 1.1. */

const text = z.string().min(1);
const annotations = z.record(z.string(), z.string()).optional();

/** A class of OASF's taxonomy, named or numbered. */
const TaxonomyClass = z
  .looseObject({ id: z.int().optional(), name: text.optional(), annotations })
  .refine(({ id, name }) => id !== undefined || name !== undefined, "Name the class by `name` or `id`");

export const Locator = z.looseObject({ type: text, urls: z.array(text).min(1), annotations });
export const Module = z.looseObject({ name: text, id: z.int().optional(), data: z.looseObject({}), annotations });
export const OasfSkill = TaxonomyClass;
export const Domains = z.array(TaxonomyClass);

export const OasfRecord = z.looseObject({
  name: text,
  version: text,
  schema_version: z.string().regex(/^1\.\d+(?:\.\d+)?\S*$/, "Records of schema 1.0 and later 1.x can be read"),
  description: z.string(),
  authors: z.array(z.string()),
  created_at: z.iso.datetime({ offset: true }),
  skills: z.array(OasfSkill).min(1),
  domains: Domains.optional(),
  modules: z.array(Module).optional(),
  locators: z.array(Locator).optional(),
  annotations,
});
export type OasfRecord = z.infer<typeof OasfRecord>;
