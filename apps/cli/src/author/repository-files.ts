const readme = (name: string): string => `# ${name}

Agents and templates, published with [nofx](https://www.npmjs.com/package/@nofx/cli).

\`\`\`
agents/<agentId>/agent.json           an agent, its prompts and files beside it
templates/<templateId>/template.json  a template, its steps in versions/<semver>.json
\`\`\`

## Next steps

1. \`npx @nofx/cli new agent\` and \`npx @nofx/cli new template\` make the first of each; \`--list\` says what to begin with.
2. \`npx @nofx/cli validate\` checks everything, \`npx @nofx/cli test\` runs the tests of templates. Neither changes anything.
3. \`npx @nofx/cli sync --plan\` says what would be published, \`npx @nofx/cli sync\` publishes it.

## Changing what is published

A published version never changes. Move it to \`versions/<its version>/\`, raise the version number, edit.
\`npx @nofx/cli diff agents/<agentId>\` says how far the number has to move.
`;

const gitignore = `.nofx/
node_modules/
.env
.env.*
`;

const workflow = `# Checks every pull request; publishes what is on main.
# Settings of the repository: the variable NOFX_ORIGIN and the secret NOFX_TOKEN, of a token that may publish.
name: nofx
on:
  pull_request:
  push:
    branches: [main]
permissions:
  contents: read
concurrency:
  group: nofx-\${{ github.ref }}
jobs:
  validate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 24
      - run: npx --yes @nofx/cli validate
      - run: npx --yes @nofx/cli test --offline
  publish:
    if: github.event_name == 'push'
    needs: validate
    runs-on: ubuntu-latest
    env:
      NOFX_ORIGIN: \${{ vars.NOFX_ORIGIN }}
      NOFX_TOKEN: \${{ secrets.NOFX_TOKEN }}
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 24
      - run: npx --yes @nofx/cli sync --yes
`;

/** The files of a new repository of agents and templates. */
export const repositoryFiles = (name: string, hasCi: boolean): ReadonlyMap<string, string> =>
  new Map([
    ["README.md", readme(name)],
    [".gitignore", gitignore],
    ["agents/.gitkeep", ""],
    ["templates/.gitkeep", ""],
    ...(hasCi ? ([[".github/workflows/nofx.yml", workflow]] as const) : []),
  ]);
