/** What GraphiQL opens with for an orchestrator. Each operation runs as it stands on any database. */
export const orchestrator = `# For an orchestrator.
# Press the triangle and choose an operation.

# What would be handed out next?
query NextTask {
  nextTask {
    key
    title
    status
    priority
    dependsOn
  }
}

# Who works on what, the longest first?
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

# Every session that has been open for four hours or gave
# no sign of life for ten minutes, and each further one
# at the moment it reaches one of the two thresholds.
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

# Hand a task to an agent. Put in the key of a task of yours.
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

# Hand out the best task there is. Sent again with the same
# key, it is answered again, and nothing is handed out twice.
mutation ClaimNext {
  claimNextTask(
    input: {
      agentId: "backend-1"
      agentType: "developer"
      idempotencyKey: "choose a new one for each claim"
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

# An agent says that it is alive.
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

# Take back all that has been open for a day, at one stroke.
mutation TakeBack {
  abandonStaleSessions(
    input: { staleAfter: "1d", reason: "left overnight" }
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

# The work is done. Because the session is named,
# an agent that was replaced meanwhile changes nothing.
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
