import type { Scope } from "@nofx/contract-kit";
import type { Finding, TrustedPublisher } from "@nofx/contract-registry";
import type { Bound } from "../tokens/token.rules.ts";
import type { Claims, IssuerKind } from "./claims.rules.ts";

/** What is kept of a workload's claims: which run of what made a token. */
const kept = [
  "sub",
  "repository",
  "repository_id",
  "repository_owner_id",
  "project_path",
  "project_id",
  "ref",
  "environment",
  "event_name",
  "workflow_ref",
  "job_workflow_ref",
  "ci_config_ref_uri",
  "run_id",
  "run_attempt",
  "pipeline_id",
  "job_id",
  "sha",
  "actor",
  "user_login",
  "jti",
] as const;
const lengthMax = 500;
const shownMax = 40;

/** What a workload may do at most that publishes this. */
export const workloadScopes = ({ agents, templates }: Bound): Scope[] => [
  ...(agents.size > 0 ? (["agents:publish", "agents:read"] as const) : []),
  ...(templates.size > 0 ? (["templates:publish", "templates:read"] as const) : []),
];

/** What a workload asks for: one agent, one template, or whatever it is trusted with. */
export interface Wish {
  readonly agent?: string | undefined;
  readonly template?: string | undefined;
}

/** Whether a publisher trusts anybody with what is asked for. */
export const names = ({ agents, templates = [] }: TrustedPublisher, { agent, template }: Wish): boolean =>
  (agent === undefined || agents.includes(agent)) && (template === undefined || templates.includes(template));

/** What a workload gets of publishers that trust it with what it asks for. */
export const granted = (publishers: readonly TrustedPublisher[], { agent, template }: Wish): Bound => {
  if (agent !== undefined) return { agents: new Set([agent]), templates: new Set() };
  if (template !== undefined) return { agents: new Set(), templates: new Set([template]) };
  return {
    agents: new Set(publishers.flatMap(({ agents }) => agents).sort()),
    templates: new Set(publishers.flatMap(({ templates = [] }) => templates).sort()),
  };
};

/** A token's claims as texts: a number or a truth is compared as it is written in JSON; lists and objects are left out. */
export const claimsOf = (payload: Readonly<Record<string, unknown>>): Claims =>
  Object.fromEntries(
    Object.entries(payload)
      .filter(([, value]) => ["string", "number", "boolean"].includes(typeof value))
      .map(([name, value]) => [name, String(value)]),
  );

/** The workload's own claims, shown back to it when nobody trusts it. */
export const shownClaims = (claims: Claims): Claims =>
  Object.fromEntries(
    Object.entries(claims)
      .filter(([name]) => !["exp", "nbf", "iat", "jti"].includes(name))
      .slice(0, shownMax)
      .map(([name, value]) => [name, value.slice(0, lengthMax)]),
  );

/** What goes into the token and into audit entries. */
export const provenanceOf = (issuer: string, claims: Claims): Claims => ({
  issuer,
  ...Object.fromEntries(
    kept.flatMap((name) => (Object.hasOwn(claims, name) ? [[name, (claims[name] ?? "").slice(0, lengthMax)]] : [])),
  ),
});

/** How the workload is called as a publisher: `github:acme/agents@refs/heads/main#run/123`. */
export const subjectOf = (kind: IssuerKind, issuer: string, claims: Claims): string => {
  const part = (prefix: string, value: string | undefined): string => (value === undefined ? "" : prefix + value);
  const { repository, project_path, project_id, ref, run_id, job_id, sub } = claims;
  if (kind === "github") return `github:${repository}${part("@", ref)}${part("#run/", run_id)}`;
  if (kind === "gitlab") return `gitlab:${project_path ?? project_id}${part("@", ref)}${part("#job/", job_id)}`;
  return `workload:${issuer}#${sub}`;
};

const commitId = /^[0-9a-f]{7,64}$/;

/** The commit of a version: what its author says, else what the workload ran on; with a warning if the two differ. */
export const sourceOf = (
  workload: Claims | undefined,
  stated: string | undefined,
): { readonly sourceCommit: string | undefined; readonly warnings: Finding[] } => {
  const sha = workload && commitId.test(workload.sha ?? "") ? workload.sha : undefined;
  if (stated === undefined || sha === undefined) return { sourceCommit: stated ?? sha, warnings: [] };
  if (sha.startsWith(stated)) return { sourceCommit: stated, warnings: [] };
  const message = `The workload that publishes runs on commit ${sha}`;
  const place = { path: "$.sourceCommit", field: "sourceCommit" };
  return {
    sourceCommit: stated,
    warnings: [{ ...place, message, code: "source_commit_differs", severity: "warning", fix: `"${sha}"` }],
  };
};
