import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { testApp } from '../../support/app.ts';
import { temporaryFolder } from '../../support/shark-databases.ts';
import { workflowFile } from './workflows.ts';

it('the query workflow returns how long a session in each status may be open', async () => {
  const path = join(temporaryFolder(), '.sharkconfig.json');
  const file = workflowFile({ todo: { to: ['in_work'] }, in_work: { to: ['done'] }, done: { to: [] } });
  writeFileSync(path, JSON.stringify({ ...file, status_metadata: { in_work: { stale_after: '90m' } } }));
  await using app = await testApp({ config: { workflowFile: path } });

  expect(await app.post('{ workflow { statuses { name staleAfter } } }')).toEqual({
    data: {
      workflow: {
        statuses: [
          { name: 'todo', staleAfter: null },
          { name: 'in_work', staleAfter: 'PT1H30M' },
          { name: 'done', staleAfter: null },
        ],
      },
    },
  });
});
