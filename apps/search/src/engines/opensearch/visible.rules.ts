import type { Viewer } from "@nofx/search-core";
import { anyOf, type Query, term } from "./query-dsl.rules.ts";

/** What a viewer may see: part of every question, also of those that only count. */
export const visibleTo = ({ tenantId, seesAll }: Viewer): Query => {
  if (seesAll) return { match_all: {} };
  const open = term("visibility", "public");
  return tenantId === "" ? open : anyOf([open, term("tenant", tenantId)]);
};

/** Whose words a viewer may know of. */
export const scopesOf = ({ tenantId }: Viewer): string[] => (tenantId === "" ? [""] : ["", tenantId]);
