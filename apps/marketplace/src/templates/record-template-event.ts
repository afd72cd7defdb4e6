import { recordEvent, type TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { DB } from "../db/schema.gen.ts";
import type { Template } from "./template.store.ts";

export interface TemplateEvent {
  readonly type:
    | "template.version_published"
    | "template.visibility_changed"
    | "template.rolled_back"
    | "template.status_changed"
    | "template.version_status_changed"
    | "template.version_locked"
    | "template.version_tested"
    | "template.imported";
  readonly before: Template | undefined;
  readonly after: Template;
  readonly version?: string;
  readonly reason?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  /** What the audit log tells beside `details`: nobody but the tenant reads it. */
  readonly audited?: Readonly<Record<string, unknown>>;
  /** Nobody but the template's own tenant may know of it, such as what concerns a draft only. */
  readonly isUnreleased?: boolean;
}

/** Whether others than its tenant may read a template. */
export const isPublic = (template: Template | undefined): boolean =>
  template?.summary.visibility === "public" && template.summary.status !== "disabled";

/**
 * Writes the audit entry and the change of one event of a template; gives the change's id. Whoever could see the template
 * before or can see it now learns of the event.
 */
export const recordTemplateEvent = async (
  trx: TenantTransaction<DB>,
  ctx: RequestContext,
  at: Date,
  { type, before, after, version, reason, details, audited, isUnreleased }: TemplateEvent,
): Promise<string> => {
  const { templateId, kind, visibility, currentVersion } = after.summary;
  const concerned = (isPublic(before) || isPublic(after)) && !isUnreleased ? "public" : "private";
  const resource = { resourceType: "template", resourceId: templateId, version };
  const data = { kind, ...details, currentVersion, visibility };
  const event = { ...resource, type, visibility: concerned, data, details: { ...data, ...audited }, reason } as const;
  return await recordEvent(trx, ctx, at, event);
};
