import GRDB

/// The tables, as a list of steps that only grows: a step that was released is never changed.
enum Schema {
  /// `FLOT`: says that an SQLite file is Flotilla's.
  static let applicationID = 0x464C_4F54

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 first light") { db in
      try db.execute(sql: "PRAGMA application_id = \(applicationID)")
      try db.execute(sql: fleet)
      try db.execute(sql: instances)
      try db.execute(sql: history)
    }
    return migrator
  }

  // Times are milliseconds since 1970. Digests are whatever the caller compares; the store only tells equal from different.

  private static let fleet = """
    CREATE TABLE clusters (
      name TEXT NOT NULL PRIMARY KEY,
      server TEXT NOT NULL,
      digest TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('unknown', 'online', 'offline')),
      message TEXT NOT NULL,
      since INTEGER NOT NULL,
      last_contact INTEGER
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE sources (
      repo TEXT NOT NULL,
      revision TEXT NOT NULL,
      commit_id TEXT,
      error TEXT,
      checked_at INTEGER NOT NULL,
      PRIMARY KEY (repo, revision)
    ) STRICT, WITHOUT ROWID;

    -- One row: the evaluation that the fleet stands at.
    CREATE TABLE definitions (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      revision TEXT NOT NULL,
      problems TEXT NOT NULL,
      evaluated_at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE holds (
      id TEXT NOT NULL PRIMARY KEY,
      subject TEXT NOT NULL,
      reason TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      released_at INTEGER,
      released_by TEXT
    ) STRICT, WITHOUT ROWID;
    """

  // What changes often stands apart from the documents, so that a change of health does not write an Application again.
  private static let instances = """
    CREATE TABLE instances (
      key INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL,
      namespace TEXT NOT NULL,
      application_set TEXT,
      cluster TEXT NOT NULL,
      desired_revision TEXT,
      desired_digest TEXT,
      problem TEXT,
      synced_revision TEXT,
      synced_digest TEXT,
      synced_at INTEGER,
      drift TEXT,
      health TEXT,
      health_message TEXT,
      health_digest TEXT,
      health_at INTEGER,
      failure_count INTEGER NOT NULL DEFAULT 0,
      failure_digest TEXT,
      failure_message TEXT,
      failure_at INTEGER,
      requested_at INTEGER,
      requested_by TEXT,
      paused TEXT,
      removal_at INTEGER,
      removal_reason TEXT,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX instances_by_name ON instances (name);

    CREATE TABLE documents (
      instance INTEGER PRIMARY KEY REFERENCES instances (key) ON DELETE CASCADE,
      application TEXT NOT NULL,
      provenance TEXT NOT NULL,
      dependencies TEXT NOT NULL
    ) STRICT;

    CREATE TABLE inventory (
      instance INTEGER NOT NULL REFERENCES instances (key) ON DELETE CASCADE,
      cluster TEXT NOT NULL,
      api_group TEXT NOT NULL,
      kind TEXT NOT NULL,
      namespace TEXT NOT NULL,
      name TEXT NOT NULL,
      uid TEXT NOT NULL,
      digest TEXT NOT NULL,
      seen_at INTEGER NOT NULL,
      PRIMARY KEY (instance, api_group, kind, namespace, name)
    ) STRICT, WITHOUT ROWID;
    """

  // History names instances by text: it outlives them.
  private static let history = """
    CREATE TABLE operations (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      instance TEXT NOT NULL,
      name TEXT NOT NULL,
      cluster TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('sync', 'removal')),
      cause TEXT NOT NULL,
      revision TEXT NOT NULL,
      digest TEXT NOT NULL,
      attempt INTEGER NOT NULL,
      actor TEXT NOT NULL,
      phase TEXT NOT NULL,
      message TEXT NOT NULL DEFAULT '',
      created INTEGER NOT NULL DEFAULT 0,
      changed INTEGER NOT NULL DEFAULT 0,
      unchanged INTEGER NOT NULL DEFAULT 0,
      pruned INTEGER NOT NULL DEFAULT 0,
      failed INTEGER NOT NULL DEFAULT 0,
      started_at INTEGER NOT NULL,
      finished_at INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX operations_running ON operations (instance) WHERE finished_at IS NULL;
    CREATE INDEX operations_by_instance ON operations (instance, id);
    CREATE INDEX operations_by_end ON operations (finished_at);

    CREATE TABLE events (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      at INTEGER NOT NULL,
      kind TEXT NOT NULL,
      actor TEXT NOT NULL,
      instance TEXT,
      name TEXT,
      cluster TEXT,
      reason TEXT NOT NULL,
      message TEXT NOT NULL,
      from_value TEXT,
      to_value TEXT
    ) STRICT;
    CREATE INDEX events_by_instance ON events (instance, seq) WHERE instance IS NOT NULL;
    CREATE INDEX events_by_cluster ON events (cluster, seq) WHERE cluster IS NOT NULL;
    CREATE INDEX events_by_time ON events (at);
    """
}
