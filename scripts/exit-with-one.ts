/** Preloaded by the `registry:*` scripts: whatever goes wrong, their exit code is 1; that of `nofx` tells more. */
process.once("exit", (code) => {
  if (code !== 0) process.exitCode = 1;
});
