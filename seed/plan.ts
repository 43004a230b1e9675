import type { Random } from './random.ts';
import type { NewEpic, NewFeature, NewTask, Rows } from './rows.ts';
import type { TimelineOfTask } from './task-life.ts';
import { epicTitle, featureTitle, taskDescription, taskTitle } from './texts.ts';

const featuresPerEpic = 10;

/** Gives tasks their places as they are created: features one after the other, of 20 to 40 tasks each, in epics. */
export interface Plan {
  /** Writes the task, before it the feature and the epic that it is the first of. Returns its id. */
  add(timeline: TimelineOfTask): number;
}

export function startPlan(rows: Rows, random: Random): Plan {
  let epic: NewEpic | undefined;
  let feature: NewFeature | undefined;
  let lastTask = 0;
  let lastFeature = 0;
  let inFeature = 0;
  let room = 0;

  const addEpic = (createdMs: number): NewEpic => {
    const id = (epic?.id ?? 0) + 1;
    const priority = random.pick(['high', 'medium', 'medium', 'low']);
    epic = { id, key: `E${number(id, 2)}`, title: epicTitle(id), priority, createdMs };
    rows.epic(epic);
    return epic;
  };
  const addFeature = (createdMs: number): NewFeature => {
    const place = lastFeature % featuresPerEpic;
    const parent = epic === undefined || place === 0 ? addEpic(createdMs) : epic;
    lastFeature += 1;
    feature = {
      id: lastFeature,
      epicId: parent.id,
      key: `${parent.key}-F${number(place + 1, 2)}`,
      title: featureTitle(random),
      executionOrder: place + 1,
      createdMs,
    };
    rows.feature(feature);
    inFeature = 0;
    room = random.wholeNumber(20, 40);
    return feature;
  };

  return {
    add(timeline) {
      const parent = feature === undefined || inFeature === room ? addFeature(timeline.createdMs) : feature;
      lastTask += 1;
      inFeature += 1;
      rows.task(newTask(random, lastTask, parent, inFeature), timeline);
      return lastTask;
    },
  };
}

function newTask(random: Random, id: number, feature: NewFeature, place: number): NewTask {
  const dependsOn = place > 1 && random.happens(0.08) ? [random.wholeNumber(1, place - 1)] : [];
  return {
    id,
    featureId: feature.id,
    key: taskKey(feature, place),
    title: taskTitle(random),
    description: random.happens(0.5) ? taskDescription(random) : null,
    priority: random.wholeNumber(1, 10),
    executionOrder: random.happens(0.3) ? place : null,
    dependsOn: dependsOn.map((other) => taskKey(feature, other)),
  };
}

function taskKey(feature: NewFeature, place: number): string {
  return `T-${feature.key}-${number(place, 3)}`;
}

function number(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
