import type { Change } from "@nofx/contract-kit";
import type { DocumentType } from "@nofx/contract-search";
import type { DocumentKey } from "@nofx/search-core";

/** What changes name of a type, each once. */
export const namedKeys = (type: DocumentType, changes: readonly Change[]): DocumentKey[] => {
  const named = changes.filter(({ resourceType }) => resourceType === type);
  const keys = named.map(({ tenant, resourceId: id }): DocumentKey => ({ type, tenant, id }));
  return [...new Map(keys.map((key) => [`${key.tenant}/${key.id}`, key])).values()];
};

/** Changes of categories: they concern everything that is in them. */
export const categoryChanges = (changes: readonly Change[]): Change[] =>
  changes.filter(({ resourceType }) => resourceType === "category");
