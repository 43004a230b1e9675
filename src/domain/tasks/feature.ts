/** A row of `features`, without the columns that older databases of other programs lack. */
export interface Feature {
  readonly id: number;
  readonly epicId: number;
  readonly key: string;
  readonly title: string;
  readonly description: string | null;
  readonly status: string;
  readonly executionOrder: number | null;
}

/** The columns of a `Feature`. */
export const featureColumns = [
  'id',
  'epic_id as epicId',
  'key',
  'title',
  'description',
  'status',
  'execution_order as executionOrder',
] as const;
