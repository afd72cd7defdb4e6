import type { CommandGroup } from "../command.ts";

/** What concerns nofx itself, and the control plane as a whole. */
export const systemCommands: CommandGroup = {
  title: "Run:",
  commands: [
    {
      path: ["up"],
      summary: "start the control plane on this machine, until Ctrl-C",
      description:
        "What `npm start` does in the repository: that in the working directory or above it, else nofx's own.",
      arguments: [],
      options: [],
      examples: ["nofx up"],
      load: async () => (await import("./up.command.ts")).up,
    },
    {
      path: ["doctor"],
      summary: "find out why nofx does not work",
      description:
        "Looks at Node, configuration, credentials, origin, services and their contracts, token, clock and search, and says what to do about each. Exit code 1 if anything is an error.",
      arguments: [],
      options: [],
      examples: ["nofx doctor", "nofx doctor --origin https://nofx.example.com --json"],
      load: async () => (await import("./doctor.command.ts")).doctor,
    },
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
