import type { Problem } from "@nofx/contract-kit";
import type { CallOptions } from "./call.ts";
import { ProblemError } from "./problem-error.ts";

interface Cursor {
  readonly nextCursor?: string | undefined;
}
type PageAnswer = { readonly ok: true; readonly body: Cursor } | { readonly ok: false; readonly problem: Problem };

/** A call of a client that lists: its answer has `nextCursor` while there is more. */
export type ListCall = (input: never, options?: CallOptions) => Promise<PageAnswer>;

/** A page of a list. */
export type PageOf<List extends ListCall> = Extract<Awaited<ReturnType<List>>, { readonly ok: true }>["body"];

/** One of what a page holds: the page has one list of them, under whatever name. */
export type ItemOf<List extends ListCall> = {
  [Name in keyof PageOf<List>]-?: PageOf<List>[Name] extends readonly (infer Item)[] ? Item : never;
}[keyof PageOf<List>];

type PageOptions = Omit<CallOptions, "idempotencyKey" | "ifMatch" | "ifNoneMatch">;
type PageInput<List extends ListCall> = Parameters<List>[0];

/** What a list is asked for; nothing if it can do without. */
export type PageArguments<List extends ListCall> =
  undefined extends PageInput<List>
    ? [input?: PageInput<List>, options?: PageOptions]
    : [input: PageInput<List>, options?: PageOptions];

/** Every page of a list, from the cursor of `input` or the first one on. @throws ProblemError */
export async function* pages<List extends ListCall>(
  list: List,
  ...[input, options]: PageArguments<List>
): AsyncGenerator<PageOf<List>, void, undefined> {
  const asked = { ...(input as Readonly<Record<string, unknown>> | undefined) };
  for (;;) {
    const answer = await list(asked as never, options);
    if (!answer.ok) throw new ProblemError(answer.problem);
    yield answer.body as PageOf<List>;
    const { nextCursor } = answer.body;
    if (nextCursor === undefined) return;
    if (nextCursor === asked.cursor) throw new Error(`The list does not go on behind "${nextCursor}"`);
    asked.cursor = nextCursor;
  }
}

const itemsOf = (page: object): readonly unknown[] => {
  const [found, ...others] = Object.values(page).filter(Array.isArray);
  if (!found || others.length > 0) throw new TypeError("The answer is no page of one list; use pages() and read it");
  return found;
};

/** Every item of a list, page by page as they are used up. @throws ProblemError */
export async function* items<List extends ListCall>(
  list: List,
  ...given: PageArguments<List>
): AsyncGenerator<ItemOf<List>, void, undefined> {
  for await (const page of pages(list, ...given)) yield* itemsOf(page) as ItemOf<List>[];
}
