import type { Connections } from "./reads.ts";

/** Refuses a role that row-level security does not bind: superuser, BYPASSRLS, or owner of a table in its schema. */
export const assertLeastPrivilege = async ({ pool }: Pick<Connections<never>, "pool">): Promise<void> => {
  const { rows } = await pool.query<{ role: string; reason: string | null }>(`
    SELECT current_user AS role, CASE
      WHEN rolsuper THEN 'is a superuser'
      WHEN rolbypassrls THEN 'may bypass row-level security'
      WHEN EXISTS (
        SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = current_schema() AND c.relowner = r.oid)
        THEN 'owns tables of its schema'
    END AS reason
    FROM pg_roles r WHERE rolname = current_user`);
  const reason = rows[0]?.reason;
  if (reason) {
    throw new Error(
      `The database role "${rows[0]?.role}" ${reason}; the service needs a role that only uses its schema.`,
    );
  }
};
