import { ResourceId, Tag } from "@nofx/contract-kit";
import { asResourceId } from "@nofx/document";
import type { Context } from "../context.ts";
import { usageFailure } from "../failure.ts";
import type { Kind } from "./find-manifests.ts";
import { startingPoints } from "./starting-points.ts";

/** What is said of a new package, on the command line or by answering. */
export interface Said {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly owner?: string | undefined;
  readonly tag?: readonly string[] | undefined;
  readonly from?: string | undefined;
}

/** The same, with nothing left to ask but what the starting point says. */
export interface Settled {
  readonly id: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly owner: string;
  readonly tags: readonly string[];
  readonly from: string;
}

/** `CodeReview v2` as an id: `code-review-v2`. */
const suggestedId = (text: string): string => {
  const words = text
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .normalize("NFKD")
    .replace(/\p{M}/gu, "");
  return asResourceId(words);
};

const idFault = (id: string): string | undefined => {
  if (ResourceId.safeParse(id).success) return undefined;
  const meant = suggestedId(id);
  return `Use lower-case words with hyphens that say what it does, such as ${meant || "code-review"}`;
};

const asName = (id: string): string =>
  id
    .split(/[-_.]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(" ");

const tagsIn = (text: string): string[] =>
  text
    .split(",")
    .map((tag) => tag.trim())
    .filter(Boolean);

const tagFault = (tags: readonly string[]): string | undefined => {
  const wrong = tags.find((tag) => !Tag.safeParse(tag).success);
  if (wrong !== undefined) return `"${wrong}" is no tag: use lower-case letters, digits and hyphens`;
  return tags.length === 0 || (tags.length >= 3 && tags.length <= 5) ? undefined : "Give three to five tags";
};

/** Whether something is asked although there is a good answer. */
const isAsking = ({ prompts, options }: Context): boolean => prompts.canAsk && !options.yes;

const askFrom = async (context: Context, kind: Kind): Promise<string> => {
  const [first] = startingPoints[kind];
  if (!isAsking(context)) return first.name;
  const choices = startingPoints[kind].map(({ name, summary }) => ({ value: name, name: `${name}: ${summary}` }));
  return await context.prompts.ask("--from", ({ select }, where) =>
    select({ message: "Begin with", choices, default: first.name }, where),
  );
};

const askText = (context: Context, flag: string, message: string, fallback?: string): Promise<string> =>
  context.prompts.ask(flag, ({ input }, where) =>
    input({ message, ...(fallback === undefined ? { required: true } : { default: fallback }) }, where),
  );

const settleId = async (context: Context, kind: Kind, said: string | undefined): Promise<string> => {
  if (said === undefined) {
    return await context.prompts.ask("an id, such as code-review", ({ input }, where) =>
      input({ message: `Id of the ${kind}`, required: true, validate: (text) => idFault(text) ?? true }, where),
    );
  }
  const fault = idFault(said);
  if (fault !== undefined)
    throw usageFailure(`[id]: "${said}" cannot be the id of an ${kind}`.replace("an t", "a t"), fault);
  return said;
};

/**
 * Settles what a new package is: asks on a terminal what was not said, else takes what goes without saying. `mustBeFree`
 * throws if the id is taken: whoever answers learns it before the other questions.
 */
export const askNewPackage = async (
  context: Context,
  kind: Kind,
  said: Said,
  mustBeFree: (id: string) => Promise<void>,
): Promise<Settled> => {
  const tags = said.tag?.flatMap(tagsIn);
  const fault = tags && tagFault(tags);
  if (fault !== undefined)
    throw usageFailure(`--tag: ${fault}`, "Such as: --tag engineering --tag quality --tag review");
  const id = await settleId(context, kind, said.id);
  await mustBeFree(id);
  const from = said.from ?? (await askFrom(context, kind));
  const asking = isAsking(context);
  const name = said.name ?? (asking ? await askText(context, "--name", "Name", asName(id)) : asName(id));
  const described =
    said.description ??
    (asking ? await askText(context, "--description", "What it does (none: as the starting point says)", "") : "");
  const owner = said.owner ?? (await askText(context, "--owner", "Who answers for it, an address or a team"));
  const typed = tags ?? (asking ? await askTags(context) : []);
  return { id, from, name, description: described === "" ? undefined : described, owner, tags: typed };
};

const askTags = async ({ prompts }: Context): Promise<string[]> => {
  const validate = (text: string): string | true => tagFault(tagsIn(text)) ?? true;
  const message = "Tags, three to five, comma-separated (none: those of the starting point)";
  return tagsIn(await prompts.ask("--tag", ({ input }, where) => input({ message, default: "", validate }, where)));
};
