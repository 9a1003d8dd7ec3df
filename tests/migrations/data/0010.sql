BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0010');
CREATE TABLE approvals (
	thread_id TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	created_at INTEGER NOT NULL, 
	CONSTRAINT approvals_key PRIMARY KEY (thread_id, subject), 
	CONSTRAINT approvals_thread_id_reference FOREIGN KEY(thread_id) REFERENCES threads (id) ON DELETE CASCADE
);
INSERT INTO "approvals" VALUES('thread_old','code_interpreter',1700000100);
CREATE TABLE assistant_drafts (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	id TEXT NOT NULL, 
	created_at INTEGER NOT NULL, 
	recipe JSON NOT NULL, 
	CONSTRAINT assistant_drafts_id_unique UNIQUE (id)
);
INSERT INTO "assistant_drafts" VALUES(1,'new',1700000003,'{"model":"default","name":"Draft 草稿","description":null,"instructions":null,"tools":[],"tool_resources":{},"metadata":{},"temperature":null,"top_p":null,"response_format":null,"reasoning_effort":null,"bindings":[]}');
CREATE TABLE assistant_versions (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	id TEXT NOT NULL, 
	created_at INTEGER NOT NULL, 
	assistant_id TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	recipe JSON NOT NULL, 
	CONSTRAINT assistant_versions_id_unique UNIQUE (id), 
	CONSTRAINT assistant_versions_assistant_id_number_unique UNIQUE (assistant_id, number), 
	CONSTRAINT assistant_versions_assistant_id_reference FOREIGN KEY(assistant_id) REFERENCES assistants (id) ON DELETE CASCADE
);
INSERT INTO "assistant_versions" VALUES(1,'ver_old',1700000002,'asst_old',1,'{"model":"SmolLM2-135M","name":"Grandma 奶奶","description":null,"instructions":"Be kind.","tools":[],"tool_resources":{},"metadata":{},"temperature":null,"top_p":null,"response_format":null,"reasoning_effort":null,"bindings":[{"name":"clock","kind":"fixed","config":{"text":"noon 中午"},"approval":"allow"}]}');
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
	reasoning_effort TEXT, scratch BOOLEAN, 
	CONSTRAINT assistants_id_unique UNIQUE (id)
);
INSERT INTO "assistants" VALUES(1,'asst_old',1700000000,'SmolLM2-135M','Grandma 奶奶',NULL,'Be warm.','[{"type":"file_search"}]','{"file_search":{"vector_store_ids":["vs_old"]}}','{"k":"v"}',0.5,NULL,'"auto"',NULL,NULL);
CREATE TABLE branches (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	id TEXT NOT NULL, 
	created_at INTEGER NOT NULL, 
	thread_id TEXT NOT NULL, 
	parent TEXT, 
	starts_after INTEGER NOT NULL, 
	chosen BOOLEAN NOT NULL, 
	CONSTRAINT branches_id_unique UNIQUE (id), 
	CONSTRAINT branches_thread_id_reference FOREIGN KEY(thread_id) REFERENCES threads (id) ON DELETE CASCADE
);
INSERT INTO "branches" VALUES(1,'branch_shown',1700000010,'thread_old',NULL,1,1);
INSERT INTO "branches" VALUES(2,'branch_other',1700000010,'thread_old',NULL,1,0);
CREATE TABLE chunk_vectors (
	chunk INTEGER NOT NULL, 
	embedder TEXT NOT NULL, 
	vector BLOB NOT NULL, 
	CONSTRAINT chunk_vectors_key PRIMARY KEY (chunk), 
	CONSTRAINT chunk_vectors_chunk_reference FOREIGN KEY(chunk) REFERENCES chunks (seq) ON DELETE CASCADE
);
INSERT INTO "chunk_vectors" VALUES(1,'all-MiniLM-L6-v2',X'0000803F00000040');
CREATE VIRTUAL TABLE chunk_words USING fts5(words, heading, place, tokenize = 'unicode61 remove_diacritics 2');
CREATE VIRTUAL TABLE chunk_words_terms USING fts5vocab(chunk_words, 'row');
CREATE TABLE chunks (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	store_file INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	text TEXT NOT NULL, 
	tokens INTEGER NOT NULL, 
	page INTEGER, 
	last_page INTEGER, 
	line INTEGER, 
	last_line INTEGER, 
	heading JSON NOT NULL, start INTEGER, stop INTEGER, 
	page_starts JSON DEFAULT '[]' NOT NULL, 
	CONSTRAINT chunks_store_file_position_unique UNIQUE (store_file, position), 
	CONSTRAINT chunks_store_file_reference FOREIGN KEY(store_file) REFERENCES vector_store_files (seq) ON DELETE CASCADE
);
INSERT INTO "chunks" VALUES(1,1,0,'Tea steeps three minutes. 茶泡三分钟。',12,2,2,5,6,'["Tea"]',NULL,NULL,'[]');
CREATE TABLE conversation_items (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	created_at INTEGER NOT NULL, 
	conversation_id TEXT NOT NULL, 
	body JSON NOT NULL, 
	CONSTRAINT conversation_items_key PRIMARY KEY (seq AUTOINCREMENT), 
	CONSTRAINT conversation_items_id_unique UNIQUE (id), 
	CONSTRAINT conversation_items_conversation_id_reference FOREIGN KEY(conversation_id) REFERENCES conversations (id) ON DELETE CASCADE
);
INSERT INTO "conversation_items" VALUES(1,'msg_item',1700000006,'conv_old','{"id":"msg_item","type":"message"}');
CREATE TABLE conversations (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	created_at INTEGER NOT NULL, 
	metadata JSON NOT NULL, 
	CONSTRAINT conversations_key PRIMARY KEY (seq AUTOINCREMENT), 
	CONSTRAINT conversations_id_unique UNIQUE (id)
);
INSERT INTO "conversations" VALUES(1,'conv_old',1700000006,'{"about":"tea 茶"}');
CREATE TABLE file_batches (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	id TEXT NOT NULL, 
	created_at INTEGER NOT NULL, 
	vector_store_id TEXT NOT NULL, 
	cancelled_at INTEGER, 
	CONSTRAINT file_batches_id_unique UNIQUE (id), 
	CONSTRAINT file_batches_vector_store_id_reference FOREIGN KEY(vector_store_id) REFERENCES vector_stores (id) ON DELETE CASCADE
);
INSERT INTO "file_batches" VALUES(1,'vsfb_old',1700000000,'vs_old',NULL);
CREATE TABLE files (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	id TEXT NOT NULL, 
	created_at INTEGER NOT NULL, 
	filename TEXT NOT NULL, 
	purpose TEXT NOT NULL, 
	bytes INTEGER NOT NULL, 
	sha256 TEXT NOT NULL, 
	expires_at INTEGER, 
	CONSTRAINT files_id_unique UNIQUE (id)
);
INSERT INTO "files" VALUES(1,'file_old',1700000000,'tea 茶.txt','assistants',4,'9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',NULL);
CREATE TABLE function_executors (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	id TEXT NOT NULL, 
	created_at INTEGER NOT NULL, 
	assistant_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	config JSON NOT NULL, 
	approval TEXT NOT NULL, 
	CONSTRAINT function_executors_id_unique UNIQUE (id), 
	CONSTRAINT function_executors_assistant_id_name_unique UNIQUE (assistant_id, name), 
	CONSTRAINT function_executors_assistant_id_reference FOREIGN KEY(assistant_id) REFERENCES assistants (id) ON DELETE CASCADE
);
INSERT INTO "function_executors" VALUES(1,'exec_old',1700000000,'asst_old','clock','fixed','{"text": "noon 中午"}','allow');
CREATE TABLE generations (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	run_id TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	created_at INTEGER NOT NULL, 
	prompt BLOB, 
	bytes INTEGER NOT NULL, 
	measures JSON NOT NULL, 
	CONSTRAINT generations_run_id_number_unique UNIQUE (run_id, number), 
	CONSTRAINT generations_run_id_reference FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE
);
INSERT INTO "generations" VALUES(1,'run_old',1,1700000101,X'789CB3A9292D4E2DAAB10B494DB45778D1B38DCBA626B1B838B3B82431AFA4C60E00BAF90C2B',38,'{"prompt_tokens": 9}');
CREATE TABLE live_files (
	seq INTEGER NOT NULL, 
	folder_id TEXT NOT NULL, 
	path TEXT NOT NULL, 
	size INTEGER NOT NULL, 
	modified_ns INTEGER NOT NULL, 
	sha256 TEXT NOT NULL, 
	file_id TEXT, 
	problem TEXT, 
	CONSTRAINT live_files_key PRIMARY KEY (seq), 
	CONSTRAINT live_files_folder_id_path_unique UNIQUE (folder_id, path), 
	CONSTRAINT live_files_folder_id_reference FOREIGN KEY(folder_id) REFERENCES live_folders (id) ON DELETE CASCADE, 
	CONSTRAINT live_files_file_id_reference FOREIGN KEY(file_id) REFERENCES files (id) ON DELETE SET NULL
);
INSERT INTO "live_files" VALUES(1,'folder_old','sub/tea 茶.txt',4,1700000005000000000,'9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08','file_old',NULL);
INSERT INTO "live_files" VALUES(2,'folder_old','big.txt',999999999,1700000005000000000,'',NULL,'file_too_large');
CREATE TABLE live_folders (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	id TEXT NOT NULL, 
	created_at INTEGER NOT NULL, 
	vector_store_id TEXT NOT NULL, 
	path TEXT NOT NULL, 
	ignored JSON NOT NULL, 
	identity TEXT, 
	checked_at INTEGER, 
	CONSTRAINT live_folders_id_unique UNIQUE (id), 
	CONSTRAINT live_folders_vector_store_id_path_unique UNIQUE (vector_store_id, path), 
	CONSTRAINT live_folders_vector_store_id_reference FOREIGN KEY(vector_store_id) REFERENCES vector_stores (id) ON DELETE CASCADE
);
INSERT INTO "live_folders" VALUES(1,'folder_old',1700000006,'vs_old','/old/Tea 茶','["*.log"]','1:2',1700000008);
CREATE VIRTUAL TABLE message_words USING fts5(words, tokenize = 'unicode61 remove_diacritics 2');
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
	incomplete_reason TEXT, shelf TEXT, deleted_at INTEGER, 
	CONSTRAINT messages_id_unique UNIQUE (id), 
	CONSTRAINT messages_thread_id_reference FOREIGN KEY(thread_id) REFERENCES threads (id) ON DELETE CASCADE, 
	CONSTRAINT messages_run_id_reference FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE SET NULL
);
INSERT INTO "messages" VALUES(1,'msg_1',1700000002,'thread_old','user','[{"type":"text","text":{"value":"How long does tea steep?","annotations":[]}}]','completed',NULL,NULL,'[{"file_id":"file_old","tools":[{"type":"file_search"}]}]','{}',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "messages" VALUES(2,'msg_2',1700000005,'thread_old','assistant','[{"type":"text","text":{"value":"Three minutes. 三分钟。","annotations":[{"type":"file_citation"}]}}]','completed','asst_old','run_old','[]','{}',1700000009,NULL,NULL,NULL,NULL);
INSERT INTO "messages" VALUES(3,'msg_other',1700000005,'thread_old','assistant','[{"type":"text","text":{"value":"Three minutes. 三分钟。","annotations":[{"type":"file_citation"}]}}]','completed','asst_old',NULL,'[]','{}',1700000009,NULL,NULL,'branch_other',NULL);
INSERT INTO "messages" VALUES(4,'msg_binned',1700000005,'thread_old','assistant','[{"type":"text","text":{"value":"Three minutes. 三分钟。","annotations":[{"type":"file_citation"}]}}]','completed','asst_old',NULL,'[]','{}',1700000009,NULL,NULL,NULL,1700000020);
CREATE TABLE model_cards (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	id TEXT NOT NULL, 
	created_at INTEGER NOT NULL, 
	passed INTEGER NOT NULL, 
	total INTEGER NOT NULL, 
	parallel BOOLEAN NOT NULL, 
	chinese BOOLEAN NOT NULL, 
	results JSON NOT NULL, 
	CONSTRAINT model_cards_id_unique UNIQUE (id)
);
INSERT INTO "model_cards" VALUES(1,'SmolLM2-135M',1700000000,7,20,0,1,'{"single": "right"}');
CREATE TABLE responses (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	created_at INTEGER NOT NULL, 
	previous_id TEXT, 
	input JSON NOT NULL, 
	body JSON NOT NULL, 
	CONSTRAINT responses_key PRIMARY KEY (seq AUTOINCREMENT), 
	CONSTRAINT responses_id_unique UNIQUE (id)
);
INSERT INTO "responses" VALUES(1,'resp_old',1700000006,NULL,'[{"id":"msg_in","type":"message"}]','{"id":"resp_old","output":[]}');
CREATE TABLE run_events (
	run_id TEXT NOT NULL, 
	events JSON NOT NULL, 
	CONSTRAINT run_events_key PRIMARY KEY (run_id), 
	CONSTRAINT run_events_run_id_reference FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE
);
INSERT INTO "run_events" VALUES('run_old','[{"event": "thread.run.created", "id": "run_old", "at": 0.0}]');
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
	last_used_at INTEGER NOT NULL, scratch BOOLEAN, pinned_at INTEGER, folder TEXT, deleted_at INTEGER, 
	CONSTRAINT threads_id_unique UNIQUE (id)
);
INSERT INTO "threads" VALUES(1,'thread_old',1700000001,'{"k":"v"}','{}','Tea 茶',1700000009,NULL,1700000001,'Tea 茶',NULL);
CREATE TABLE tool_servers (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	id TEXT NOT NULL, 
	created_at INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	command JSON NOT NULL, 
	environment JSON NOT NULL, 
	call_seconds INTEGER NOT NULL, 
	CONSTRAINT tool_servers_id_unique UNIQUE (id), 
	CONSTRAINT tool_servers_name_unique UNIQUE (name)
);
INSERT INTO "tool_servers" VALUES(1,'srv_old',1700000000,'files','["python", "-m", "files"]','{}',60);
CREATE TABLE upload_parts (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	id TEXT NOT NULL, 
	created_at INTEGER NOT NULL, 
	upload_id TEXT NOT NULL, 
	bytes INTEGER NOT NULL, 
	sha256 TEXT NOT NULL, 
	CONSTRAINT upload_parts_id_unique UNIQUE (id), 
	CONSTRAINT upload_parts_upload_id_reference FOREIGN KEY(upload_id) REFERENCES uploads (id) ON DELETE CASCADE
);
INSERT INTO "upload_parts" VALUES(1,'part_old',1700000000,'upload_open',4,'9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08');
CREATE TABLE uploads (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	id TEXT NOT NULL, 
	created_at INTEGER NOT NULL, 
	filename TEXT NOT NULL, 
	purpose TEXT NOT NULL, 
	bytes INTEGER NOT NULL, 
	mime_type TEXT NOT NULL, 
	expires_at INTEGER NOT NULL, 
	status TEXT NOT NULL, 
	expires_after INTEGER, 
	file_id TEXT, 
	CONSTRAINT uploads_id_unique UNIQUE (id), 
	CONSTRAINT uploads_file_id_reference FOREIGN KEY(file_id) REFERENCES files (id) ON DELETE SET NULL
);
INSERT INTO "uploads" VALUES(1,'upload_old',1700000000,'tea 茶.txt','assistants',4,'text/plain',1700003600,'completed',NULL,'file_old');
INSERT INTO "uploads" VALUES(2,'upload_open',1700000000,'more.txt','assistants',8,'text/plain',1700003600,'pending',3600,NULL);
CREATE TABLE vector_store_files (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	id TEXT NOT NULL, 
	created_at INTEGER NOT NULL, 
	vector_store_id TEXT NOT NULL, 
	status TEXT NOT NULL, 
	chunking_strategy JSON NOT NULL, 
	attributes JSON NOT NULL, 
	last_error JSON, 
	usage_bytes INTEGER NOT NULL, 
	batch_id TEXT, 
	chunk_count INTEGER, 
	attempts INTEGER NOT NULL, 
	CONSTRAINT vector_store_files_vector_store_id_id_unique UNIQUE (vector_store_id, id), 
	CONSTRAINT vector_store_files_id_reference FOREIGN KEY(id) REFERENCES files (id) ON DELETE CASCADE, 
	CONSTRAINT vector_store_files_vector_store_id_reference FOREIGN KEY(vector_store_id) REFERENCES vector_stores (id) ON DELETE CASCADE, 
	CONSTRAINT vector_store_files_batch_id_reference FOREIGN KEY(batch_id) REFERENCES file_batches (id) ON DELETE SET NULL
);
INSERT INTO "vector_store_files" VALUES(1,'file_old',1700000000,'vs_old','completed','{"type":"static","static":{"max_chunk_size_tokens":800,"chunk_overlap_tokens":400}}','{"year":2024}',NULL,40,'vsfb_old',1,1);
CREATE TABLE vector_stores (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	id TEXT NOT NULL, 
	created_at INTEGER NOT NULL, 
	last_active_at INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	description TEXT, 
	metadata JSON NOT NULL, 
	expires_after_days INTEGER, paused_at INTEGER, 
	CONSTRAINT vector_stores_id_unique UNIQUE (id)
);
INSERT INTO "vector_stores" VALUES(1,'vs_old',1700000000,1700000005,'Drinks','What we drink','{"k":"v"}',7,1700000007);
CREATE TABLE words_due (
	message INTEGER NOT NULL, 
	mark INTEGER NOT NULL, 
	CONSTRAINT words_due_key PRIMARY KEY (message), 
	CONSTRAINT words_due_message_reference FOREIGN KEY(message) REFERENCES messages (seq) ON DELETE CASCADE
);
INSERT INTO "words_due" VALUES(2,0);
INSERT INTO "words_due" VALUES(3,213808154936167917);
INSERT INTO "words_due" VALUES(4,-3679654501046235727);
CREATE INDEX generations_by_size ON generations (bytes);
CREATE INDEX conversation_items_by_conversation ON conversation_items (conversation_id, seq);
CREATE INDEX runs_by_thread ON runs (thread_id, seq);
CREATE UNIQUE INDEX runs_unfinished ON runs (thread_id) WHERE status IN ('queued', 'in_progress', 'requires_action', 'cancelling');
CREATE INDEX messages_by_thread ON messages (thread_id, seq);
CREATE INDEX messages_by_run ON messages (run_id, thread_id, seq);
CREATE INDEX steps_by_run ON steps (run_id, seq);
CREATE INDEX files_by_purpose ON files (purpose, seq);
CREATE INDEX files_by_sha256 ON files (sha256);
CREATE INDEX files_by_expiry ON files (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX uploads_by_file ON uploads (file_id);
CREATE INDEX uploads_pending ON uploads (expires_at) WHERE status = 'pending';
CREATE INDEX upload_parts_by_upload ON upload_parts (upload_id, seq);
CREATE INDEX upload_parts_by_sha256 ON upload_parts (sha256);
CREATE INDEX file_batches_by_store ON file_batches (vector_store_id, seq);
CREATE INDEX vector_store_files_by_file ON vector_store_files (id);
CREATE INDEX vector_store_files_by_store ON vector_store_files (vector_store_id, seq);
CREATE INDEX vector_store_files_by_status ON vector_store_files (vector_store_id, status, usage_bytes);
CREATE INDEX vector_store_files_by_batch ON vector_store_files (batch_id, status, usage_bytes);
CREATE INDEX vector_store_files_waiting ON vector_store_files (seq) WHERE status = 'in_progress';
CREATE TRIGGER chunks_forget_words AFTER DELETE ON chunks BEGIN DELETE FROM chunk_words WHERE rowid = old.seq; END;
CREATE INDEX live_files_by_file ON live_files (file_id);
CREATE INDEX threads_binned ON threads (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX messages_by_shelf ON messages (shelf) WHERE shelf IS NOT NULL;
CREATE INDEX messages_binned ON messages (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX branches_by_thread ON branches (thread_id, seq);
CREATE TRIGGER messages_said AFTER INSERT ON messages BEGIN INSERT OR REPLACE INTO words_due (message, mark) VALUES (new.seq, random()); END;
CREATE TRIGGER messages_changed AFTER UPDATE OF content ON messages BEGIN INSERT OR REPLACE INTO words_due (message, mark) VALUES (new.seq, random()); END;
CREATE TRIGGER messages_forget_words AFTER DELETE ON messages BEGIN DELETE FROM message_words WHERE rowid = old.seq; END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('assistants',1);
INSERT INTO "sqlite_sequence" VALUES('threads',1);
INSERT INTO "sqlite_sequence" VALUES('runs',2);
INSERT INTO "sqlite_sequence" VALUES('messages',4);
INSERT INTO "sqlite_sequence" VALUES('steps',1);
INSERT INTO "sqlite_sequence" VALUES('files',1);
INSERT INTO "sqlite_sequence" VALUES('uploads',2);
INSERT INTO "sqlite_sequence" VALUES('upload_parts',1);
INSERT INTO "sqlite_sequence" VALUES('vector_stores',1);
INSERT INTO "sqlite_sequence" VALUES('file_batches',1);
INSERT INTO "sqlite_sequence" VALUES('vector_store_files',1);
INSERT INTO "sqlite_sequence" VALUES('chunks',1);
INSERT INTO "sqlite_sequence" VALUES('function_executors',1);
INSERT INTO "sqlite_sequence" VALUES('tool_servers',1);
INSERT INTO "sqlite_sequence" VALUES('model_cards',1);
INSERT INTO "sqlite_sequence" VALUES('responses',1);
INSERT INTO "sqlite_sequence" VALUES('conversations',1);
INSERT INTO "sqlite_sequence" VALUES('conversation_items',1);
INSERT INTO "sqlite_sequence" VALUES('assistant_versions',1);
INSERT INTO "sqlite_sequence" VALUES('assistant_drafts',1);
INSERT INTO "sqlite_sequence" VALUES('generations',1);
INSERT INTO "sqlite_sequence" VALUES('live_folders',1);
INSERT INTO "sqlite_sequence" VALUES('branches',2);
INSERT INTO chunk_words (rowid, words, heading, place) VALUES(1,'tea steeps three minutes 茶泡 泡三 三分 分钟 钟','tea','vsold f1');
INSERT INTO message_words (rowid, words) VALUES(1,'how long doe tea steep 茶泡');
COMMIT;
