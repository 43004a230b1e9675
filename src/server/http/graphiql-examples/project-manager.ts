/** What GraphiQL opens with for a project manager. Each operation runs as it stands on any database. */
export const projectManager = `# For a project manager: the questions of every week.
# Press the triangle and choose one.

# How long does each phase take, and how often is work
# sent back? p85Minutes is a figure to promise by:
# 85 of 100 sessions took no longer.
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

# Where does work get stuck, and why?
# The worst phase comes first.
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

# Which work is begun and getting old?
# From a percentile of 85 on it deserves a look.
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

# Which agents do well? rejectionRatePct is what an agent
# rejects: a strict reviewer has much of it.
# rework is what it got back.
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

# What has changed since the start of the year?
# Put in a day of yours.
# Look at both counts before you trust a change.
query WhatHasChanged {
  compare(filter: { since: "2026-01-01" }) {
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

# How does the time develop, month by month?
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

# How much comes in each month, how much gets done?
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
# A band that grows is the place.
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

# What is behind a number?
# The sessions that were rejected in review.
query BehindTheNumber {
  phaseDurations(filter: { phase: "review" }) {
    rejectionRatePct
    sessions(outcome: REJECTED, first: 25) {
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

# What has been worked on lately, and how did it end?
# The same as a file: /export/sessions.csv
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

# The whole story of one task, and where its time went.
# Put in a key of yours.
query Story {
  task(key: "T-E01-F01-001") {
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
`;
