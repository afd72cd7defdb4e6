import { Writable } from "node:stream";
import type * as inquirer from "@inquirer/prompts";
import { usageFailure } from "./failure.ts";
import type { OutputStream } from "./output/style.ts";

type Inquirer = typeof inquirer;
type Kind = "confirm" | "input" | "password" | "select";

/** Asks people; where nobody can answer, it is a usage error that names the flag to give. */
export interface Prompts {
  /** Whether somebody can answer. */
  readonly canAsk: boolean;
  /** One of Inquirer's questions; `flag` says what answers it beforehand, such as `--yes`. */
  ask<K extends Kind, T>(flag: string, question: (prompts: Pick<Inquirer, K>, where: Where) => Promise<T>): Promise<T>;
}

/** Inquirer's second argument: questions go to stderr. */
export interface Where {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

interface Streams {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stderr: OutputStream;
}

/** Inquirer ends where it writes; what fails later must still be told there. */
const endless = (stream: OutputStream): NodeJS.WritableStream => {
  const shield = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      stream.write(chunk);
      done();
    },
  });
  return Object.assign(shield, { isTTY: stream.isTTY, columns: stream.columns });
};

/** Questions on these streams. */
export const promptsOn = ({ stdin, stderr }: Streams): Prompts => ({
  canAsk: stdin.isTTY === true,
  ask: async (flag, question) => {
    if (!stdin.isTTY) {
      throw usageFailure("There is nobody to ask: standard input is not a terminal", `Give ${flag}.`);
    }
    try {
      return await question(await import("@inquirer/prompts"), { input: stdin, output: endless(stderr) });
    } catch (error) {
      if ((error as Error).name !== "ExitPromptError") throw error;
      throw usageFailure("Nothing was answered; nothing was done");
    }
  },
});
