import { ResourceId, TenantId } from "./ids.ts";

/** A resource as documents name it. */
export interface ResourceName {
  /** Undefined: the tenant of whoever names it. */
  readonly tenant: string | undefined;
  readonly id: string;
}

/** Reads `review` or `acme/review`; undefined for what no resource can be called. */
export const parseResourceName = (name: string): ResourceName | undefined => {
  const [id, tenant, ...rest] = name.split("/").reverse();
  if (rest.length > 0 || id === undefined || !ResourceId.safeParse(id).success) return undefined;
  return tenant === undefined || TenantId.safeParse(tenant).success ? { tenant, id } : undefined;
};
