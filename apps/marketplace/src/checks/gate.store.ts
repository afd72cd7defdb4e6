import type { PublishChecks } from "@nofx/contract-marketplace";
import { type Database, readInTenant, type TenantScope } from "@nofx/db-kit";
import { precedenceKey } from "@nofx/versioning";
import type { DB } from "../db/schema.gen.ts";
import type { TemplateAddress } from "../templates/address.ts";

/** What decides whether a version is looked at before it is published. */
export interface Gate {
  /** What the tenant has said, if it has. */
  readonly said: PublishChecks | undefined;
  /** Of the version, if it is there. */
  readonly status: string | undefined;
}

export const findGate = async (
  db: Database<DB>,
  scope: TenantScope,
  { tenant, templateId }: TemplateAddress,
  version: string,
): Promise<Gate> => {
  const [row] = await readInTenant(db, scope, (query) =>
    query.selectNoFrom((eb) => [
      eb.selectFrom("tenant_settings").select("publish_checks").where("tenant_id", "=", tenant).as("said"),
      eb
        .selectFrom("template_versions")
        .select("status")
        .where("tenant_id", "=", tenant)
        .where("template_id", "=", templateId)
        .where("precedence", "=", precedenceKey(version))
        .as("status"),
    ]),
  );
  return { said: (row?.said ?? undefined) as Gate["said"], status: row?.status ?? undefined };
};
