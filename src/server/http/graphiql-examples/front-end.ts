/** GraphiQL's example operations for front-end developers. Each operation runs unchanged on any database. */
export const frontEnd = `# For front-end developers: lists, pages and live updates.
# Click the Run button and choose an operation.

# The board: all epics with their features.
query Board {
  epics {
    key
    title
    features {
      key
      title
      tasks(first: 5) {
        totalCount
      }
    }
  }
}

# A page of 20 tasks.
# To get the next page, pass pageInfo.endCursor as $after.
query TaskList($after: String) {
  tasks(first: 20, after: $after) {
    totalCount
    nodes {
      id
      key
      title
      status
      phase
      priority
      assignedAgent
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}

# Live updates: an event for each session
# that is opened or closed.
subscription LiveChanges {
  sessionChanged {
    change
    session {
      id
      agentId
      task {
        key
        status
      }
      outcome
    }
  }
}

# The columns of a board: the statuses in workflow order.
query Columns {
  workflow {
    phases
    statuses {
      name
      phase
      color
      isTerminal
    }
  }
}
`;
