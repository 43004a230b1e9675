/** GraphiQL's example operations for orchestrators. Each operation runs unchanged on any database. */
export const orchestrator = `# For orchestrators: hand out tasks and find stale sessions.
# Click the Run button and choose an operation.

# Which task would be handed out next?
query NextTask {
  nextTask {
    key
    title
    status
    priority
    dependsOn
  }
}

# Which agent works on which task?
# The session that started first is at the top.
query WhoHoldsWhat {
  sessions(
    filter: { active: true }
    orderBy: { field: STARTED_AT, direction: ASC }
  ) {
    totalCount
    nodes {
      id
      task {
        key
        status
      }
      agentId
      startedAt
      elapsedMinutes
    }
  }
}

# All sessions that have been open for 4 hours, or without
# a heartbeat for 10 minutes. First those that are stale
# already, then each one at the moment it becomes stale.
subscription TurnedStale {
  sessionTurnedStale(staleAfter: "4h", silentFor: "10m") {
    cursor
    reason
    staleAt
    session {
      id
      agentId
      task {
        key
      }
    }
  }
}

# Claim a task for an agent.
# Replace the key with the key of one of your tasks.
mutation Claim {
  claimTask(
    input: {
      taskKey: "T-E01-F01-001"
      agentId: "backend-1"
      agentType: "developer"
    }
  ) {
    __typename
    ... on ClaimTaskPayload {
      session {
        id
      }
      nextPhase {
        phase
        agentTypes
      }
      warnings
    }
    ... on TaskAlreadyClaimedError {
      activeSession {
        id
        agentId
        startedAt
      }
    }
    ... on Error {
      message
      suggestion
    }
  }
}

# Claim the best available task for an agent.
# If you repeat the mutation with the same idempotencyKey,
# it returns the first result and claims no second task.
mutation ClaimNext {
  claimNextTask(
    input: {
      agentId: "backend-1"
      agentType: "developer"
      idempotencyKey: "choose a new key for each claim"
    }
  ) {
    __typename
    ... on ClaimNextTaskPayload {
      task {
        key
        title
      }
      session {
        id
      }
      warnings
    }
    ... on Error {
      message
      suggestion
    }
  }
}

# Record that an agent is still at work.
# Replace the ID with the ID of an open session.
mutation Heartbeat {
  heartbeatSession(input: { sessionId: "TaskSession:1" }) {
    __typename
    ... on HeartbeatSessionPayload {
      session {
        lastHeartbeatAt
      }
    }
    ... on Error {
      message
      suggestion
    }
  }
}

# Abandon all sessions that have been open for a day.
# Their tasks return to the status they were claimed from.
mutation AbandonStale {
  abandonStaleSessions(
    input: { staleAfter: "1d", reason: "The session was open for more than a day" }
  ) {
    __typename
    ... on AbandonStaleSessionsPayload {
      sessions {
        agentId
        task {
          key
          status
        }
      }
      remaining
      warnings
    }
    ... on Error {
      message
      suggestion
    }
  }
}

# Finish the work on a task. The sessionId protects the task:
# if another agent has claimed it since, nothing changes.
mutation Finish {
  finishTask(
    input: {
      taskKey: "T-E01-F01-001"
      sessionId: "TaskSession:1"
      notes: "Done"
    }
  ) {
    __typename
    ... on FinishTaskPayload {
      session {
        durationMinutes
      }
      nextPhase {
        status
        agentTypes
      }
      warnings
    }
    ... on Error {
      message
      suggestion
    }
  }
}
`;
