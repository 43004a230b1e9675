import type { WorkflowFile } from './workflow-file.ts';

/** The built-in workflow, in the form of a workflow file. The tests check it as such a file. */
export const defaultWorkflowFile: WorkflowFile = {
  status_flow: {
    draft: ['ready_for_refinement', 'cancelled', 'on_hold'],
    ready_for_refinement: ['in_refinement', 'cancelled', 'on_hold'],
    in_refinement: ['ready_for_development', 'draft', 'blocked', 'on_hold'],
    ready_for_development: ['in_development', 'ready_for_refinement', 'cancelled', 'on_hold'],
    in_development: ['ready_for_code_review', 'ready_for_refinement', 'blocked', 'on_hold'],
    ready_for_code_review: ['in_code_review', 'in_development', 'on_hold'],
    in_code_review: ['ready_for_qa', 'in_development', 'ready_for_refinement', 'on_hold'],
    ready_for_qa: ['in_qa', 'on_hold'],
    in_qa: ['ready_for_approval', 'in_development', 'ready_for_refinement', 'blocked', 'on_hold'],
    ready_for_approval: ['in_approval', 'on_hold'],
    in_approval: ['completed', 'ready_for_qa', 'ready_for_development', 'ready_for_refinement', 'on_hold'],
    completed: [],
    blocked: ['ready_for_development', 'ready_for_refinement', 'cancelled'],
    on_hold: ['ready_for_refinement', 'ready_for_development', 'cancelled'],
    cancelled: [],
  },
  status_metadata: {
    draft: {
      phase: 'planning',
      description: 'Task created but not yet refined',
      color: 'gray',
    },
    ready_for_refinement: {
      phase: 'planning',
      agent_types: ['business-analyst', 'architect'],
      description: 'Awaiting specification and analysis',
      color: 'cyan',
    },
    in_refinement: {
      phase: 'planning',
      description: 'Being analyzed and specified',
      color: 'blue',
    },
    ready_for_development: {
      phase: 'development',
      agent_types: ['developer', 'ai-coder'],
      description: 'Spec complete, ready for implementation',
      color: 'yellow',
    },
    in_development: {
      phase: 'development',
      description: 'Code implementation in progress',
      color: 'yellow',
    },
    ready_for_code_review: {
      phase: 'review',
      agent_types: ['tech-lead', 'code-reviewer'],
      description: 'Code complete, awaiting review',
      color: 'magenta',
    },
    in_code_review: {
      phase: 'review',
      description: 'Under code review',
      color: 'magenta',
    },
    ready_for_qa: {
      phase: 'qa',
      agent_types: ['qa', 'test-engineer'],
      description: 'Ready for quality assurance testing',
      color: 'green',
    },
    in_qa: {
      phase: 'qa',
      description: 'Being tested',
      color: 'green',
    },
    ready_for_approval: {
      phase: 'approval',
      agent_types: ['product-manager', 'client'],
      description: 'Awaiting final approval',
      color: 'purple',
    },
    in_approval: {
      phase: 'approval',
      description: 'Under final review',
      color: 'purple',
    },
    completed: {
      phase: 'done',
      description: 'Task finished and approved',
      color: 'white',
    },
    blocked: {
      phase: 'any',
      description: 'Temporarily blocked by external dependency',
      color: 'red',
    },
    on_hold: {
      phase: 'any',
      description: 'Intentionally paused',
      color: 'orange',
    },
    cancelled: {
      phase: 'done',
      description: 'Task abandoned or deprecated',
      color: 'gray',
    },
  },
  special_statuses: {
    _start_: ['draft', 'ready_for_development'],
    _complete_: ['completed', 'cancelled'],
  },
};
