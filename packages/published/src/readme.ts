/** A program of a README, and what it prints if the README tells. */
export interface Example {
  readonly program: string;
  readonly prints: string | undefined;
}

/** The first block of TypeScript in a README, and the block of text behind it. @throws if there is none */
export const exampleOf = (readme: string): Example => {
  const [, program, prints] = /```ts\n(.*?)```(?:\s*```text\n(.*?)```)?/s.exec(readme) ?? [];
  if (program === undefined) throw new Error("The README has no example in TypeScript");
  return { program, prints };
};
