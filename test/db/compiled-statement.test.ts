import { describe, expect, it } from 'vitest';
import { compiledStatement, type ValueOf } from '../../src/db/compiled-statement.ts';
import { statementsOn } from '../../src/db/sqlite/statements-on.ts';
import type { Statement } from '../../src/db/statements.ts';

/** Statements that are recorded and return no rows. */
function recordedStatements() {
  const executed: Statement[] = [];
  const statements = statementsOn((statement) => {
    executed.push(statement);
    return { rows: [] };
  });
  return { statements, executed };
}

describe('a compiled statement', () => {
  it('is built once for each variant, and runs with the values of each call', async () => {
    const built: boolean[] = [];
    const epics = compiledStatement(
      (on, value: ValueOf<{ key: string; slug: string | null }>, isActive: boolean) => {
        built.push(isActive);
        return on
          .selectFrom('epics')
          .select('id')
          .where('slug', 'is', value('slug'))
          .$if(isActive, (epic) => epic.where('status', '=', 'active'))
          .where('key', '=', value('key'));
      },
    );
    const { statements, executed } = recordedStatements();
    await epics(statements, { key: 'E01', slug: null }, true);
    await epics(statements, { key: 'E02', slug: 'two' }, true);
    await epics(statements, { key: 'E03', slug: 'three' }, false);

    expect(built).toEqual([true, false]);
    const text = (active: string) => `select "id" from "epics" where "slug" is ? ${active}and "key" = ?`;
    expect(executed).toEqual([
      { sql: text('and "status" = ? '), parameters: [null, 'active', 'E01'] },
      { sql: text('and "status" = ? '), parameters: ['two', 'active', 'E02'] },
      { sql: text(''), parameters: ['three', 'E03'] },
    ]);
  });

  it('does not run without one of its values', async () => {
    const epics = compiledStatement((on, value: ValueOf<{ key?: string }>) =>
      on.selectFrom('epics').select('id').where('key', '=', value('key')),
    );
    const { statements, executed } = recordedStatements();
    await expect(epics(statements, {})).rejects.toThrow("The statement needs a value for 'key'");
    expect(executed).toEqual([]);
  });
});
