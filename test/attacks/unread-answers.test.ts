import { bothSizes, testAttacks } from './harness/test-attacks.ts';

testAttacks([
  { attack: 'unread answers with 14 lists of long notes', sizes: bothSizes, isRepeated: true },
  { attack: 'answers with 20 lists of long notes', sizes: bothSizes, isRepeated: true },
  {
    attack: 'large answers on a socket with other subscriptions',
    sizes: bothSizes,
    // A session becomes stale every 100 ms. The refused answers do not close the socket.
    atLeast: { 'an event': 10 },
    never: ['closed 4500'],
  },
  { attack: 'unread answers on sockets', isRepeated: true },
  { attack: 'unread answers of pipelined requests' },
  { attack: 'unread answers with notes of tasks' },
  { attack: 'unread answers with the history of tasks' },
  { attack: 'unread answers with edges' },
  { attack: 'unread answers with statistics' },
  { attack: 'exports that are read slowly' },
]);
