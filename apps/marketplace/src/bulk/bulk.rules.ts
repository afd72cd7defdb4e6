import { type BulkItem, type BulkResult, bulkNotApplied } from "@nofx/contract-marketplace";

/** The tags after some were taken away and others added, in the order in which they were there and came. */
export const retagged = (
  tags: readonly string[],
  {
    add = [],
    remove = [],
  }: { readonly add?: readonly string[] | undefined; readonly remove?: readonly string[] | undefined },
): string[] => [...new Set([...tags.filter((tag) => !remove.includes(tag)), ...add])];

/** What an operation that would do becomes where all were to be applied or none. */
const skipped = (item: BulkItem): BulkItem => {
  const { status, ...problem } = bulkNotApplied;
  const { index, op, templateId } = item;
  return { index, op, ...(templateId !== undefined && { templateId }), status, outcome: "skipped", problem };
};

/** What is told of a request whose operations came to this. */
export const resultOf = (
  items: readonly BulkItem[],
  { dryRun, atomic }: { readonly dryRun: boolean; readonly atomic: boolean },
): BulkResult => {
  const failed = items.filter(({ outcome }) => outcome === "failed").length;
  const isUndone = atomic && failed > 0;
  const rest = items.length - failed;
  return {
    dryRun,
    atomic,
    applied: !dryRun && !isUndone,
    summary: { succeeded: isUndone ? 0 : rest, failed, skipped: isUndone ? rest : 0 },
    results: items.map((item) => (isUndone && item.outcome !== "failed" ? skipped(item) : item)),
  };
};
