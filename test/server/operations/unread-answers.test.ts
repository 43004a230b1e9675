import { expect, it } from 'vitest';
import { createUnreadAnswers } from '../../../src/server/operations/unread-answers.ts';

it('refuses the next operation of a client that has not read too much, until it has read', () => {
  const answers = createUnreadAnswers({ unreadBytesPerToken: 100, unreadBytes: 1_000 });
  const read = answers.add('slow', 80);
  answers.check('slow');
  const readMore = answers.add('slow', 30);
  expect(() => answers.check('slow')).toThrow(
    expect.objectContaining({
      extensions: expect.objectContaining({
        code: 'ANSWERS_NOT_READ',
        limit: 100,
        found: 110,
        setting: 'MAX_UNREAD_BYTES_PER_TOKEN',
      }),
    }),
  );
  answers.check('other');
  read();
  read();
  answers.check('slow');
  answers.add('slow', 60);
  answers.check('slow');
  answers.add('slow', 20);
  expect(() => answers.check('slow')).toThrow('This client has not read');
  readMore();
  answers.check('slow');
});

it('when all clients together have not read too much, refuses only those that have not read', () => {
  const answers = createUnreadAnswers({ unreadBytesPerToken: 100, unreadBytes: 150 });
  answers.add('a', 90);
  const read = answers.add('b', 90);
  for (const client of ['a', 'b'])
    expect(() => answers.check(client)).toThrow(
      expect.objectContaining({ extensions: expect.objectContaining({ setting: 'MAX_UNREAD_BYTES' }) }),
    );
  answers.check('prompt');
  read();
  for (const client of ['a', 'b', 'prompt']) answers.check(client);
});
