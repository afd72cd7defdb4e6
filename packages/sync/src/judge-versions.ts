import { ProblemError } from "@nofx/client";
import type { Difference, SemverPolicy, VersionChange } from "@nofx/contract-kit";
import { type FileFinding, fileFinding } from "./finding.ts";
import { judgeAgainst, unpublishedBelow } from "./judge-bump.ts";
import type { AnyManifest, Found, Kind, Published, PublishOrder, Semver } from "./kind.ts";
import { type Answer, bodyOf, patiently } from "./service.ts";
import type { Source } from "./source.ts";
import type { PlanOptions, SyncItem } from "./types.ts";

/** What judging takes. */
interface Judging<Manifest extends AnyManifest> {
  readonly kind: Kind<Manifest>;
  readonly options: PlanOptions;
  /** The tenant's policy on version numbers, asked for once and only if needed. */
  readonly semverPolicy: () => Promise<SemverPolicy>;
}

/** What becomes of the versions of one id. */
interface JudgedVersions<Manifest> {
  readonly items: SyncItem<Manifest>[];
  /** Known if the service has named it. */
  readonly tenant: string | undefined;
}

type Fit<Manifest> = Source<Manifest> & { readonly manifest: Manifest };

const findThere = async <Manifest extends AnyManifest>(
  { kind, options: { signal } }: Judging<Manifest>,
  id: string,
): Promise<Found | undefined> => {
  const found = await patiently(() => kind.find(id, signal && { signal }), signal);
  return !found.ok && found.problem.code === `${kind.noun}_not_found` ? undefined : bodyOf(found);
};

/** Problems that say something of the caller or of the service, and nothing of the manifest. */
const isJudgement = ({ status, code }: { status: number; code: string }): boolean =>
  status !== 401 && status !== 429 && status < 500 && code !== "unexpected_answer";

const dryRun = async <Manifest extends AnyManifest>(
  { kind, options: { signal, visibility, force } }: Judging<Manifest>,
  { manifest }: Fit<Manifest>,
): Promise<Answer<Published>> => {
  const order: PublishOrder = {
    dryRun: "true",
    ...(visibility && { visibility }),
    ...(force && { force: "true" }),
  };
  const answer = await patiently(() => kind.publish(manifest, order, signal && { signal }), signal);
  if (!answer.ok && !isJudgement(answer.problem)) throw new ProblemError(answer.problem);
  return answer;
};

/** The version that the service has compared with. */
const comparedWith = (answer: Answer<Published>): string | undefined => {
  if (answer.ok) return answer.body.change?.previous;
  return typeof answer.problem.previous === "string" ? answer.problem.previous : undefined;
};

const bumpOf = (answer: Answer<Published>): VersionChange | undefined => {
  if (answer.ok) return answer.body.change;
  const { code, previous, required, declared } = answer.problem;
  return code === "version_bump_too_small" ? ({ previous, required, declared } as VersionChange) : undefined;
};

/** What only the service has seen. */
const addedWarnings = (answer: Answer<Published>, { file, findings }: Source<unknown>): FileFinding[] => {
  const known = new Set(findings.map(({ path, code }) => `${code} ${path}`));
  const warnings = answer.ok ? answer.body.warnings : [];
  return warnings.filter(({ path, code }) => !known.has(`${code} ${path}`)).map((found) => ({ ...found, file }));
};

const isNew = (answer: Answer<Published>): boolean =>
  answer.ok ? answer.body.outcome === "created" : answer.problem.code === "version_bump_too_small";

/** A dry run does not see the versions of the directory that would be published before: those are compared here. */
const judgeNew = async <Manifest extends AnyManifest>(
  { kind: { semver }, semverPolicy }: Judging<Manifest>,
  source: Fit<Manifest>,
  answer: Answer<Published>,
  unpublished: readonly Manifest[],
): Promise<Partial<SyncItem<Manifest>>> => {
  const { manifest, file } = source;
  const previous = unpublishedBelow(manifest.version, unpublished, comparedWith(answer));
  const policy = previous && (await semverPolicy());
  if (!previous || !policy || policy === "off") {
    const findings = [...source.findings, ...addedWarnings(answer, source)];
    return { findings, bump: bumpOf(answer), ...(!answer.ok && { action: "refused", problem: answer.problem }) };
  }
  const { bump, problem, warning } = judgeAgainst(semver, [previous, manifest], policy, file);
  const seen = addedWarnings(answer, source).filter(({ code }) => code !== "version_bump_too_small");
  const findings = [...source.findings, ...seen, ...(warning ? [warning] : [])];
  return { findings, bump, ...(problem && { action: "refused", problem }) };
};

