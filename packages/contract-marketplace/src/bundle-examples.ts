import type { Example } from "@nofx/contract-kit";

const templateId = "daily-focus";
const version = "1.0.0";
const digest = "sha256:de8bcd64358f37efe7dafe4287f20cde6e2d14f2140681107f9cc67251a6a20c";
const path = `templates/${templateId}/${version}/template.json`;
const document =
  '{"content":{"input":[{"text":"{{ open }}","type":"input_text"}],"instructions":"Propose three things for today.","kind":"prompt"},"name":"Daily Focus","templateId":"daily-focus","version":"1.0.0"}';

const template = {
  templateId,
  currentVersion: version,
  status: "active",
  visibility: "private",
  versions: [{ version, status: "active" }],
  builder: { deployments: {} },
};

/** One template, one version: what the digests say is true. */
const bundle = {
  format: "nofx-bundle",
  formatVersion: 1,
  content: { kind: "templates", templates: [template] },
  entries: [{ path, size: document.length, digest }],
};

export const exportTemplates = { arguments: { format: "bundle", kind: "prompt", tag: "planning" } } satisfies Example;

export const importTemplates = {
  arguments: { dryRun: "true", body: { bundle, entries: { [path]: { content: document, encoding: "utf-8" } } } },
  answer: {
    dryRun: true,
    bundle: "sha256:d61fad3a39c1f6c08faf64cbf91c057f62bef282b653d21f552092b6f17eb249",
    summary: { created: 1, unchanged: 0, conflict: 0, invalid: 0 },
    items: [{ templateId, version, digest, outcome: "created" }],
  },
} satisfies Example;
