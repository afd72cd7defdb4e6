import { createContext, runInContext } from "node:vm";
import { rolldown } from "rolldown";

/** What the packages use of what both browsers and Node have. */
const web = {
  AbortController,
  AbortSignal,
  Headers,
  Response,
  TextDecoder,
  TextEncoder,
  URL,
  URLSearchParams,
  clearTimeout,
  crypto,
  fetch,
  performance,
  setTimeout,
};

/** Bundles a program for browsers and runs it with nothing of Node but `process.env`; gives the lines that it prints. */
export const runBundled = async (program: string, env: Readonly<Record<string, string>>): Promise<string[]> => {
  const bundle = await rolldown({
    input: program,
    platform: "browser",
    onLog: (_level, log) => {
      throw new Error(log.message);
    },
  });
  const { output } = await bundle.generate({ format: "esm", codeSplitting: false });
  await bundle.close();
  const printed: string[] = [];
  const console = { log: (...said: readonly unknown[]) => void printed.push(said.join(" ")) };
  const context = createContext({ ...web, console, process: { env } });
  const code = output[0].code.replace(/^export \{.*\};?$/gm, "");
  await runInContext(`(async () => {${code}\n})()`, context);
  return printed;
};
