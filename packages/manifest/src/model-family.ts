import type { Verdict } from "@nofx/versioning";

/** Words that tell when a model was released, not which series it belongs to. */
const stages = new Set(["latest", "preview", "exp", "experimental", "beta", "stable", "v"]);
const isSize = (token: string): boolean => /^\d+(?:\.\d+)?(?:x\d+)?[bm]$/.test(token);

const tokenOf = (token: string): string => {
  if (isSize(token)) return token;
  if (/^\d/.test(token)) return "";
  const series = token.replace(/[\d.]+$/, "");
  return stages.has(series) ? "" : series;
};

/**
 * The family of a model: vendor and series without version, date and release stage. `claude-sonnet-4-5`,
 * `claude-3-5-sonnet-20241022` and `anthropic/claude-sonnet-4` are all `claude-sonnet`; `gpt-4.1-mini` is `gpt-mini`.
 * Sizes are part of the family: `llama-8b` is not `llama-70b`. Where the model is hosted is not.
 */
export const modelFamily = (model: string): string => {
  const hosted = model.toLowerCase().split("/").at(-1) ?? "";
  const name = hosted.replace(/^(?:[a-z]+\.)+(?=[a-z])/, "");
  const tokens = name
    .split(/[-_:@ ]+/)
    .map(tokenOf)
    .filter((token) => token !== "");
  return tokens.length > 0 ? tokens.join("-") : name;
};

/** Another family answers differently, costs differently and is refused where only the old one is allowed. */
export const judgeModel = (before: unknown, after: unknown): Verdict => {
  const [old, fresh] = [modelFamily(String(before)), modelFamily(String(after))];
  if (old === fresh) return ["minor", `The model is another version of the same family (${fresh})`];
  return ["major", `The model's family changes from ${old} to ${fresh}: what callers have tested no longer holds`];
};
