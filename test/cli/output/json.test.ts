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

  it('escapes control characters, and parses to the same value', () => {
    for (const text of [jsonText(hostile), jsonText(hostile, 2)]) {
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Zl}\p{Bidi_Control}\uFEFF]/u);
      expect(JSON.parse(text)).toEqual(hostile);
    }
  });

  it('indents JSON for readers', () => {
    expect(jsonText({ count: 1 }, 2)).toBe('{\n  "count": 1\n}');
    expect(jsonText({ count: 1 })).toBe('{"count":1}');
  });
});

describe('names of JSON fields', () => {
  it('use snake case at all levels, and values stay unchanged', () => {
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

describe('completion rate', () => {
  it.each([
    { percent: 66.7, share: 0.667 },
    { percent: 33.3, share: 0.333 },
    { percent: 0.1, share: 0.001 },
    { percent: 100, share: 1 },
    { percent: 0, share: 0 },
    { percent: null, share: null },
  ])('converts $percent % to $share', ({ percent, share }) => {
    expect(completionJson(percent)).toEqual({ completion_rate: share, completion_rate_pct: percent });
  });
});

describe('time since the start', () => {
  it.each([
    { elapsedMinutes: 0, is: 'PT0S' },
    { elapsedMinutes: 0.999, is: 'PT59S' },
    { elapsedMinutes: 240, is: 'PT4H' },
  ])('of $elapsedMinutes minutes is $is, in whole seconds', ({ elapsedMinutes, is }) => {
    expect(sessionJson(session({ elapsedMinutes })).time_since_start).toBe(is);
  });

  it('is null for an ended session', () => {
    expect(sessionJson(session({ isActive: false })).time_since_start).toBeNull();
  });
});

it('the next phase is null after the last phase', () => {
  expect(nextPhaseJson(null)).toBeNull();
  expect(nextPhaseJson({ phase: 'qa', status: 'ready_for_qa', agentTypes: ['qa'] })).toEqual({
    phase: 'qa',
    status: 'ready_for_qa',
    agent_types: ['qa'],
  });
});
