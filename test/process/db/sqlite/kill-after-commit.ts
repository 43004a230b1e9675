/*
 * killed-before-answer.test.ts loads this into a server: it kills the server right after a commit, before any response,
 * as soon as the file KILL_WHEN_EXISTS exists.
 */
import { existsSync } from 'node:fs';
import { sqliteDriver, type Statement } from '../../../../src/db/sqlite/driver.ts';

const file = process.env.KILL_WHEN_EXISTS ?? '';
const { prototype } = sqliteDriver();

prototype.prepare = new Proxy(prototype.prepare, {
  apply(prepare, connection, parameters) {
    const statement: Statement = Reflect.apply(prepare, connection, parameters);
    if (parameters[0] === 'COMMIT')
      statement.run = new Proxy(statement.run, {
        apply(run, _, values) {
          const result: unknown = Reflect.apply(run, statement, values);
          if (existsSync(file)) process.kill(process.pid, 'SIGKILL');
          return result;
        },
      });
    return statement;
  },
});
