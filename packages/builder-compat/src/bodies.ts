/** A text item of a template's input. */
export const textItem = (text: string, id = "in_1") => ({ id, type: "input_text", text });

/** The least that makes a template. */
export const least = (change: Readonly<Record<string, unknown>> = {}) => ({
  name: "Compat check",
  instructions: "Answer briefly.",
  input: [textItem("What is next?")],
  ...change,
});

/** One item of each type, and both ways to name an image. */
export const everyInput = [
  textItem("Look at these.", "in_text"),
  { id: "in_image", type: "input_image", image_url: "https://example.com/chart.png" },
  { id: "in_pixels", type: "input_image", image_url: "data:image/gif;base64,R0lGODlhAQABAAAAACw=" },
  { id: "in_file", type: "input_file", file_id: "file-7f3a" },
  { id: "in_audio", type: "input_audio", audio: "UklGRiQAAABXQVZF", format: "wav" },
  textItem("Then sum up.", "in_last"),
];

/** The settings that a template has only if it is given them. */
export const options = {
  maxToolCalls: 7,
  toolChoice: "auto",
  historyPlan: { strategy: "summary", turns: { keep: 6, summarise: 20 }, anchors: ["goal", "deadline"], enabled: true },
  conversationPolicy: { retention: "30d", redact: ["email"], limits: { turns: 12, idleMinutes: 30 } },
};

/** A template with everything but tools, and nothing as it would be by default. */
export const full = {
  ...least({ name: "Compat: Weekly Review (full)", input: everyInput }),
  description: "Reviews a week. Ünïcode, “quotes” and\nlines stay.",
  model: "gpt-4.1",
  metadata: { owner: "growth", "cost.centre": "42" },
  channels: { slack: true, email: true, inApp: false },
  ...options,
};

const builtinNames = ["web_search", "file_search", "code_interpreter", "computer", "mcp"];

/** Two ways to write built-in tools: by name, or as the model's API wants them. A server may know either or both. */
export const toolForms = [
  builtinNames,
  [
    { type: "web_search" },
    { type: "file_search", vector_store_ids: ["vs_1"] },
    { type: "code_interpreter", container: { type: "auto" } },
    { type: "computer" },
    { type: "mcp", server_label: "crm", server_url: "https://example.com/mcp" },
  ],
].map((builtin) => ({ builtin, include: ["file_search_call.results", "web_search_call.action.sources"] }));

/** A body for compile and run. */
export const compileBody = (variables: Readonly<Record<string, string>> = {}) => ({ tenantId: "acme", variables });
