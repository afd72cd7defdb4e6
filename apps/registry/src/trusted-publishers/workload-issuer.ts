import { z } from "zod";
import type { IssuerKind } from "./claims.rules.ts";

/** Issuers whose claims are known by heart, however they are configured. */
const kinds: Readonly<Record<string, IssuerKind>> = {
  "https://token.actions.githubusercontent.com": "github",
  "https://gitlab.com": "gitlab",
};

/** An issuer of workload identities that tenants may trust. The registry fetches its keys: only the operator adds one. */
const WorkloadIssuer = z
  .object({
    /** Compared exactly with `iss`. */
    issuer: z.url(),
    /** Default: `jwks_uri` of the issuer's discovery document. */
    jwksUri: z.url().optional(),
    /** Whose claims it makes, for servers of one's own; default: `other`. */
    kind: z.enum(["github", "gitlab", "other"]).optional(),
  })
  .transform(({ kind, ...rest }) => ({ ...rest, kind: kind ?? kinds[rest.issuer] ?? ("other" as const) }));
export type WorkloadIssuer = z.output<typeof WorkloadIssuer>;

export const WorkloadIssuers = z.array(WorkloadIssuer);

/** GitHub Actions and GitLab.com. */
export const knownIssuers: WorkloadIssuer[] = WorkloadIssuers.parse(Object.keys(kinds).map((issuer) => ({ issuer })));
