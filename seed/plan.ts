import type { Random } from './random.ts';
import type { NewEpic, NewFeature, NewTask, Rows } from './rows.ts';
import type { SimulatedTask } from './task-simulation.ts';
import { epicTitle, featureTitle, taskDescription, taskTitle } from './texts.ts';

const featuresPerEpic = 10;

/** Assigns new tasks to features and epics: 20 to 40 tasks per feature, ten features per epic. */
export interface Plan {
  /** Writes the task, preceded by a new feature and epic if it is their first task. Returns the id of the task. */
  add(task: SimulatedTask): number;
}

export function startPlan(rows: Rows, random: Random): Plan {
  let epic: NewEpic | undefined;
  let feature: NewFeature | undefined;
  let lastTask = 0;
  let lastFeature = 0;
  let tasksInFeature = 0;
  let featureSize = 0;

  const addEpic = (createdMs: number): NewEpic => {
    const id = (epic?.id ?? 0) + 1;
    const priority = random.pick(['high', 'medium', 'medium', 'low']);
    epic = { id, key: `E${number(id, 2)}`, title: epicTitle(id), priority, createdMs };
    rows.epic(epic);
    return epic;
  };
  const addFeature = (createdMs: number): NewFeature => {
    const index = lastFeature % featuresPerEpic;
    const parent = epic === undefined || index === 0 ? addEpic(createdMs) : epic;
    lastFeature += 1;
    feature = {
      id: lastFeature,
      epicId: parent.id,
      key: `${parent.key}-F${number(index + 1, 2)}`,
      title: featureTitle(random),
      executionOrder: index + 1,
      createdMs,
    };
    rows.feature(feature);
    tasksInFeature = 0;
    featureSize = random.wholeNumber(20, 40);
    return feature;
  };

  return {
    add(task) {
      const parent =
        feature === undefined || tasksInFeature === featureSize ? addFeature(task.createdMs) : feature;
      lastTask += 1;
      tasksInFeature += 1;
      rows.task(newTask(random, lastTask, parent, tasksInFeature), task);
      return lastTask;
    },
  };
}

function newTask(random: Random, id: number, feature: NewFeature, index: number): NewTask {
  const dependsOn = index > 1 && random.happens(0.08) ? [random.wholeNumber(1, index - 1)] : [];
  return {
    id,
    featureId: feature.id,
    key: taskKey(feature, index),
    title: taskTitle(random),
    description: random.happens(0.5) ? taskDescription(random) : null,
    priority: random.wholeNumber(1, 10),
    executionOrder: random.happens(0.3) ? index : null,
    dependsOn: dependsOn.map((other) => taskKey(feature, other)),
  };
}

function taskKey(feature: NewFeature, index: number): string {
  return `T-${feature.key}-${number(index, 3)}`;
}

function number(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
