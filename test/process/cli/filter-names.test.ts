import { expect, it } from 'vitest';
import { boardOn } from '../../support/board.ts';
import { openProcessShell } from '../../support/process-shell.ts';
import { ways } from '../../support/shell.ts';

it.each(ways)('a mistyped name ends a command with one line and exit code 1 %s', async (way) => {
  await using board = await boardOn(await openProcessShell(way));
  for (const [command, message] of [
    ['task sessions --epic=E77', "There is no epic 'E77'"],
    ['task sessions --export=csv --feature=E07-F77', "There is no feature 'E07-F77'"],
    [
      'task list --status=in_developement',
      "There is no status 'in_developement'. Did you mean 'in_development'?",
    ],
    ['session abandon --stale=4h --epic=E77', "There is no epic 'E77'"],
    ['analytics bottlenecks --phase=developement', "There is no phase 'developement'"],
    ['watch --epic=E77', "There is no epic 'E77'"],
  ] as const) {
    const { code, stdout, stderr } = await board.shark(...command.split(' '));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^(?:Watching .*\n)?Error: .*\n$/);
    expect(stderr).toContain(message);
  }
});
