import { canonicalForm } from "@nofx/canonical";
import type { RequestContext } from "@nofx/service-kit";
import { findPrompt } from "../builder/prompt.store.ts";
import type { Deps } from "../deps.ts";
import { selectedTemplates } from "./export-bundle.ts";
import type { Selection } from "./exported-template.store.ts";

/** As many states of its past as importBuilderStore takes. */
const historyMax = 1000;

const written = async function* (deps: Deps, ctx: RequestContext, ids: readonly string[]): AsyncGenerator<string> {
  yield '{"templates":[';
  let comma = "";
  for (const id of ids) {
    const found = await findPrompt(deps.db, ctx, id, historyMax);
    if (!found) continue;
    const { version: _ownToTheMarketplace, ...shown } = found.shown;
    yield comma + canonicalForm(shown);
    comma = ",";
  }
  yield "]}";
};

/** The prompts among the templates that are meant, in the form that builders import: one after the other as JSON. */
export const exportBuilder = async (
  deps: Deps,
  ctx: RequestContext,
  selection: Selection,
): Promise<AsyncGenerator<string>> => {
  const templates = await selectedTemplates(deps, ctx, selection);
  const prompts = templates.filter(({ kind }) => kind === "prompt");
  return written(
    deps,
    ctx,
    prompts.map(({ templateId }) => templateId),
  );
};
