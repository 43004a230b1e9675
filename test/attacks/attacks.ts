import type { Attack } from './clients/attack.ts';
import { heavyQueries } from './heavy-queries.ts';
import { pingFloods } from './ping-floods.ts';
import { slowDocuments } from './slow-documents.ts';
import { subscriptionFloods } from './subscription-floods.ts';
import { unreadAnswers } from './unread-answers.ts';

/** All attacks by their names. */
export const attacks = {
  // Shows what is measured without an attack.
  'no attack': async (attacker) => attacker.count('nothing'),
  ...unreadAnswers,
  ...heavyQueries,
  ...subscriptionFloods,
  ...pingFloods,
  ...slowDocuments,
} satisfies Record<string, Attack>;

export type AttackName = keyof typeof attacks;
