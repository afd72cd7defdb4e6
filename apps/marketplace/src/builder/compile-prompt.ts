import type { CompiledTemplate, CompileOrder } from "@nofx/contract-marketplace";
import type { RequestContext } from "@nofx/service-kit";
import { compilePrompt, type Prompt } from "@nofx/template";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { missingVariables } from "./prompt.rules.ts";
import { getPrompt } from "./read-prompts.ts";

/** A prompt and what it compiles into. @throws template_not_found, variable_missing */
export const compile = async (
  deps: Deps,
  ctx: RequestContext,
  id: string,
  order: CompileOrder,
): Promise<{ prompt: Prompt; compiled: CompiledTemplate }> => {
  const { prompt } = await getPrompt(deps, ctx, id);
  const missing = missingVariables(prompt, order.variables);
  if (missing.length > 0) {
    throw problem("variable_missing", {
      detail: `No value for: ${missing.join(", ")}.`,
      errors: missing.map((name) => ({
        path: `$.variables[${JSON.stringify(name)}]`,
        message: `The template uses \`${name}\`, and it has no value`,
        code: "variable_missing",
      })),
    });
  }
  return { prompt, compiled: compilePrompt(id, prompt, order) };
};
