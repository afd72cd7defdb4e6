#!/usr/bin/env node
import { enableCompileCache } from "node:module";

enableCompileCache();
const { run } = await import("./run.ts");

const { stdin, stdout, stderr, env } = process;
const ending = new AbortController();
process.once("SIGINT", () => {
  // Who presses Ctrl-C twice does not wait for the end of what goes on.
  process.once("SIGINT", () => process.exit(130));
  ending.abort();
});
// `nofx … | head` ends the reader first; nobody is left to tell.
stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});
process.exitCode = await run(process.argv.slice(2), {
  stdin,
  stdout,
  stderr,
  env,
  cwd: process.cwd(),
  signal: ending.signal,
});
// What was given up would hold the process.
if (ending.signal.aborted) process.exit();
