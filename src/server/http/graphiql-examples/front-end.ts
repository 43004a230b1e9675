/** What GraphiQL opens with for a front end. Each operation runs as it stands on any database. */
export const frontEnd = `# For a front end: lists, pages and live changes.
# Press the triangle and choose an operation.

# The board: epics and their features.
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

# A page of tasks.
# Pass pageInfo.endCursor as $after to get the next one.
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

# What happens right now.
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

# The columns of a board, in order.
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
