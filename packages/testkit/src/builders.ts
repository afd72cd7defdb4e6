import type { AgentManifest } from "@nofx/contract-registry";
import type { z } from "zod";

type ManifestInput = z.input<typeof AgentManifest>;

/** A valid manifest, with what the test is about in its place. */
export const manifest = (overrides: Partial<ManifestInput> = {}): ManifestInput => ({
  agentId: "greeter",
  name: "Greeter",
  version: "1.0.0",
  description: "Greets people.",
  capabilities: [{ id: "greet", label: "Greet somebody" }],
  tags: ["demo", "text"],
  metadata: { owner: "team-a", source: "tests" },
  manifest: { entryPrompt: "prompts/system.md", model: "claude-sonnet-4-5", capabilities: ["greet"] },
  files: [{ path: "prompts/system.md", content: "Greet the person by name.\n" }],
  ...overrides,
});
