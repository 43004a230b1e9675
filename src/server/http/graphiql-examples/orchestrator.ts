/**
 * GraphiQL's example operations for orchestrators. Each operation runs unchanged on any database. No database has the
 * session that they name, so that they end no work by mistake: the answer says where to find an id.
 */
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
# Replace the key with the key that NextTask returned.
mutation Claim(
  $taskKey: String! = "T-E01-F01-001"
  $agentId: String! = "backend-1"
) {
  claimTask(input: { taskKey: $taskKey, agentId: $agentId }) {
    __typename
    ... on ClaimTaskPayload {
      task {
        key
        status
      }
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

# Claim the best available task for an agent. Each run claims
# another task. If there is none, task is null.
# A program that may have to repeat a claim also sends an
# idempotencyKey, a new one for each claim. The repeated claim
# then returns the first result and claims no second task.
mutation ClaimNext(
  $agentId: String! = "backend-1"
  $agentType: String
  $idempotencyKey: String
) {
  claimNextTask(
    input: {
      agentId: $agentId
      agentType: $agentType
      idempotencyKey: $idempotencyKey
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

# Record that an agent is still at work. Replace the ID with
# the session ID that Claim or WhoHoldsWhat returned.
mutation Heartbeat($sessionId: ID! = "TaskSession:999999999") {
  heartbeatSession(input: { sessionId: $sessionId }) {
    __typename
    ... on HeartbeatSessionPayload {
      session {
        lastHeartbeatAt
      }
      task {
        key
        status
      }
      warnings
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

# Finish the work on a task. Replace the key and the ID with
# those that Claim returned. The sessionId protects the task:
# if another agent has claimed it since, nothing changes.
# If you run this twice, repeated is true the second time.
mutation Finish(
  $taskKey: String! = "T-E01-F01-001"
  $sessionId: ID! = "TaskSession:999999999"
) {
  finishTask(
    input: { taskKey: $taskKey, sessionId: $sessionId, notes: "Done" }
  ) {
    __typename
    ... on FinishTaskPayload {
      repeated
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
