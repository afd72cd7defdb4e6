import type { CommandGroup } from "../command.ts";

/** What concerns nofx itself, and the control plane as a whole. */
export const systemCommands: CommandGroup = {
  title: "Run:",
  commands: [
    {
      path: ["completion"],
      summary: "print what makes a shell complete commands, options and their values",
      description:
        'For bash: add `source <(nofx completion bash)` to ~/.bashrc. For zsh: add `source <(nofx completion zsh)` to ~/.zshrc, after compinit. For fish: run `nofx completion fish > ~/.config/fish/completions/nofx.fish`. The shell calls nofx by its name: where it is not on the PATH, a function does: `nofx() { node path/to/apps/cli/src/main.ts "$@"; }`.',
      arguments: [{ name: "<shell>", description: "whose", choices: ["bash", "zsh", "fish"] }],
      options: [],
      examples: ["nofx completion bash", "nofx completion fish"],
      load: async () => (await import("./completion.command.ts")).completion,
    },
  ],
};
