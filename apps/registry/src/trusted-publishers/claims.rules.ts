import type { ProblemItem } from "@nofx/contract-kit";
import type { Finding } from "@nofx/contract-registry";

/** Whose claims an issuer makes. */
export type IssuerKind = "github" | "gitlab" | "other";

export type Claims = Readonly<Record<string, string>>;

/** One of these claims says which workload it is; without it, every customer of the issuer would be trusted. */
const pins: Record<IssuerKind, readonly string[]> = {
  github: ["repository"],
  gitlab: ["project_path", "project_id"],
  other: ["sub", "repository", "repository_id", "project_path", "project_id"],
};

/** Ids that are never given away again, unlike names. */
const lastingIds: Record<IssuerKind, readonly string[]> = {
  github: ["repository_id", "repository_owner_id"],
  gitlab: ["project_id", "namespace_id"],
  other: [],
};

/** One of these claims says which part of a repository's automation it is. */
const narrowing: Record<IssuerKind, readonly string[]> = {
  github: ["environment", "workflow_ref", "job_workflow_ref", "ref", "sub"],
  gitlab: ["environment", "ci_config_ref_uri", "ref", "ref_protected", "sub"],
  other: [],
};

/** Checked by themselves, or different in each token. */
const notToMatch = new Set(["iss", "aud", "exp", "nbf", "iat", "jti"]);

/** Claims of the form `<workflow file>@<ref>`. */
const withRef = new Set(["workflow_ref", "job_workflow_ref", "ci_config_ref_uri"]);
const anyRef = "@*";
/** A full ref or a commit id: what comes behind `@`, and cannot be the end of a file's name. */
const ref = /^(?:refs\/\S+|[0-9a-f]{40}|[0-9a-f]{64})$/;

/** Whether a token's claim is what a publisher's claim asks for. */
const fits = (name: string, asked: string, given: string): boolean => {
  if (!withRef.has(name) || !asked.endsWith(anyRef)) return given === asked;
  const file = asked.slice(0, -1);
  return given.startsWith(file) && ref.test(given.slice(file.length));
};

/** Events that strangers cause, and that run with the rights of the repository. */
const strangersEvents = new Set(["pull_request_target", "workflow_run", "issue_comment"]);

/** True for runs that strangers may have caused: they are trusted only by publishers that name the event. */
const isStrangers = (kind: IssuerKind, asked: Claims, given: Claims): boolean =>
  kind === "github" && !Object.hasOwn(asked, "event_name") && strangersEvents.has(given.event_name ?? "");

/** Whether a workload has every claim that a publisher asks for. A publisher that asks for nothing trusts nobody. */
export const isTrusted = (kind: IssuerKind, asked: Claims, given: Claims): boolean => {
  const wanted = Object.entries(asked);
  return (
    wanted.length > 0 &&
    !isStrangers(kind, asked, given) &&
    wanted.every(([name, value]) => Object.hasOwn(given, name) && fits(name, value, given[name] ?? ""))
  );
};

const asValue = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? `$.claims.${name}` : `$.claims["${name}"]`);

const flawOf = (kind: IssuerKind, name: string, value: string): ProblemItem | undefined => {
  const path = asValue(name);
  if (notToMatch.has(name)) {
    return {
      path,
      message: "Leave it out: it is checked by itself, and does not say who it is",
      code: "not_an_identity",
    };
  }
  const exact = withRef.has(name) && value.endsWith(anyRef) ? value.slice(0, -1) : value;
  if (exact.includes("*")) {
    const message = `Write the exact value: only ${[...withRef].join(", ")} may end in \`${anyRef}\`, and nothing else is a pattern`;
    return { path, message, code: "pattern_unsupported" };
  }
  if (kind === "github" && name === "repository" && !/^[\w.-]+\/[\w.-]+$/.test(value)) {
    return { path, message: "Write owner and name, such as `acme/agents`", code: "repository_malformed" };
  }
  return undefined;
};

const warning = (code: string, message: string, fix: string): Finding => ({
  path: "$.claims",
  field: "claims",
  message,
  code,
  severity: "warning",
  fix,
});

const warningsOf = (kind: IssuerKind, claims: Claims): Finding[] => {
  const lacks = (names: readonly string[]): boolean =>
    names.length > 0 && !names.some((name) => Object.hasOwn(claims, name));
  const ids = lastingIds[kind];
  const parts = narrowing[kind];
  return [
    ...(lacks(ids)
      ? [
          warning(
            "name_may_change_hands",
            "Names can be given up and registered by somebody else, who would then be trusted",
            `add ${ids.map((name) => `\`${name}\``).join(" or ")}`,
          ),
        ]
      : []),
    ...(lacks(parts)
      ? [
          warning(
            "every_run_trusted",
            "Every workflow on every branch may publish, and so may everybody who can push one",
            `add one of ${parts.map((name) => `\`${name}\``).join(", ")}`,
          ),
        ]
      : []),
  ];
};

/** What is wrong with a publisher's claims, and where they trust more than they seem to. */
export const judgeClaims = (
  kind: IssuerKind,
  claims: Claims,
): { readonly errors: ProblemItem[]; readonly warnings: Finding[] } => {
  const errors = Object.entries(claims).flatMap(([name, value]) => flawOf(kind, name, value) ?? []);
  if (!pins[kind].some((name) => Object.hasOwn(claims, name))) {
    const message = `Name the workload: one of ${pins[kind].join(", ")} is needed, or every customer of the issuer would be trusted`;
    errors.push({ path: "$.claims", message, code: "workload_not_named" });
  }
  return { errors, warnings: warningsOf(kind, claims) };
};
