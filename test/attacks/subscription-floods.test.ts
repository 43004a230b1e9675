import { bothSizes, testAttacks } from './harness/test-attacks.ts';

testAttacks([
  { attack: '16 subscriptions to 48 lists', sizes: bothSizes },
  { attack: 'as many of the largest subscriptions as allowed', sizes: bothSizes },
  { attack: 'unread event streams' },
]);
