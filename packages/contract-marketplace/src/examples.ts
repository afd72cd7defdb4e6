const text = "My goal for today: {{ goal }}";

/** A prompt to be created. */
export const newTemplate = {
  name: "Daily Focus Coach",
  instructions: "Help the user to choose what to finish today. Ask about nothing; propose three blocks of time.",
  input: [{ id: "goal", type: "input_text", text }],
};

/** The same, as it is shown. */
export const template = {
  id: "tmpl_0199f3a2-7b1c-4d5e-8f00-3c2a1b4d5e6f",
  ...newTemplate,
  description: "",
  model: "gpt-4.1-mini",
  metadata: {},
  channels: { slack: false, email: false, inApp: true },
  tools: {},
  deployments: { production: { slack: true } },
  safetyIdentifier: "focus-daily-focus-coach",
  createdAt: "2026-11-22T09:30:00.000Z",
  updatedAt: "2026-11-22T09:30:00.000Z",
  history: [
    { version: 1, description: "", instructions: newTemplate.instructions, updatedAt: "2026-11-22T09:30:00.000Z" },
  ],
  version: "1.0.0",
};

const metadata = {
  template_id: template.id,
  template_name: template.name,
  safety_identifier: template.safetyIdentifier,
};

/** The same, compiled. */
export const compiled = {
  tenantId: "acme",
  request: {
    model: template.model,
    input: [{ role: "user", content: [{ type: "input_text", text: "My goal for today: ship the release" }] }],
    instructions: template.instructions,
    metadata,
  },
  metadata,
  tools: {},
};

/** The same, run by a service without a runner. */
export const run = {
  runId: "run_0199f3a2-7b1c-4d5e-8f00-3c2a1b4d5e70",
  status: "not_configured",
  bufferedMessages: [],
  reasoning: [],
  refusals: [],
  historyPlan: null,
  compiled: { ...compiled, tenantId: "default" },
};
