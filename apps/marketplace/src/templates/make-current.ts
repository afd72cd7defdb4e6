import type { TemplateVersionDocument } from "@nofx/contract-marketplace";
import type { TenantTransaction } from "@nofx/db-kit";
import { kindOf, templateDependencies } from "@nofx/template";
import type { DB } from "../db/schema.gen.ts";
import { saveDependencies } from "../lifecycle/dependency.store.ts";
import type { TemplateAddress } from "./address.ts";
import { derivedFields } from "./template.rules.ts";
import { appendHistory, type CurrentVersion } from "./template-writes.store.ts";
import { inlined } from "./version.store.ts";

/** A version as the current one, with everything that follows from it. */
export const asCurrent = (document: TemplateVersionDocument, publishedAt: Date): CurrentVersion => ({
  version: document.version,
  publishedAt,
  fields: derivedFields(document),
});

/** Tells the builder of a version that has become current. Workflows are none of its concern. */
export const tellBuilder = async (
  trx: TenantTransaction<DB>,
  address: TemplateAddress,
  at: Date,
  { version, description = "", content }: TemplateVersionDocument,
): Promise<void> => {
  if (kindOf(content) !== "prompt") return;
  await appendHistory(trx, address, at, { version, description, instructions: String(content.instructions) });
};

/** Keeps what a stored version that has become current depends on. */
export const settleDependencies = async (
  trx: TenantTransaction<DB>,
  address: TemplateAddress,
  document: TemplateVersionDocument,
): Promise<void> => {
  await saveDependencies(trx, address, templateDependencies(await inlined(trx, address, document)));
};

/** Does what follows from a stored version having become current, beside the template itself. */
export const settleCurrent = async (
  trx: TenantTransaction<DB>,
  address: TemplateAddress,
  at: Date,
  document: TemplateVersionDocument,
): Promise<void> => {
  await settleDependencies(trx, address, document);
  await tellBuilder(trx, address, at, document);
};
