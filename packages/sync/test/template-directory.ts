/** Steps of a workflow, as the file of a version holds them. */
export const stepsJson = (...ids: string[]): string =>
  JSON.stringify(
    { steps: ids.map((id, index) => ({ id, agentId: "editor", ...(index > 0 && { dependsOn: [ids[index - 1]] }) })) },
    null,
    2,
  );

/** Text of a template.json: a valid workflow, with what the test is about in its place. */
export const templateJson = (overrides: Record<string, unknown> = {}): string => {
  const { version = "1.0.0" } = overrides;
  const content = { kind: "workflow", goal: "Say it.", versionFile: `versions/${version}.json` };
  const template = { templateId: "notes", name: "Notes", version, tags: ["demo"], content, ...overrides };
  return JSON.stringify(template, null, 2);
};

/** Files of a template: its newest version, and earlier ones by their numbers. */
export const template = (
  templateId: string,
  overrides: Record<string, unknown> = {},
  ...earlier: string[]
): Record<string, string> => {
  const { version = "1.0.0" } = overrides;
  const files: Record<string, string> = { [`${templateId}/template.json`]: templateJson({ templateId, ...overrides }) };
  for (const each of earlier) {
    files[`${templateId}/versions/${each}/template.json`] = templateJson({ templateId, version: each });
  }
  for (const each of [String(version), ...earlier]) files[`${templateId}/versions/${each}.json`] = stepsJson("write");
  return files;
};
