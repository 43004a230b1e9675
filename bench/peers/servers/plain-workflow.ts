/** A claim moves a task to `claimed`, and a finish moves it on from there. Statuses as in the built-in workflow. */
export interface Stage {
  phase: string;
  claimed: string;
  finished: string;
}

const stages: Readonly<Record<string, Stage>> = {
  ready_for_refinement: { phase: 'planning', claimed: 'in_refinement', finished: 'ready_for_development' },
  ready_for_development: {
    phase: 'development',
    claimed: 'in_development',
    finished: 'ready_for_code_review',
  },
  ready_for_code_review: { phase: 'review', claimed: 'in_code_review', finished: 'ready_for_qa' },
  ready_for_qa: { phase: 'qa', claimed: 'in_qa', finished: 'ready_for_approval' },
  ready_for_approval: { phase: 'approval', claimed: 'in_approval', finished: 'completed' },
};

export const waitingStatuses = Object.keys(stages);

const claimedStages = new Map(Object.values(stages).map((stage) => [stage.claimed, stage]));

/** The stage of a waiting task. */
export function stageToClaim(status: string): Stage | undefined {
  return stages[status];
}

/** The stage of a claimed task. */
export function stageToFinish(status: string): Stage | undefined {
  return claimedStages.get(status);
}
