/** What GraphiQL opens with for a project manager. Each operation runs as it stands on any database. */
export const projectManager = `# For a project manager.
# Press the triangle and choose a question.

# What has been worked on lately, for how long, and how did it end?
query RecentWork {
  sessions(first: 25) {
    totalCount
    nodes {
      task {
        key
        title
      }
      agentId
      phase
      startedAt
      elapsedMinutes
      outcome
      notes
    }
  }
}

# What was sent back, and why?
query Rejections {
  sessions(first: 25, filter: { outcome: REJECTED }) {
    totalCount
    nodes {
      task {
        key
        title
      }
      phase
      agentId
      endedAt
      notes
    }
  }
}

# What waits for code review?
query WaitingForReview {
  tasks(filter: { status: "ready_for_code_review" }) {
    totalCount
    nodes {
      key
      title
      updatedAt
      sessionSummary {
        count
        totalMinutes
        completionRatePct
      }
    }
  }
}

# The whole story of one task. Put in a key of yours.
query Story {
  task(key: "T-E01-F01-001") {
    title
    status
    phase
    sessionSummary {
      count
      totalMinutes
      completionRatePct
    }
    sessions {
      nodes {
        agentId
        phase
        startedAt
        durationMinutes
        outcome
        notes
      }
    }
    history {
      at
      fromStatus
      toStatus
      agent
      notes
    }
  }
}
`;
