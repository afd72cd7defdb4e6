import { type CallResult, ProblemError, unwrap } from "@nofx/client";
import type {
  AgentDetail,
  AgentVersionDocument,
  Difference,
  publishAgent,
  SemverPolicy,
  VersionChange,
} from "@nofx/contract-registry";
import { toPublication } from "@nofx/manifest";
import { type FileFinding, fileFinding } from "./finding.ts";
import { judgeAgainst, unpublishedBelow } from "./judge-bump.ts";
import type { AgentSource } from "./judge-folder.ts";
import { patiently, type RegistryClient } from "./registry.ts";
import type { PlanOptions, SyncItem } from "./types.ts";

/** What judging takes. */
export interface Judging {
  readonly client: RegistryClient;
  readonly options: PlanOptions;
  /** The tenant's policy on version numbers, asked for once and only if needed. */
  readonly semverPolicy: () => Promise<SemverPolicy>;
}

export interface JudgedAgent {
  readonly items: SyncItem[];
  /** Known if the registry has named it. */
  readonly tenant: string | undefined;
}

type Answer = CallResult<typeof publishAgent>;
type Fit = AgentSource & { readonly manifest: NonNullable<AgentSource["manifest"]> };

const findAgent = async (
  { client, options: { signal } }: Judging,
  agentId: string,
): Promise<AgentDetail | undefined> => {
  const found = await patiently(() => client.getAgent({ agentId }, signal && { signal }), signal);
  if (found.ok) return found.body.agent;
  if (found.problem.code === "agent_not_found") return undefined;
  throw new ProblemError(found.problem);
};

/** Problems that say something of the caller or of the registry, and nothing of the manifest. */
const isJudgement = ({ status, code }: { status: number; code: string }): boolean =>
  status !== 401 && status !== 429 && status < 500 && code !== "unexpected_answer";

const askRegistry = async (
  { client, options: { signal, visibility } }: Judging,
  { manifest }: Fit,
): Promise<Answer> => {
  const order = { body: manifest, dryRun: "true", ...(visibility && { visibility }) } as const;
  const answer = await patiently(() => client.publishAgent(order, signal && { signal }), signal);
  if (!answer.ok && !isJudgement(answer.problem)) throw new ProblemError(answer.problem);
  return answer;
};

/** The version that the registry has compared with. */
const comparedWith = (answer: Answer): string | undefined => {
  if (answer.ok) return answer.body.change?.previous;
  return typeof answer.problem.previous === "string" ? answer.problem.previous : undefined;
};

const bumpOf = (answer: Answer): VersionChange | undefined => {
  if (answer.ok) return answer.body.change;
  const { code, previous, required, declared } = answer.problem;
  return code === "version_bump_too_small" ? ({ previous, required, declared } as VersionChange) : undefined;
};

/** What only the registry has seen. */
const addedWarnings = (answer: Answer, { file, findings }: Fit): FileFinding[] => {
  const known = new Set(findings.map(({ path, code }) => `${code} ${path}`));
  const warnings = answer.ok ? answer.body.warnings : [];
  return warnings.filter(({ path, code }) => !known.has(`${code} ${path}`)).map((found) => ({ ...found, file }));
};

const isNew = (answer: Answer): boolean =>
  answer.ok ? answer.body.outcome === "created" : answer.problem.code === "version_bump_too_small";

/** A dry run does not see the versions of the directory that would be published before: those are compared here. */
const judgeNew = async (
  judging: Judging,
  source: Fit,
  answer: Answer,
  unpublished: readonly AgentVersionDocument[],
): Promise<Partial<SyncItem>> => {
  const { document } = toPublication(source.manifest);
  const previous = unpublishedBelow(document.version, unpublished, comparedWith(answer));
  const policy = previous && (await judging.semverPolicy());
  if (!previous || !policy || policy === "off") {
    const findings = [...source.findings, ...addedWarnings(answer, source)];
    return { findings, bump: bumpOf(answer), ...(!answer.ok && { action: "refused", problem: answer.problem }) };
  }
  const { bump, problem, warning } = judgeAgainst(previous, document, policy, source.file);
  const seen = addedWarnings(answer, source).filter(({ code }) => code !== "version_bump_too_small");
  const findings = [...source.findings, ...seen, ...(warning ? [warning] : [])];
  return { findings, bump, ...(problem && { action: "refused", problem }) };
};

const judgeSource = async (
  judging: Judging,
  source: Fit,
  answer: Answer,
  { isThere, unpublished }: { readonly isThere: boolean; readonly unpublished: readonly AgentVersionDocument[] },
): Promise<SyncItem> => {
  const { agentId, version, file, manifest, findings } = source;
  const item = { agentId, version, file, manifest, findings };
  if (isNew(answer)) {
    const action = isThere || unpublished.length > 0 ? "update" : "create";
    return { ...item, action, ...(await judgeNew(judging, source, answer, unpublished)) };
  }
  if (answer.ok) return { ...item, action: "unchanged" };
  const { problem } = answer;
  if (problem.code !== "version_conflict") return { ...item, action: "refused", problem };
  return { ...item, action: "conflict", problem, difference: problem.difference as Difference[] };
};

/** With nothing to publish, publishing what is there again still changes who may see the agent. */
const withVisibility = (items: SyncItem[], there: AgentDetail | undefined, wanted: PlanOptions["visibility"]) => {
  const changes = there !== undefined && wanted !== undefined && there.visibility !== wanted;
  if (!changes || items.some(({ action }) => action === "update")) return items;
  const first = items.find(({ action }) => action === "unchanged");
  return items.map((item) => (item === first ? { ...item, action: "update" as const } : item));
};

const disabledWarning = (file: string): FileFinding => ({
  ...fileFinding(file, "agent_disabled", "The agent is disabled, and stays so; setAgentStatus makes it active"),
  severity: "warning",
});

/** Judges an agent's versions, oldest first, each as it will be judged when those before it are published. */
export const judgeAgent = async (judging: Judging, sources: readonly AgentSource[]): Promise<JudgedAgent> => {
  const agentId = sources[0]?.agentId ?? "";
  // Directories may be called what no agent can be called; then nothing in them is sound.
  const there = sources.some(({ manifest }) => manifest) ? await findAgent(judging, agentId) : undefined;
  const unpublished: AgentVersionDocument[] = [];
  const items: SyncItem[] = [];
  let tenant = there?.tenant;
  for (const source of sources) {
    if (!source.manifest) {
      items.push({ ...source, action: "broken" });
      continue;
    }
    const fit = { ...source, manifest: source.manifest };
    const answer = await askRegistry(judging, fit);
    if (answer.ok) tenant ??= answer.body.agent.tenant;
    const item = await judgeSource(judging, fit, answer, { isThere: there !== undefined, unpublished });
    const warnings = there?.status === "disabled" ? [disabledWarning(source.file)] : [];
    items.push({ ...item, findings: [...item.findings, ...warnings] });
    if (item.action === "create" || item.action === "update") unpublished.push(toPublication(fit.manifest).document);
  }
  return { items: withVisibility(items, there, judging.options.visibility), tenant };
};

/** Asks for the policy when it is first needed. */
export const policyOf = (client: RegistryClient, signal: AbortSignal | undefined): Judging["semverPolicy"] => {
  let asked: Promise<SemverPolicy> | undefined;
  const ask = async (): Promise<SemverPolicy> =>
    (await unwrap(patiently(() => client.getSettings({}, signal && { signal }), signal))).settings.semverPolicy;
  return () => {
    asked ??= ask();
    return asked;
  };
};