const judgeSource = async <Manifest extends AnyManifest>(
  judging: Judging<Manifest>,
  source: Fit<Manifest>,
  answer: Answer<Published>,
  { isThere, unpublished }: { readonly isThere: boolean; readonly unpublished: readonly Manifest[] },
): Promise<SyncItem<Manifest>> => {
  const { id, version, file, manifest, findings } = source;
  const item = { id, version, file, manifest, findings, ...(answer.ok && { digest: answer.body.digest }) };
  if (isNew(answer)) {
    const action = isThere || unpublished.length > 0 ? "update" : "create";
    return { ...item, action, ...(await judgeNew(judging, source, answer, unpublished)) };
  }
  if (answer.ok) return { ...item, action: "unchanged" };
  const { problem } = answer;
  if (problem.code !== "version_conflict") return { ...item, action: "refused", problem };
  return { ...item, action: "conflict", problem, difference: problem.difference as Difference[] };
};

/** With nothing to publish, publishing what is there again still changes who may see it. */
const withVisibility = <Manifest>(
  items: SyncItem<Manifest>[],
  there: Found | undefined,
  wanted: PlanOptions["visibility"],
): SyncItem<Manifest>[] => {
  const changes = there !== undefined && wanted !== undefined && there.visibility !== wanted;
  if (!changes || items.some(({ action }) => action === "update")) return items;
  const first = items.find(({ action }) => action === "unchanged");
  return items.map((item) => (item === first ? { ...item, action: "update" as const } : item));
};

const disabledWarning = (noun: string, file: string): FileFinding => ({
  ...fileFinding(file, `${noun}_disabled`, `The ${noun} is disabled, and stays so until somebody makes it active`),
  severity: "warning",
});

/** Judges the versions of one id, oldest first, each as it will be judged when those before it are published. */
export const judgeVersions = async <Manifest extends AnyManifest>(
  judging: Judging<Manifest>,
  sources: readonly Source<Manifest>[],
): Promise<JudgedVersions<Manifest>> => {
  const { kind, options } = judging;
  const id = sources[0]?.id ?? "";
  // Directories may be called what no id can be; then nothing in them is sound.
  const there = sources.some(({ manifest }) => manifest) ? await findThere(judging, id) : undefined;
  const unpublished: Manifest[] = [];
  const items: SyncItem<Manifest>[] = [];
  let tenant = there?.tenant;
  for (const source of sources) {
    if (!source.manifest) {
      items.push({ ...source, action: "broken" });
      continue;
    }
    const fit = { ...source, manifest: source.manifest };
    const answer = await dryRun(judging, fit);
    if (answer.ok) tenant ??= answer.body.tenant;
    const item = await judgeSource(judging, fit, answer, { isThere: there !== undefined, unpublished });
    const warnings = there?.status === "disabled" ? [disabledWarning(kind.noun, source.file)] : [];
    items.push({ ...item, findings: [...item.findings, ...warnings] });
    if (item.action === "create" || item.action === "update") unpublished.push(fit.manifest);
  }
  return { items: withVisibility(items, there, options.visibility), tenant };
};

/** Asks for the policy when it is first needed. */
export const policyOf = (
  semver: Pick<Semver<never>, "policy">,
  signal: AbortSignal | undefined,
): Judging<AnyManifest>["semverPolicy"] => {
  let asked: Promise<SemverPolicy> | undefined;
  const ask = async (): Promise<SemverPolicy> =>
    bodyOf(await patiently(() => semver.policy(signal && { signal }), signal));
  return () => {
    asked ??= ask();
    return asked;
  };
};
