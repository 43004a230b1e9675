import { testAttacks } from './harness/test-attacks.ts';

testAttacks([
  { attack: 'unread answers with 14 lists of long notes', repeated: true },
  { attack: 'answers with 20 lists of long notes', repeated: true },
  {
    attack: 'large answers on a socket with other subscriptions',
    // A session becomes stale every 100 ms. The refused answers do not close the socket.
    atLeast: { 'an event': 10 },
    never: ['closed 4500'],
  },
  { attack: 'unread answers on sockets', repeated: true },
  { attack: 'unread answers of pipelined requests' },
  { attack: 'unread answers with notes of tasks' },
  { attack: 'unread answers with the history of tasks' },
  { attack: 'unread answers with edges' },
  { attack: 'unread answers with statistics' },
  { attack: 'exports that are read slowly' },
]);
