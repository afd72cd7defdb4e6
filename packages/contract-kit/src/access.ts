/** What a token may be allowed to do. Each operation names the one it needs. */
export const scopes = [
  "agents:read",
  "agents:publish",
  "agents:admin",
  "templates:read",
  "templates:publish",
  "templates:rate",
  "templates:admin",
  "usage:write",
  "tokens:admin",
  "audit:read",
  "feed:read",
] as const;
export type Scope = (typeof scopes)[number];

const viewer: readonly Scope[] = ["agents:read", "templates:read", "feed:read"];
const publisher: readonly Scope[] = [...viewer, "agents:publish", "templates:publish", "templates:rate", "usage:write"];

/** Roles are named sets of scopes. */
export const roles = { viewer, publisher, admin: scopes } as const satisfies Record<string, readonly Scope[]>;
export type Role = keyof typeof roles;

/**
 * Who may call an operation.
 * `scope`: a token with that scope; with `anonymous`, also nobody in particular (a token, if sent, still needs the scope);
 * with `operator`, also the operator, who has no scopes.
 * `kind`: one of the named kinds of identity, whatever its scopes.
 * `anyone`: no identity needed.
 */
export type Access =
  | { readonly scope: Scope; readonly anonymous?: true; readonly operator?: true }
  | { readonly kind: readonly ("member" | "operator" | "service")[] }
  | { readonly anyone: true };
