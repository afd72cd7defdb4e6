import {
  AuditEntry,
  type AuditHead,
  type AuditSeal,
  AuditVerification,
  auditExport,
  auditQuery,
  auditVerificationQuery,
} from "./audit.ts";
import { coreErrors } from "./errors.ts";
import { operationFactory } from "./operation.ts";
import { page } from "./page.ts";

/** What a service's audit log is called, and where it is. */
export interface AuditLog<Name extends string> {
  /** In the ids: `list<Name>Audit`, `verify<Name>Audit`, `export<Name>Audit`. May be empty. */
  readonly name: Name;
  readonly path: `/${string}`;
  readonly tag: string;
  /** For the reference: an entry as this service makes them, since when it is asked for, and a head from before it. */
  readonly example: {
    readonly entry: AuditEntry & { readonly seal: AuditSeal };
    readonly since: string;
    readonly head: AuditHead;
  };
}

const defineOperation = operationFactory(coreErrors);

const access = { scope: "audit:read" } as const;

const defineList = <const Name extends string>(log: AuditLog<Name>) => {
  const { entry, since } = log.example;
  return defineOperation({
    id: `list${log.name}Audit`,
    method: "GET",
    path: log.path,
    tag: log.tag,
    summary: "List what was done in your tenant",
    description:
      "Your tenant's audit entries, newest first: those to which all given filters apply. An entry gets its seal, its place in the tenant's hash chain, within a moment after it was written.",
    access,
    query: auditQuery,
    success: { 200: page("entries", AuditEntry) },
    example: {
      arguments: { resourceType: entry.resourceType, resourceId: entry.resourceId, since, limit: 1 },
      answer: { entries: [entry] },
    },
    errors: [],
  });
};

const defineVerification = <const Name extends string>(log: AuditLog<Name>) => {
  const { entry, head } = log.example;
  const { position, hash } = entry.seal;
  return defineOperation({
    id: `verify${log.name}Audit`,
    method: "GET",
    path: `${log.path}/verify`,
    tag: log.tag,
    summary: "Verify that the audit log is what it was",
    description:
      "Hashes your tenant's audit entries anew and follows the chain, up to `limit` of them from `from` on; while the answer has `next`, call again with it. The first entry that is not what was sealed is named. Entries cut off at the end, and a log written anew as a whole, are found only with a head that you kept from an earlier answer: pass its `position` and `hash`.",
    access,
    query: auditVerificationQuery,
    success: { 200: AuditVerification },
    example: {
      arguments: { position: head.position, hash: head.hash },
      answer: { valid: true, verified: position, head: { position, hash }, pending: 0 },
    },
    errors: [],
  });
};

const defineExport = <const Name extends string>(log: AuditLog<Name>) =>
  defineOperation({
    id: `export${log.name}Audit`,
    method: "GET",
    path: `${log.path}/export`,
    tag: log.tag,
    summary: "Export the audit log",
    description:
      "Every sealed entry of your tenant in the order of the chain, as lines of JSON, streamed. With Node and the source of this project, `npm run audit:verify -- <file>` verifies it without the service.",
    access,
    success: { 200: auditExport },
    // Nothing is asked, and the answer is lines of text.
    example: {},
    errors: [],
  });

/** The operations of a service's audit log. A contract lists each under its id. */
export const auditOperations = <const Name extends string>(log: AuditLog<Name>) => ({
  listAudit: defineList(log),
  verifyAudit: defineVerification(log),
  exportAudit: defineExport(log),
});

/** What `auditOperations` gives, whatever the service calls it. */
export type AuditOperations = ReturnType<typeof auditOperations<string>>;
