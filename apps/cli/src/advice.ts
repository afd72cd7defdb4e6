/** What is known about what was refused. */
export interface Refused {
  /** The manifest that was to be published. */
  readonly file?: string | undefined;
  /** The least version number that says enough. */
  readonly least?: string | undefined;
  /** As the command line names it, without a version. */
  readonly resource?: string | undefined;
  /** Whether the command has --force. */
  readonly canForce?: boolean | undefined;
}

type Advice = string | ((refused: Required<Pick<Refused, "file" | "resource">> & Refused) => string);

const force = "Or publish nevertheless with --force, which takes an administrator.";
const elsewhere = "What belongs to another tenant is addressed with `--tenant`.";

/** What helps, by the code of the problem: publishing. */
const onPublishing: Readonly<Record<string, Advice>> = {
  version_bump_too_small: ({ file, least }) =>
    least === undefined ? `Write a higher version in ${file}.` : `Write "version": "${least}" in ${file}.`,
  version_conflict: ({ file }) => `What is published never changes: write a higher version in ${file}.`,
  manifest_invalid: ({ file }) => `Correct ${file}; \`nofx validate --remote\` checks it and publishes nothing.`,
  kind_conflict: ({ file }) => `Write another id in ${file}; a workflow and a prompt are never the same template.`,
  draft_needs_release: "Publish a first version that is no draft, a pre-release such as 0.1.0-beta.1 if need be.",
  dependencies_unsatisfiable: ({ file }) => `Publish what is missing, or change the ranges in ${file}.`,
  dependencies_too_complex: ({ file }) => `Narrow the ranges in ${file}.`,
  tests_failed: ({ file }) => `Correct the template or its tests in ${file}; \`nofx test\` runs them here.`,
  template_exists: "Choose another id, or publish a version of the template that is there.",
};

/** Of these an administrator may publish what is refused. */
const forced = new Set(["dependencies_unsatisfiable", "dependencies_too_complex", "tests_failed"]);

/** Undoing, statuses and channels. */
const onChanging: Readonly<Record<string, Advice>> = {
  rollback_refused: ({ resource }) => `\`nofx status ${resource}\` lists the versions; go back to an active one below.`,
  status_transition_refused: ({ resource }) =>
    `\`nofx status ${resource}\` tells its status; set one that can follow it, then this one.`,
  version_in_use: ({ resource }) =>
    `Put another version in its place first: \`nofx rollback ${resource} --to <version> --reason <text>\`, or for a channel \`nofx channels set\`.`,
  successor_refused:
    "Look for one that is active with `nofx search`, or leave --successor out. Of a version it is a version, else an id or tenant/id.",
  precondition_failed: ({ resource }) =>
    `Somebody has changed it in the meantime: look at it with \`nofx status ${resource}\`, then call this again.`,
  channel_not_found: "`nofx channels list agent:<id>` tells which there are.",
  channel_target_refused:
    "Point it at an active version; `nofx lifecycle agent:<id>@<version> active` makes one active.",
  channel_limit_reached: "Delete one that nobody needs: nofx channels delete agent:<id> <channel>",
  category_not_found: "Name one that exists: `nofx search --facets` counts hits by category.",
};

/** Finding and reading. */
const onReading: Readonly<Record<string, Advice>> = {
  version_not_found: ({ resource }) => `\`nofx status ${resource}\` lists the versions that there are.`,
  route_not_found:
    "Check the origin (--origin): `nofx doctor` tells what answers there, and whether it fits this nofx.",
  file_not_found: ({ resource }) => `\`nofx export ${resource}\` has every file of it.`,
  range_unsatisfied: ({ resource }) =>
    `Widen the range; \`nofx status ${resource}\` lists the versions that there are.`,
  not_exportable: "Publish a version that has it, or export another format (--format).",
  environment_unknown: ({ resource }) => `\`nofx render ${resource} --json\` without an environment shows the plan.`,
  environment_not_found: "Leave --environment out, or name one that the template has.",
  variables_invalid: "Give values with --var name=value or --vars file.json.",
  variable_missing: "Give values with --var name=value or --vars file.json.",
  lock_broken: ({ resource }) => `Resolve it anew: nofx resolve ${resource}`,
  cursor_invalid: "Start over without --cursor, or give the same options with which the cursor was told.",
  document_invalid: "Correct the file at the places named, and import it again.",
  import_incomplete: "Correct what could not be imported, and import the file again: what is there stays as it is.",
};

/** Who may do what. */
const onAccess: Readonly<Record<string, Advice>> = {
  token_not_found: "`nofx tokens list --all` tells every id.",
  scope_exceeded: "`nofx whoami` tells what yours may do; give away no more, or ask an administrator to do it.",
  agent_not_allowed: "`nofx whoami` tells which agents yours may change; for others ask for another token.",
  template_not_allowed: "`nofx whoami` tells which templates yours may change; for others ask for another token.",
  tenant_not_found: "Check --tenant; whoever operates the control plane makes tenants.",
  trusted_publisher_not_found: "`nofx trusted-publishers list` tells every id.",
  issuer_not_allowed: "Name one of those with --issuer, or have the operator allow yours (docs/trusted-publishing.md).",
  claims_refused: "Correct --claim; docs/trusted-publishing.md tells which claims identify a workload.",
};

/** What no service says: a sync, or a publish, that did not come to the end. */
const onEnds: Readonly<Record<string, Advice>> = {
  aborted: "Call it again: what is published stays so, and is not published twice.",
  no_answer: "Call it again; `nofx status` tells how the services are.",
  earlier_version_failed: "Mend the earlier version first, then call this again.",
  sync_incomplete: "Mend what failed, then call this again.",
  file_broken: "Correct the file where it is named.",
};

const byCode: Readonly<Record<string, Advice>> = {
  ...onPublishing,
  ...onChanging,
  ...onReading,
  ...onAccess,
  ...onEnds,
};

/** Codes with advice of their own. */
export const advisedCodes: readonly string[] = Object.keys(byCode);

const byStatus: Readonly<Record<number, string>> = {
  401: "Sign in with `nofx login`, or set NOFX_TOKEN to a token that is good for this origin.",
  403: "Ask an administrator of the tenant for a token with that right; `nofx whoami` tells what yours may do.",
  404: `Look for it with \`nofx search\`. ${elsewhere}`,
  409: "Read what is there now, and try again.",
  429: "Wait a little, then try again.",
};

/** What whoever was refused can do about it: by the code of the problem, else by its status. */
export const adviceOn = ({ code, status }: { code: string; status?: number | undefined }, refused: Refused): string => {
  const { file = "the manifest", resource = "<resource>" } = refused;
  const known = byCode[code];
  const told = typeof known === "function" ? known({ ...refused, file, resource }) : known;
  if (told !== undefined) return refused.canForce && forced.has(code) ? `${told} ${force}` : told;
  if (status !== undefined && status >= 500) return "Try again in a moment; `nofx status` tells how the services are.";
  return byStatus[status ?? 0] ?? "Correct what is named here, and try again.";
};
