export { type AuditEvent, recordAudit } from "./audit.ts";
export * from "./audit-reads.ts";
export * from "./changes.ts";
export * from "./connection-string.ts";
export * from "./database.ts";
export * from "./drain.ts";
export * from "./event.ts";
export * from "./export-audit.ts";
export * from "./feed-reader.ts";
export * from "./feed-retention.ts";
export * from "./feed-signal.ts";
export * from "./housekeeping.ts";
export { keptOrNew } from "./kept-result.ts";
export * from "./kept-value.ts";
export * from "./least-privilege.ts";
export * from "./listener.ts";
export * from "./migrate.ts";
export type { Once } from "./once.ts";
export { ensureDatabase, type Made, provisionRole, type ServiceRole } from "./provision.ts";
export * from "./provision-installation.ts";
export * from "./reads.ts";
export * from "./renew-feed-epoch.ts";
export type { ReadOutcome, Replica } from "./replica.ts";
export * from "./savepoint.ts";
export * from "./seal-audit.ts";
export * from "./sequencer.ts";
export {
  inTenant,
  lockAllUntilEnd,
  lockUntilEnd,
  shareLockUntilEnd,
  type TenantScope,
  type TenantTransaction,
  type WriteScope,
} from "./tenant.ts";
export * from "./tenant-read.ts";
export * from "./verify-audit.ts";
export * from "./with-client.ts";
