/** On behalf of the service itself, which keeps the index for all tenants. */
export const indexer = { tenantId: "", subject: "indexer", role: "service", correlationId: "indexer" } as const;

/** Everything that writes the index does it with this lock: engines need not mind two batches at the same time. */
export const indexLock = "search.index";

/** What the index is made of. */
export const sourceNames = ["registry", "marketplace"] as const;
export type SourceName = (typeof sourceNames)[number];
