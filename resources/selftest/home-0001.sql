BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE assistants (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	id TEXT NOT NULL, 
	created_at INTEGER NOT NULL, 
	model TEXT NOT NULL, 
	name TEXT, 
	description TEXT, 
	instructions TEXT, 
	tools JSON NOT NULL, 
	tool_resources JSON NOT NULL, 
	metadata JSON NOT NULL, 
	temperature FLOAT, 
	top_p FLOAT, 
	response_format JSON, 
	reasoning_effort TEXT, 
	CONSTRAINT assistants_id_unique UNIQUE (id)
);
INSERT INTO "assistants" VALUES(1,'asst_old',1700000000,'SmolLM2-135M','Grandma 奶奶',NULL,'Be warm.','[{"type":"file_search"}]','{"file_search":{"vector_store_ids":["vs_old"]}}','{"k":"v"}',0.5,NULL,'"auto"',NULL);
CREATE TABLE messages (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	id TEXT NOT NULL, 
	created_at INTEGER NOT NULL, 
	thread_id TEXT NOT NULL, 
	role TEXT NOT NULL, 
	content JSON NOT NULL, 
	status TEXT NOT NULL, 
	assistant_id TEXT, 
	run_id TEXT, 
	attachments JSON NOT NULL, 
	metadata JSON NOT NULL, 
	completed_at INTEGER, 
	incomplete_at INTEGER, 
	incomplete_reason TEXT, 
	CONSTRAINT messages_id_unique UNIQUE (id), 
	CONSTRAINT messages_thread_id_reference FOREIGN KEY(thread_id) REFERENCES threads (id) ON DELETE CASCADE, 
	CONSTRAINT messages_run_id_reference FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE SET NULL
);
INSERT INTO "messages" VALUES(1,'msg_1',1700000002,'thread_old','user','[{"type":"text","text":{"value":"How long does tea steep?","annotations":[]}}]','completed',NULL,NULL,'[{"file_id":"file_old","tools":[{"type":"file_search"}]}]','{}',NULL,NULL,NULL);
INSERT INTO "messages" VALUES(2,'msg_2',1700000005,'thread_old','assistant','[{"type":"text","text":{"value":"Three minutes. 三分钟。","annotations":[{"type":"file_citation"}]}}]','completed','asst_old','run_old','[]','{}',1700000009,NULL,NULL);
CREATE TABLE runs (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	id TEXT NOT NULL, 
	created_at INTEGER NOT NULL, 
	thread_id TEXT NOT NULL, 
	assistant_id TEXT NOT NULL, 
	status TEXT NOT NULL, 
	model TEXT NOT NULL, 
	instructions TEXT NOT NULL, 
	tools JSON NOT NULL, 
	metadata JSON NOT NULL, 
	required_calls JSON NOT NULL, 
	last_error JSON, 
	incomplete_reason TEXT, 
	expires_at INTEGER, 
	started_at INTEGER, 
	cancelled_at INTEGER, 
	failed_at INTEGER, 
	completed_at INTEGER, 
	usage JSON, 
	temperature FLOAT, 
	top_p FLOAT, 
	max_prompt_tokens INTEGER, 
	max_completion_tokens INTEGER, 
	truncation_strategy JSON NOT NULL, 
	tool_choice JSON NOT NULL, 
	parallel_tool_calls BOOLEAN NOT NULL, 
	response_format JSON, 
	reasoning_effort TEXT, 
	trace JSON NOT NULL, 
	CONSTRAINT runs_id_unique UNIQUE (id), 
	CONSTRAINT runs_thread_id_reference FOREIGN KEY(thread_id) REFERENCES threads (id) ON DELETE CASCADE
);
INSERT INTO "runs" VALUES(1,'run_old',1700000003,'thread_old','asst_old','completed','SmolLM2-135M','Be warm.','[]','{}','[]',NULL,NULL,NULL,1700000004,NULL,NULL,1700000009,'{"prompt_tokens":20,"completion_tokens":7,"cached_tokens":0}',NULL,NULL,NULL,NULL,'{"type":"auto","last_messages":null}','"auto"',1,NULL,NULL,'{"dropped":0}');
INSERT INTO "runs" VALUES(2,'run_waiting',1700000010,'thread_old','asst_old','requires_action','SmolLM2-135M','','[]','{}','[{"id":"call_1","name":"clock","arguments":"{}","output":null}]',NULL,NULL,1700000610,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"type":"auto","last_messages":null}','"auto"',1,NULL,NULL,'{}');
CREATE TABLE steps (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	id TEXT NOT NULL, 
	created_at INTEGER NOT NULL, 
	run_id TEXT NOT NULL, 
	thread_id TEXT NOT NULL, 
	assistant_id TEXT NOT NULL, 
	type TEXT NOT NULL, 
	status TEXT NOT NULL, 
	details JSON NOT NULL, 
	last_error JSON, 
	completed_at INTEGER, 
	cancelled_at INTEGER, 
	failed_at INTEGER, 
	expired_at INTEGER, 
	usage JSON, 
	metadata JSON NOT NULL, 
	CONSTRAINT steps_id_unique UNIQUE (id), 
	CONSTRAINT steps_run_id_reference FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE
);
INSERT INTO "steps" VALUES(1,'step_old',1700000005,'run_old','thread_old','asst_old','message_creation','completed','{"type":"message_creation","message_creation":{"message_id":"msg_2"}}',NULL,1700000009,NULL,NULL,NULL,'{"prompt_tokens":20,"completion_tokens":7,"cached_tokens":0}','{}');
CREATE TABLE threads (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	id TEXT NOT NULL, 
	created_at INTEGER NOT NULL, 
	metadata JSON NOT NULL, 
	tool_resources JSON NOT NULL, 
	title TEXT, 
	last_used_at INTEGER NOT NULL, 
	CONSTRAINT threads_id_unique UNIQUE (id)
);
INSERT INTO "threads" VALUES(1,'thread_old',1700000001,'{"k":"v"}','{}','Tea 茶',1700000009);
CREATE INDEX runs_by_thread ON runs (thread_id, seq);
CREATE UNIQUE INDEX runs_unfinished ON runs (thread_id) WHERE status IN ('queued', 'in_progress', 'requires_action', 'cancelling');
CREATE INDEX messages_by_thread ON messages (thread_id, seq);
CREATE INDEX messages_by_run ON messages (run_id, thread_id, seq);
CREATE INDEX steps_by_run ON steps (run_id, seq);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('assistants',1);
INSERT INTO "sqlite_sequence" VALUES('threads',1);
INSERT INTO "sqlite_sequence" VALUES('runs',2);
INSERT INTO "sqlite_sequence" VALUES('messages',2);
INSERT INTO "sqlite_sequence" VALUES('steps',1);
COMMIT;
