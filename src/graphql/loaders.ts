import DataLoader from 'dataloader';
import type { EventLoopShare } from '../shared/event-loop-shares.ts';
import type { TaskAge } from '../domain/analytics/aging.ts';
import type { TimelineOfTask } from '../domain/analytics/task-timelines.ts';
import type { AnalyticsWorker } from '../worker/analytics-worker.ts';
import type { Statements } from '../db/statements.ts';
import { countEach, type LoaderOptions, manyEach, oneEach, optionsFor, pageEach } from './batch-loaders.ts';
import {
  activeSessionsOfTasks,
  sessionCounts,
  sessionsById,
  sessionsOfTasks,
  type SessionsOfTaskPage,
} from '../domain/sessions/lookups.ts';
import type { BriefSession, StoredSession } from '../domain/sessions/session.ts';
import { type SessionSummary, sessionSummaries } from '../domain/sessions/summary.ts';
import { taskStatuses } from '../domain/tasks/dependencies.ts';
import type { Epic } from '../domain/tasks/epic.ts';
import type { Feature } from '../domain/tasks/feature.ts';
import {
  epicsById,
  featuresById,
  featuresOfEpics,
  type KeyPage,
  notesOfTasks,
  type TaskNote,
  taskCounts,
  tasksById,
  tasksOfFeatures,
} from '../domain/tasks/lookups.ts';
import type { StoredTask } from '../domain/tasks/task.ts';
import { type HistoryEntry, historyOfTasks } from '../domain/tasks/task-history.ts';

/** Loads values for one request. Each loader reads the values of many parents with one statement. */
export interface Loaders {
  /** These load a row by its ID. They return null if the row does not exist. */
  epic: DataLoader<number, Epic | null>;
  feature: DataLoader<number, Feature | null>;
  task: DataLoader<number, StoredTask | null>;
  session: DataLoader<number, StoredSession | null>;
  /** Loads the status of a task by its key. Returns null if there is no such task. */
  taskStatus: DataLoader<string, string | null>;
  /** Loads the features for an epic ID, sorted by key. */
  featuresOfEpic: DataLoader<number, Feature[]>;
  /** Loads a page of the tasks of a feature, sorted by key. */
  tasksOfFeature: DataLoader<KeyPage & { id: number }, StoredTask[]>;
  /** Loads the number of tasks for a feature ID. */
  taskCount: DataLoader<number, number>;
  /** Loads a page of the sessions of a task, most recently started first. */
  sessionsOfTask: DataLoader<SessionsOfTaskPage & { id: number }, BriefSession[]>;
  /** Loads the number of sessions for a task ID. */
  sessionCount: DataLoader<number, number>;
  /** Loads the open session for a task ID. Returns null if there is none. */
  activeSession: DataLoader<number, StoredSession | null>;
  /** Loads the totals of all sessions for a task ID. */
  sessionSummary: DataLoader<number, SessionSummary>;
  /** Loads the status changes for a task ID, oldest first. */
  history: DataLoader<number, HistoryEntry[]>;
  /** Loads the notes for a task ID, oldest first. */
  notes: DataLoader<number, TaskNote[]>;
  /** Loads the timeline for a task ID. Returns null if the task was deleted. */
  taskTimeline: DataLoader<number, TimelineOfTask | null>;
  /** Loads the age of a task by its ID. Returns null if the task was deleted. */
  taskAge: DataLoader<number, TaskAge | null>;
}

/**
 * Creates each loader when it is first used: a request uses few of them, and a subscription keeps its loaders in memory
 * for hours.
 */
export function createLoaders(sources: LoaderSources): Loaders {
  return new RequestLoaders(sources);
}

interface LoaderSources {
  read: Statements;
  analyticsWorker: AnalyticsWorker;
  /** The operation if it is heavy. It yields between the statements of its loaders. */
  heavy?: EventLoopShare | undefined;
}

class RequestLoaders implements Loaders {
  readonly #sources: LoaderSources;
  readonly #options: LoaderOptions;
  readonly #created: { [Name in keyof Loaders]?: Loaders[Name] } = {};

