import { bothSizes, testAttacks } from './harness/test-attacks.ts';

testAttacks([
  { attack: '48 lists of sessions by one client', sizes: bothSizes },
  { attack: '48 lists of sessions by five clients', sizes: bothSizes },
  { attack: 'introspection under 48 aliases', sizes: bothSizes },
  { attack: 'introspection in fragments' },
  { attack: 'nested lists of sessions' },
  { attack: 'nested lists of tasks' },
  { attack: '48 lists of sessions in the URL' },
  { attack: 'many heavy operations on one socket' },
  { attack: 'few heavy operations on many sockets' },
  { attack: 'many analytics' },
  { attack: 'timelines of many tasks' },
  { attack: 'a repeated claim with a large answer' },
]);
