/** A server with an incorrect export: it builds the whole file in memory before it sends any of it. */
import { createServer } from 'node:http';
import { openConnection } from '../../src/db/sqlite/driver.ts';
import { stringify } from 'csv-stringify/sync';

const connection = openConnection((process.env.DATABASE_URL ?? '').replace('file:', ''), {
  readonly: true,
});
const sessions = connection.prepare('SELECT * FROM task_sessions LIMIT ?');

const server = createServer((request, response) => {
  const limit = new URL(request.url ?? '', 'http://localhost').searchParams.get('limit');
  response.end(stringify(sessions.all(Number(limit))));
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object')
    console.log(`ready at http://127.0.0.1:${address.port}/`);
});
