import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';
import extractConfig from 'dependency-cruiser/config-utl/extract-depcruise-config';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/shark-databases.ts';

const rulesFile = fileURLToPath(new URL('../../config/dependency-rules.cjs', import.meta.url));

/** Writes these files into a folder `src` and returns the rules that they break, as `RULE: FILE → FILE`. */
async function violations(files: Readonly<Record<string, string>>): Promise<string[]> {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, 'src', name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const { options, ...ruleSet } = await extractConfig(rulesFile);
  const { output } = await cruise(
    ['src'],
    { ...options, ruleSet, validate: true, baseDir: folder },
    options?.enhancedResolveOptions,
  );
  if (typeof output === 'string') throw new Error(`A report was expected: ${output}`);
  return output.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
}

const empty = 'export const value = 1;\nexport type Value = number;\n';

/** One file that imports another. */
function importing(from: string, to: string): Record<string, string> {
  return { [from]: `import '${relativeTo(from, to)}';\n`, [to]: empty };
}

function relativeTo(from: string, to: string): string {
  return `${'../'.repeat(from.split('/').length - 1) || './'}${to}`;
}

describe('an import is rejected', () => {
  it.each([
    ['domain-imports-down', 'domain/tasks/create.ts', 'server/app.ts'],
    ['db-imports-down', 'db/errors.ts', 'domain/errors.ts'],
    ['graphql-imports-down', 'graphql/schema.ts', 'server/config.ts'],
    ['server-imports-down', 'server/app.ts', 'main.ts'],
    ['shared-database-code-is-engine-neutral', 'db/errors.ts', 'db/sqlite/migrate.ts'],
    ['commands-use-the-client', 'cli/commands/tasks.ts', 'domain/tasks/create.ts'],
    ['commands-use-the-client', 'cli/commands/tasks.ts', 'db/errors.ts'],
    ['client-is-independent', 'client/client.ts', 'shared/clock.ts'],
    ['workflow-is-pure', 'domain/workflow/workflow.ts', 'db/errors.ts'],
  ])('by %s: %s → %s', async (rule, from, to) => {
    expect(await violations(importing(from, to))).toContain(`${rule}: src/${from} → src/${to}`);
  });

  it.each([
    ['statements-are-in-the-domain', 'graphql/loaders.ts', 'kysely'],
    ['statements-are-in-the-domain', 'worker/queries.ts', 'kysely'],
    ['one-file-chooses-the-driver', 'db/sqlite/migrate.ts', 'better-sqlite3'],
  ])('by %s: %s → the package %s', async (rule, from, name) => {
    const file = `node_modules/${name}/index.js`;
    expect(
      await violations({
        [from]: `import '${name}';\n`,
        [`../${file}`]: empty,
        [`../node_modules/${name}/package.json`]: `{ "name": "${name}", "main": "index.js" }`,
      }),
    ).toEqual([`${rule}: src/${from} → ${file}`]);
  });

  it('if it imports types only', async () => {
    expect(
      await violations({
        'domain/errors.ts': `import type { Value } from '../server/app.ts';\nexport type Other = Value;\n`,
        'server/app.ts': empty,
      }),
    ).toEqual(['domain-imports-down: src/domain/errors.ts → src/server/app.ts']);
  });
});

describe('a circular import is rejected', () => {
  it('between two files', async () => {
    expect(
      await violations({
        'shared/clock.ts': `import './duration.ts';\n`,
        'shared/duration.ts': `import './clock.ts';\n`,
      }),
    ).toEqual(['no-circular-imports: src/shared/clock.ts → src/shared/duration.ts']);
  });

  it('between three files in three folders of a layer', async () => {
    const [violation, ...others] = await violations({
      'domain/tasks/create.ts': `import '../sessions/claim.ts';\n`,
      'domain/sessions/claim.ts': `import '../stale/events.ts';\n`,
      'domain/stale/events.ts': `import '../tasks/create.ts';\n`,
    });
    expect(violation).toMatch(/^no-circular-imports: src\/domain\//);
    // A circle is reported once.
    expect(others).toEqual([]);
  });

  it('if it imports types only', async () => {
    const found = await violations({
      'shared/clock.ts': `import { value } from './duration.ts';\nexport type Clock = typeof value;\n`,
      'shared/duration.ts': `import type { Clock } from './clock.ts';\nexport const value = 1;\nexport type Other = Clock;\n`,
    });
    expect(found).toEqual(['no-circular-imports: src/shared/clock.ts → src/shared/duration.ts']);
  });
});

describe('an import is accepted', () => {
  it.each([
    ['server/app.ts', 'domain/tasks/create.ts'],
    ['domain/tasks/create.ts', 'db/errors.ts'],
    ['cli/commands/tasks.ts', 'client/client.ts'],
    ['cli/connection/connect.ts', 'server/config.ts'],
    ['main.ts', 'cli/program.ts'],
    ['db/sqlite/migrate.ts', 'db/errors.ts'],
  ])('%s → %s', async (from, to) => {
    expect(await violations(importing(from, to))).toEqual([]);
  });
});
