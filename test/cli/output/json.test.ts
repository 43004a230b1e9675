import { describe, expect, it } from 'vitest';
import {
  completionJson,
  jsonText,
  nextPhaseJson,
  sessionJson,
  snakeCased,
} from '../../../src/cli/output/json.ts';
import { session } from '../../support/commands.ts';

describe('JSON as text', () => {
  const hostile = { title: 'a\u001B[2J\u009B2J\u007F\r\nb\u202Egpj\u2028\u{1F44D}', notes: ['\uFEFF'] };

  it('has nothing in it that a terminal obeys, and says the same', () => {
    for (const text of [jsonText(hostile), jsonText(hostile, 2)]) {
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Zl}\p{Bidi_Control}\uFEFF]/u);
      expect(JSON.parse(text)).toEqual(hostile);
    }
  });

  it('is laid out in lines where it is to be read', () => {
    expect(jsonText({ count: 1 }, 2)).toBe('{\n  "count": 1\n}');
    expect(jsonText({ count: 1 })).toBe('{"count":1}');
  });
});

describe('names in JSON', () => {
  it('are in snake case at every depth, and values stay as they are', () => {
    expect(
      snakeCased({
        activeSession: { id: 'TaskSession:42', startedAt: '2026-01-11T10:00:00.000Z' },
        allowedTransitions: ['inDevelopment', { toStatus: 'inReview' }],
        isPaused: true,
        totalMinutes: 1.5,
        endedAt: null,
        notGiven: undefined,
      }),
    ).toEqual({
      active_session: { id: 'TaskSession:42', started_at: '2026-01-11T10:00:00.000Z' },
      allowed_transitions: ['inDevelopment', { to_status: 'inReview' }],
      is_paused: true,
      total_minutes: 1.5,
      ended_at: null,
      not_given: null,
    });
  });
});

describe('the completion', () => {
  it.each([
    { percent: 66.7, share: 0.667 },
    { percent: 33.3, share: 0.333 },
    { percent: 0.1, share: 0.001 },
    { percent: 100, share: 1 },
    { percent: 0, share: 0 },
    { percent: null, share: null },
  ])('of $percent % is a share of $share', ({ percent, share }) => {
    expect(completionJson(percent)).toEqual({ completion_rate: share, completion_rate_pct: percent });
  });
});

describe('the time since the start', () => {
  it.each([
    { elapsedMinutes: 0, is: 'PT0S' },
    { elapsedMinutes: 0.999, is: 'PT59S' },
    { elapsedMinutes: 240, is: 'PT4H' },
  ])('of $elapsedMinutes minutes is $is, in whole seconds', ({ elapsedMinutes, is }) => {
    expect(sessionJson(session({ elapsedMinutes })).time_since_start).toBe(is);
  });

  it('is nothing of a session that is over', () => {
    expect(sessionJson(session({ isActive: false })).time_since_start).toBeNull();
  });
});

it('the phase that comes next is null at the end', () => {
  expect(nextPhaseJson(null)).toBeNull();
  expect(nextPhaseJson({ phase: 'qa', status: 'ready_for_qa', agentTypes: ['qa'] })).toEqual({
    phase: 'qa',
    status: 'ready_for_qa',
    agent_types: ['qa'],
  });
});
