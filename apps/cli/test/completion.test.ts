import { execFile, execFileSync } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { program } from "../src/program.ts";
import { nofx, nofxJson } from "./cli.ts";

const execute = promisify(execFile);
const main = join(import.meta.dirname, "../src/main.ts");
const node = process.execPath;

const isThere = (shell: string): boolean => {
  try {
    execFileSync(shell, ["-c", "true"]);
    return true;
  } catch {
    return false;
  }
};

/** What a shell offers after these words, the last of which is being typed. */
const offers = {
  bash: (line: string) => `
    nofx() { '${node}' '${main}' "$@"; }
    source <(nofx completion bash)
    complete_with=$(complete -p nofx | sed 's/.*-F \\([^ ]*\\).*/\\1/')
    COMP_LINE='${line}'; COMP_POINT=\${#COMP_LINE}
    IFS=' ' read -r -a COMP_WORDS <<< "$COMP_LINE"
    COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
    "$complete_with" nofx "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD - 1]}" 2> /dev/null
    printf '%s\\n' "\${COMPREPLY[@]}"`,
  fish: (line: string) => `
    function nofx; '${node}' '${main}' $argv; end
    nofx completion fish | source
    complete -C '${line}'`,
  // Only a zsh that somebody types into completes anything.
  zsh: (line: string, expected: string) => `
    zmodload zsh/zpty
    zpty typed 'PS1= zsh -f -i'
    zpty -w typed "autoload -Uz compinit; compinit -D -u; nofx() { '${node}' '${main}' \\"\\$@\\"; }"
    zpty -w typed "source <(nofx completion zsh); echo REA''DY"
    zpty -r typed out '*READY*'
    zpty -w -n typed $'${line}\t'
    zpty -r typed out '*${expected}*'
    zpty -d typed
    print -r -- "\n${expected}"`,
};

const offered = async (shell: keyof typeof offers, line: string, expected: string): Promise<string> =>
  (await execute(shell, ["-c", offers[shell](line, expected)], { timeout: 20_000 })).stdout;

describe.each(["bash", "zsh", "fish"] as const)("nofx completion %s", (shell) => {
  it("0: prints a script; --json has it too", async () => {
    const { exitCode, stdout } = await nofx(["completion", shell]);
    expect(exitCode).toBe(0);
    expect((await nofxJson("completion", ["completion", shell])).document).toEqual({ shell, script: stdout.trimEnd() });
  });

  it.runIf(isThere(shell))("in the shell: offers commands, options and their values", async () => {
    for (const [line, expected] of [
      ["nofx sea", "search"],
      ["nofx search --so", "--sort"],
      ["nofx search --sort rec", "recent"],
      ["nofx search --ori", "--origin"],
      ["nofx completion fi", "fish"],
    ] as const) {
      expect(await offered(shell, line, expected), line).toMatch(new RegExp(`^${expected}\\b`, "m"));
    }
  });
});

it("2: a shell that nofx does not know", async () => {
  const { exitCode, stderr } = await nofx(["completion", "cmd"]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining("bash, zsh, fish") });
});

describe("nofx complete", () => {
  const lines = async (...words: string[]) => (await nofx(["complete", "--", ...words])).stdout.trimEnd().split("\n");

  it("offers every command, with what it does", async () => {
    const told = await lines("");
    for (const { path } of program.flatMap(({ commands }) => commands)) {
      expect(told.some((line) => line.startsWith(`${path[0]}\t`))).toBe(true);
    }
    expect(await lines("sync", "--par")).toEqual(["--partial\tpublish the rest where something cannot be", ":4"]);
  });

  it("leaves to the shell what are files", async () => {
    expect((await lines("sync", "ag")).at(-1)).toBe(":0");
    expect((await lines("login", "--token-file", "")).at(-1)).toBe(":0");
    expect((await lines("sync", "--visibility", "")).at(-1)).toBe(":4");
    expect((await lines("search", "wor")).at(-1)).toBe(":4");
  });
});