  constructor(sources: LoaderSources) {
    this.#sources = sources;
    this.#options = optionsFor(sources.heavy);
  }

  get epic() {
    const { read } = this.#sources;
    return (this.#created.epic ??= oneEach(
      this.#options,
      (ids) => epicsById(read, ids),
      ({ id }) => id,
    ));
  }

  get feature() {
    const { read } = this.#sources;
    return (this.#created.feature ??= oneEach(
      this.#options,
      (ids) => featuresById(read, ids),
      ({ id }) => id,
    ));
  }

  get task() {
    const { read } = this.#sources;
    return (this.#created.task ??= oneEach(
      this.#options,
      (ids) => tasksById(read, ids),
      ({ id }) => id,
    ));
  }

  get taskStatus() {
    const { read } = this.#sources;
    return (this.#created.taskStatus ??= new DataLoader(async (keys) => {
      const statuses = await taskStatuses(read, [...new Set(keys)]);
      return keys.map((key) => statuses.get(key) ?? null);
    }, this.#options));
  }

  get session() {
    const { read } = this.#sources;
    return (this.#created.session ??= oneEach(
      this.#options,
      (ids) => sessionsById(read, ids),
      ({ id }) => id,
    ));
  }

  get featuresOfEpic() {
    const { read } = this.#sources;
    return (this.#created.featuresOfEpic ??= manyEach(
      this.#options,
      (ids) => featuresOfEpics(read, ids),
      ({ epicId }) => epicId,
    ));
  }

  get tasksOfFeature() {
    const { read } = this.#sources;
    return (this.#created.tasksOfFeature ??= pageEach(
      this.#options,
      (ids, page) => tasksOfFeatures(read, ids, page),
      ({ featureId }) => featureId,
    ));
  }

  get taskCount() {
    const { read } = this.#sources;
    return (this.#created.taskCount ??= countEach(
      this.#options,
      (ids) => taskCounts(read, ids),
      ({ featureId }) => featureId,
    ));
  }

  get sessionsOfTask() {
    const { read } = this.#sources;
    return (this.#created.sessionsOfTask ??= pageEach(
      this.#options,
      (ids, page) => sessionsOfTasks(read, ids, page),
      ({ taskId }) => taskId,
    ));
  }

  get sessionCount() {
    const { read } = this.#sources;
    return (this.#created.sessionCount ??= countEach(
      this.#options,
      (ids) => sessionCounts(read, ids),
      ({ taskId }) => taskId,
    ));
  }

  get activeSession() {
    const { read } = this.#sources;
    return (this.#created.activeSession ??= oneEach(
      this.#options,
      (ids) => activeSessionsOfTasks(read, ids),
      ({ taskId }) => taskId,
    ));
  }

  get sessionSummary() {
    const { read } = this.#sources;
    return (this.#created.sessionSummary ??= new DataLoader(
      (ids) => sessionSummaries(read, ids),
      this.#options,
    ));
  }

  get history() {
    const { read } = this.#sources;
    return (this.#created.history ??= manyEach(
      this.#options,
      (ids) => historyOfTasks(read, ids),
      ({ taskId }) => taskId,
    ));
  }

  get notes() {
    const { read } = this.#sources;
    return (this.#created.notes ??= manyEach(
      this.#options,
      (ids) => notesOfTasks(read, ids),
      ({ taskId }) => taskId,
    ));
  }

  get taskTimeline() {
    const { analyticsWorker } = this.#sources;
    return (this.#created.taskTimeline ??= oneEach(
      this.#options,
      (taskIds) => analyticsWorker.run('taskTimelines', { taskIds }),
      ({ taskId }) => taskId,
    ));
  }

  get taskAge() {
    const { analyticsWorker } = this.#sources;
    return (this.#created.taskAge ??= oneEach(
      this.#options,
      (taskIds) => analyticsWorker.run('taskAges', { taskIds }),
      ({ taskId }) => taskId,
    ));
  }
}
