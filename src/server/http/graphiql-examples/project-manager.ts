/** GraphiQL's example operations for project managers. Each operation runs unchanged on any database. */
export const projectManager = `# For project managers: durations, bottlenecks and quality.
# Click the Run button and choose an operation.

# How long does each phase take, and how often is work
# rejected? Use p85Minutes for estimates:
# 85% of the sessions took no longer.
query HowLongDoesItTake {
  phaseDurations {
    phase
    sessionCount
    activeCount
    medianMinutes
    p85Minutes
    rejectionRatePct
    firstPass {
      yieldPct
    }
  }
}

# In which phases do tasks spend the most time, and why?
# The longest phase comes first.
query WhereDoesItWait {
  bottlenecks {
    rank
    sentence
    flow {
      waitingNow
      longestWaits(first: 3) {
        task {
          key
          title
        }
        minutes
      }
    }
  }
}

# Which started tasks are getting old?
# A percentile of 85 or more deserves attention.
query WhatIsAging {
  agingWork(first: 25, startedOnly: true) {
    totalCount
    nodes {
      task {
        key
        title
        status
      }
      ageMinutes
      phase
      phaseMinutes
      percentile
      activeSession {
        agentId
      }
    }
  }
}

# How does each agent perform?
# rejectionRatePct counts the rejections that an agent made:
# a strict reviewer has a high rate.
# rework counts the agent's own work that was sent back.
query WhoDoesWell {
  agentPerformance {
    agentId
    agentType
    totalSessions
    medianMinutes
    completionRatePct
    abandonedRatePct
    rejectionRatePct
    rework {
      count
      ratePct
    }
  }
}

# What has changed in the last 30 days, compared with the
# 30 days before? since can also be a date: "2026-01-01".
# With few sessions, a change can be chance:
# check both values of sessionCount.
query WhatHasChanged {
  compare(filter: { since: "30d" }) {
    previous {
      since
      until
    }
    phases {
      phase
      current {
        sessionCount
        medianMinutes
      }
      previous {
        sessionCount
        medianMinutes
      }
      medianMinutesChange
      rejectionRatePctChange
    }
  }
}

# How do durations change from month to month?
query Trend {
  phaseDurationTrend(bucket: MONTH) {
    since
    isComplete
    phases {
      phase
      sessionCount
      medianMinutes
      p85Minutes
    }
  }
}

# How many tasks are created and completed in each month?
query Throughput {
  throughput(bucket: MONTH) {
    since
    created
    completed
    cancelled
    reworked
  }
}

# Where does work pile up?
# Each band counts the tasks of a phase. Work piles up in a
# phase whose band grows from month to month.
query CumulativeFlow {
  cumulativeFlow(bucket: MONTH) {
    until
    total
    bands {
      kind
      phase
      taskCount
    }
  }
}

# Which sessions does a number come from?
# This lists the latest rejections in each phase.
query Rejections {
  phaseDurations {
    phase
    rejectionRatePct
    sessions(outcome: REJECTED, first: 5) {
      totalCount
      nodes {
        task {
          key
          title
        }
        agentId
        durationMinutes
        notes
      }
    }
  }
}

# The most recent sessions and their outcomes.
# To download all sessions: /export/sessions.csv
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

# The history of one task, and how its time was spent.
# This shows the first task. For another one, use
# task(key: "T-E01-F01-002") without nodes.
query TaskTimeline {
  tasks(first: 1) {
    nodes {
      key
      title
      status
      phase
      flow {
        elapsedMinutes
        queueMinutes
        workMinutes
        reworkMinutes
        blockedMinutes
        idleMinutes
        flowEfficiencyPct
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
}
`;
