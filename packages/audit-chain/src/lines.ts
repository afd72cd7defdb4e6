/** Lines of a text that comes in pieces, ended at "\n" alone: U+2028, which JSON need not escape, ends none. */
export const linesOf = async function* (pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const piece of pieces) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  yield rest;
};
