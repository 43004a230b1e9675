import { heavyQueries } from './heavy-queries.ts';
import { pingFloods } from './ping-floods.ts';
import { slowDocuments } from './slow-documents.ts';
import { subscriptionFloods } from './subscription-floods.ts';
import { unreadAnswers } from './unread-answers.ts';

/** All attacks by their names. */
export const attacks = {
  ...unreadAnswers,
  ...heavyQueries,
  ...subscriptionFloods,
  ...pingFloods,
  ...slowDocuments,
};

export type AttackName = keyof typeof attacks;
