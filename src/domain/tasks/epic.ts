/** A row of `epics`, without the columns that older databases of other programs lack. */
export interface Epic {
  readonly id: number;
  readonly key: string;
  readonly title: string;
  readonly description: string | null;
  readonly status: string;
  readonly priority: string;
}

/** The columns of an `Epic`. */
export const epicColumns = ['id', 'key', 'title', 'description', 'status', 'priority'] as const;
