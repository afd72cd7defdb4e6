import type { PublishedFile } from "@nofx/contract-kit";
import type { TemplateVersionDocument } from "@nofx/contract-marketplace";
import { asArray, asObject, joinedWords, wordBytesMax, wordFiles, wordsOf } from "@nofx/document";
import { stepsFile, withInlineSteps } from "@nofx/template";

/** A file of a version, as far as it is to be read. */
export interface Reading {
  readonly digest: string;
  readonly bytes: number;
}

const textFiles = ({ files = [] }: TemplateVersionDocument): PublishedFile[] => wordFiles(files);

/** The files of a version that a record has words of: the one with the steps, all of it, and the beginnings of texts. */
export const readingsOf = (document: TemplateVersionDocument): Reading[] => {
  const steps = stepsFile(document);
  const texts = textFiles(document).map(({ digest, size }) => ({ digest, bytes: Math.min(size, wordBytesMax) }));
  return steps ? [{ digest: steps.digest, bytes: steps.size }, ...texts] : texts;
};

/** Splits into parts whose sizes add up to no more than that, or have one item. */
export const batchesOf = <T>(items: readonly T[], sizeOf: (item: T) => number, sizeMax: number): T[][] => {
  const batches: T[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const item of items) {
    size += sizeOf(item);
    if (size > sizeMax) {
      batches.push([]);
      size = sizeOf(item);
    }
    batches.at(-1)?.push(item);
  }
  return batches;
};

const texts = (...values: readonly unknown[]): string[] => values.filter((value) => typeof value === "string");

const stepWords = (step: unknown): string[] => {
  const { id, name, inputs } = asObject(step);
  return texts(id, name, ...Object.values(asObject(inputs)));
};

const variableWords = ([name, variable]: readonly [string, unknown]): string[] =>
  texts(name, asObject(variable).description);

/** What a version says beside its name, description and the like: goal, prompt, steps, variables, then its text files. */
export const textOf = (
  document: TemplateVersionDocument,
  contentOf: (digest: string) => Uint8Array | undefined,
): string => {
  const read = (digest: string | undefined): string | undefined => {
    const bytes = digest === undefined ? undefined : contentOf(digest);
    return bytes && wordsOf(bytes);
  };
  const { content } = withInlineSteps(document, read(stepsFile(document)?.digest));
  const { goal, instructions, input, steps, variables } = asObject(content);
  return joinedWords([
    ...texts(goal, instructions),
    ...asArray(input).flatMap((part) => texts(asObject(part).text)),
    ...asArray(steps).flatMap(stepWords),
    ...Object.entries(asObject(variables)).flatMap(variableWords),
    ...textFiles(document).map(({ digest }) => read(digest)),
  ]);
};
