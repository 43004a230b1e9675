import type { Outcome } from '../src/shared/outcomes.ts';
import type { Agent } from './team.ts';

/** A status change, one row of the task history. */
export interface MoveEvent {
  kind: 'move';
  atMs: number;
  from: string | null;
  to: string;
  agent: string | null;
  notes: string | null;
  rejectionReason: string | null;
}

/** A session, placed at its start. */
export interface SessionEvent {
  kind: 'session';
  /** The start. */
  atMs: number;
  agent: Agent;
  phase: string;
  claimedFrom: string;
  claimedTo: string;
  lastHeartbeatMs: number | null;
  /** Null for an active session. */
  close: { atMs: number; outcome: Outcome; notes: string | null; from: string; to: string } | null;
}

export interface NoteEvent {
  kind: 'note';
  atMs: number;
  type: 'comment' | 'rejection';
  content: string;
  createdBy: string | null;
}

export type TaskEvent = MoveEvent | SessionEvent | NoteEvent;
