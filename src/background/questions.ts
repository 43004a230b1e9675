import { agentPerformance } from '../analytics/agent-performance.ts';
import type { Inquiry } from '../analytics/inquiry.ts';
import { phaseDurations } from '../analytics/phase-durations.ts';
import { unlessGivenUp } from '../db/snapshot.ts';
import { sessionsAsCsv } from '../export/session-rows.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { selectCount, selectPage, type SessionPage } from '../sessions/pages.ts';
import type { SessionFilter } from '../sessions/filter.ts';

const whileWanted = unlessGivenUp(Prisma.sql`session.id`);

/** Everything that can be asked of the background, by name: a function of what is committed and its parameters. */
export const questions = {
  phaseDurations,
  agentPerformance,
  sessionsAsCsv,
  sessionPage: ({ snapshot, now }: Inquiry, page: SessionPage): number[] =>
    snapshot.all<{ id: number }>(selectPage(page, now, whileWanted)).map(({ id }) => id),
  sessionCount: ({ snapshot, now }: Inquiry, { filter }: { filter: SessionFilter }): number =>
    snapshot.all<{ count: number }>(selectCount(filter, now, whileWanted))[0]?.count ?? 0,
};

export type Questions = typeof questions;
export type QuestionName = keyof Questions;
export type Parameters<Name extends QuestionName> = Questions[Name] extends (
  inquiry: Inquiry,
  parameters: infer Given,
) => unknown
  ? Given
  : never;
export type Answer<Name extends QuestionName> = ReturnType<Questions[Name]>;
