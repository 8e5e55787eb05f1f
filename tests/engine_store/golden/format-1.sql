PRAGMA application_id = 1448038990;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'voronka','schema_1','2026-11-22 08:39:48.120514+00:00');
CREATE TABLE bookings (resource TEXT, item TEXT, start INTEGER, until INTEGER NOT NULL, deal INTEGER, field TEXT,
        PRIMARY KEY (resource, item, start, deal, field)) WITHOUT ROWID;
INSERT INTO "bookings" VALUES('halls','red',1795341600000,1795345200000,2,'hall');
CREATE TABLE commits (tx INTEGER PRIMARY KEY, last INTEGER NOT NULL, epoch INTEGER NOT NULL, at INTEGER NOT NULL,
        digest BLOB NOT NULL);
INSERT INTO "commits" VALUES(1,1,1,1795255200000,X'732388EF9FF31A1650782CA2A09AB6AB6D543858E605586C728B6AB894FC4E8D');
INSERT INTO "commits" VALUES(2,2,1,1795255200000,X'10C5D7FC706C276D6622400675AE2764BEBDCE69029F033F5FEF97D23EAB794B');
INSERT INTO "commits" VALUES(3,3,1,1795255200000,X'9269DA474611959EAAE92D20CE080D0F1A09B8A75AF774E293587A396B9A9D67');
INSERT INTO "commits" VALUES(4,5,1,1795255201000,X'0D931BD4D2097F0D74CAE917902EB19D8D1E115E64BBD0290431DBFE308AF426');
INSERT INTO "commits" VALUES(5,6,1,1795255202000,X'256A946D107379464209F9C6809A9F46D8A9A2ACD243E23634D0C7457B13ED27');
INSERT INTO "commits" VALUES(6,11,1,1795255203000,X'E600FC2BD29B1B5D8360A64DE1DCC65AAB92490A95AE308AE486B8F9A965D096');
INSERT INTO "commits" VALUES(7,12,1,1795255204000,X'04C44FF772DBC23DB7C5AB23BE41546694B6AAA4003BC4004BEC1B77F508AC9A');
CREATE TABLE deals (id INTEGER PRIMARY KEY, pipeline TEXT NOT NULL, stage TEXT NOT NULL, owner TEXT,
        created INTEGER NOT NULL, entered INTEGER NOT NULL, closed INTEGER, reason TEXT, flags TEXT);
INSERT INTO "deals" VALUES(1,'client','new',NULL,1795255200000,1795255200000,NULL,NULL,NULL);
INSERT INTO "deals" VALUES(2,'sales','new','anna',1795255200000,1795255200000,NULL,NULL,'["limit"]');
CREATE TABLE definitions (id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, at INTEGER NOT NULL,
        facets TEXT NOT NULL, package BLOB NOT NULL);
INSERT INTO "definitions" VALUES(1,'ffffffffffffffffffffffffffffffff',1795255200000,'{"client":{"keys":[["phone"]],"kinds":{"phone":"phone"},"links":{},"lists":{},"payload":[],"personal":["phone"]},"sales":{"keys":[["phone"],["number","year"]],"kinds":{"number":"text","phone":"phone","year":"integer"},"links":{"client":"client"},"lists":{},"payload":["phone"],"personal":["email","phone"]}}',X'789CAB562ACE2F2D4A4E2D56B28A8E564AD42BC82C48CDC9CC4B55D2518231158A1373528B15AA156A9562636B01B201114A');
CREATE TABLE documents (deal INTEGER, file TEXT, field TEXT NOT NULL, media TEXT NOT NULL, content BLOB,
        at INTEGER NOT NULL, PRIMARY KEY (deal, file)) WITHOUT ROWID;
CREATE TABLE entities (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, name TEXT NOT NULL,
        version INTEGER NOT NULL, head INTEGER NOT NULL, state TEXT NOT NULL, UNIQUE (kind, name));
INSERT INTO "entities" VALUES(1,6,'definition',1,1,'{}');
INSERT INTO "entities" VALUES(2,3,'halls',1,5,'{}');
INSERT INTO "entities" VALUES(3,2,'sales/manager',1,7,'{"last":"anna","place":0}');
INSERT INTO "entities" VALUES(4,1,'people',1,8,'{"anna":{"away":1795255209000,"deputy":"ivan"}}');
INSERT INTO "entities" VALUES(5,5,'incidents',3,12,'{}');
INSERT INTO "entities" VALUES(6,4,'kept',1,11,'{}');
CREATE TABLE inbox (cause INTEGER, part INTEGER, depth INTEGER NOT NULL, after INTEGER NOT NULL,
        PRIMARY KEY (cause, part)) WITHOUT ROWID;
CREATE TABLE incidents (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, deal INTEGER,
        data TEXT NOT NULL, status TEXT NOT NULL, resolved INTEGER, resolved_by TEXT);
INSERT INTO "incidents" VALUES(9,1795255203000,'unrouted',NULL,'{"name":"payment","payload":{"phone":"§8205a039f69c753760f2aaa2f97b8a03"}}','open',NULL,NULL);
INSERT INTO "incidents" VALUES(10,1795255203000,'tunnel',2,'{"pipeline":"orders"}','resolved',1795255204000,'olga');
CREATE TABLE kept (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, name TEXT NOT NULL, pipeline TEXT, deal INTEGER,
        why TEXT NOT NULL, data TEXT NOT NULL);
INSERT INTO "kept" VALUES(11,1795255203000,'payment','sales',NULL,'none','{"phone":"§dbd7050a3b9dd5950f40682e1665a67d"}');
CREATE TABLE keys (key TEXT PRIMARY KEY, row INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO "keys" VALUES('pay-1',11);
INSERT INTO "keys" VALUES('request-1',3);
CREATE TABLE links (target INTEGER, source INTEGER, field TEXT,
        PRIMARY KEY (target, source, field)) WITHOUT ROWID;
INSERT INTO "links" VALUES(1,2,'client');
CREATE TABLE log (id INTEGER PRIMARY KEY, tx INTEGER NOT NULL, kind INTEGER NOT NULL, entity INTEGER NOT NULL,
        version INTEGER NOT NULL, prev INTEGER NOT NULL, at INTEGER NOT NULL, recorded INTEGER NOT NULL,
        actor TEXT NOT NULL, definition INTEGER NOT NULL, engine TEXT NOT NULL, event TEXT NOT NULL,
        changes TEXT NOT NULL, format INTEGER NOT NULL);
INSERT INTO "log" VALUES(1,1,6,1,1,0,1795255200000,1795255200000,'',1,'0.1.0','{"data":{"hash":"ffffffffffffffffffffffffffffffff"},"kind":"adopt"}','[["adopt",1,"ffffffffffffffffffffffffffffffff","e7780a1ec08ca42ed0436a83c6a307131f99bf7635fb8f8f62abd05057aff551"]]',1);
INSERT INTO "log" VALUES(2,2,0,1,1,0,1795255200000,1795255200000,'anna',1,'0.1.0','{"data":{"fields":{"phone":"§9ab50e970f329e7491b5aa28b8ba18d8"},"id":1},"kind":"create","sealed":["9ab50e970f329e7491b5aa28b8ba18d8"]}','[["new","client",1795255200000],["set","phone","§9ab50e970f329e7491b5aa28b8ba18d8"],["stage","new",1795255200000]]',1);
INSERT INTO "log" VALUES(3,3,0,2,1,0,1795255200000,1795255200000,'anna',1,'0.1.0','{"answers":[["card",[1,["phone"]],{"phone":"§972ab41711a2bdf47bb195b35f8f4137"}],["turn",["sales","manager"],"anna"]],"data":{"event":"request","id":2,"payload":{"phone":"§972ab41711a2bdf47bb195b35f8f4137","text":"хочу"}},"key":"request-1","kind":"create","sealed":["972ab41711a2bdf47bb195b35f8f4137"]}','[["new","sales",1795255200000],["set","phone","§972ab41711a2bdf47bb195b35f8f4137"],["set","number","A-1"],["set","year",2026],["set","client",1],["card","client",{"phone":"§972ab41711a2bdf47bb195b35f8f4137","stage":"card"}],["owner","anna"],["stage","new",1795255200000],["task",1,{"assignee":"anna","created":1795255200000,"due":1795258800000,"event":{"phone":"§972ab41711a2bdf47bb195b35f8f4137","text":"хочу"},"id":1,"local":"2026-11-21T14:00","name":"call","path":"new/call","visit":1}],["timer","t:1",1795258800000,1,null],["timer","v:cont:new/#2:2",1795262400000,2,{"e":{"phone":"§972ab41711a2bdf47bb195b35f8f4137","text":"хочу"},"path":"new/#2"}],["effect",{"event":{"phone":"§972ab41711a2bdf47bb195b35f8f4137","text":"хочу"},"kind":"notify","path":"new/#1","text":"Новая","to":{"person":"anna"}}]]',1);
INSERT INTO "log" VALUES(4,4,0,2,2,3,1795255201000,1795255201000,'anna',1,'0.1.0','{"data":{"fields":{"hall":"red","starts_at":["t",1795341600000]}},"kind":"set"}','[["set","hall","red"],["set","starts_at",["t",1795341600000]],["book","hall",["halls","red",1795341600000,1795345200000]]]',1);
INSERT INTO "log" VALUES(5,4,3,2,1,0,1795255201000,1795255201000,'anna',1,'0.1.0','{"cause":4,"data":{},"kind":"book"}','[["book","red",1795341600000,1795345200000,2,"hall"]]',1);
INSERT INTO "log" VALUES(6,5,0,2,3,4,1795255202000,1795255202000,'anna',1,'0.1.0','{"data":{"outcome":"reached","task":"call"},"kind":"done"}','[["by","new/call","a.pipeline:3"],["task=",1,{"done_at":1795255202000,"done_by":"anna","outcome":"reached","status":"done"}],["timer-","t:1"],["flag","limit",{"at":1795255200000,"scope":"deal"}],["pend","new/#3",{"unmet":[{"kind":"require","operands":[["phone","§972ab41711a2bdf47bb195b35f8f4137"]]}],"what":"move"}]]',1);
INSERT INTO "log" VALUES(7,6,2,3,1,0,1795255203000,1795255203000,'',1,'0.1.0','{"data":{},"kind":"turn"}','[["turn","anna",0]]',1);
INSERT INTO "log" VALUES(8,6,1,4,1,0,1795255203000,1795255203000,'olga',1,'0.1.0','{"data":{"name":"anna"},"kind":"absent"}','[["person","anna",{"away":1795255209000,"deputy":"ivan"}]]',1);
INSERT INTO "log" VALUES(9,6,5,5,1,0,1795255203000,1795255203000,'',1,'0.1.0','{"data":{},"kind":"open","sealed":["8205a039f69c753760f2aaa2f97b8a03"]}','[["open",{"data":{"name":"payment","payload":{"phone":"§8205a039f69c753760f2aaa2f97b8a03"}},"deal":null,"kind":"unrouted"}]]',1);
INSERT INTO "log" VALUES(10,6,5,5,2,9,1795255203000,1795255203000,'',1,'0.1.0','{"data":{},"kind":"open"}','[["open",{"data":{"pipeline":"orders"},"deal":2,"kind":"tunnel"}]]',1);
INSERT INTO "log" VALUES(11,6,4,6,1,0,1795255203000,1795255203000,'',1,'0.1.0','{"data":{"deal":null,"name":"payment","payload":{"phone":"§dbd7050a3b9dd5950f40682e1665a67d"},"pipeline":"sales","why":"none"},"key":"pay-1","kind":"event","sealed":["dbd7050a3b9dd5950f40682e1665a67d"]}','[]',1);
INSERT INTO "log" VALUES(12,7,5,5,3,10,1795255204000,1795255204000,'olga',1,'0.1.0','{"data":{},"kind":"resolve"}','[["resolve",10]]',1);
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
INSERT INTO "meta" VALUES('definition',1);
INSERT INTO "meta" VALUES('epoch',1);
INSERT INTO "meta" VALUES('id','test-store');
CREATE TABLE outbox (deal INTEGER, version INTEGER, part INTEGER, epoch INTEGER, at INTEGER NOT NULL,
        channel TEXT NOT NULL, intent TEXT NOT NULL, body TEXT, status TEXT NOT NULL, not_before INTEGER NOT NULL,
        attempts INTEGER NOT NULL, error TEXT, PRIMARY KEY (deal, version, part, epoch)) WITHOUT ROWID;
INSERT INTO "outbox" VALUES(2,1,11,1,1795255200000,'notify','{"event":{"phone":"§972ab41711a2bdf47bb195b35f8f4137","text":"хочу"},"kind":"notify","path":"new/#1","text":"Новая","to":{"person":"anna"}}',NULL,'pending',1795255200000,0,NULL);
CREATE TABLE personal (deal INTEGER, digest TEXT, value TEXT, salt BLOB,
        PRIMARY KEY (deal, digest)) WITHOUT ROWID;
INSERT INTO "personal" VALUES(0,'8205a039f69c753760f2aaa2f97b8a03','+79995550000',X'C3A6A8530DBB478FB70A6CA8C7263A94');
INSERT INTO "personal" VALUES(0,'dbd7050a3b9dd5950f40682e1665a67d','+79995550000',X'DF3327A1CCB98669D3F6B9F60135B3C7');
INSERT INTO "personal" VALUES(1,'9ab50e970f329e7491b5aa28b8ba18d8','+79991234567',X'3973B720F5CDAA2B848CC26F3AFD57CB');
INSERT INTO "personal" VALUES(2,'972ab41711a2bdf47bb195b35f8f4137','+79991234567',X'3261B4A8FBE54B47C0109B1CC71A9CB5');
CREATE TABLE routes (pipeline TEXT, field TEXT, value TEXT, deal INTEGER,
        PRIMARY KEY (pipeline, field, value, deal)) WITHOUT ROWID;
INSERT INTO "routes" VALUES('client','phone','79991234567',1);
INSERT INTO "routes" VALUES('sales','number,year','["a-1","2026"]',2);
INSERT INTO "routes" VALUES('sales','phone','79991234567',2);
CREATE TABLE stage_counts (pipeline TEXT, stage TEXT, n INTEGER NOT NULL,
        PRIMARY KEY (pipeline, stage)) WITHOUT ROWID;
INSERT INTO "stage_counts" VALUES('client','new',1);
INSERT INTO "stage_counts" VALUES('sales','new',1);
CREATE TABLE states (deal INTEGER PRIMARY KEY, head INTEGER NOT NULL, version INTEGER NOT NULL,
        state TEXT NOT NULL);
INSERT INTO "states" VALUES(1,2,1,'{"approvals":{},"bookings":{},"cards":{},"checks":{},"closed":null,"counts":{},"created":1795255200000,"def":"ffffffffffffffffffffffffffffffff","entered":1795255200000,"f":{"phone":"§9ab50e970f329e7491b5aa28b8ba18d8"},"flags":{},"gen":0,"id":1,"items":{},"marks":{},"next":1,"now":1795255200000,"owner":null,"p":"client","pending":{},"reason":null,"seen":{},"stage":"new","tasks":[],"timers":{},"v":1,"visit":1}');
INSERT INTO "states" VALUES(2,6,3,'{"approvals":{},"bookings":{"hall":["halls","red",1795341600000,1795345200000]},"cards":{"client":{"phone":"§972ab41711a2bdf47bb195b35f8f4137","stage":"card"}},"checks":{},"closed":null,"counts":{},"created":1795255200000,"def":"ffffffffffffffffffffffffffffffff","entered":1795255200000,"f":{"client":1,"hall":"red","number":"A-1","phone":"§972ab41711a2bdf47bb195b35f8f4137","starts_at":["t",1795341600000],"year":2026},"flags":{"limit":{"at":1795255200000,"scope":"deal"}},"gen":2,"id":2,"items":{},"marks":{},"next":2,"now":1795255202000,"owner":"anna","p":"sales","pending":{"new/#3":{"unmet":[{"kind":"require","operands":[["phone","§972ab41711a2bdf47bb195b35f8f4137"]]}],"what":"move"}},"reason":null,"seen":{},"stage":"new","tasks":[{"assignee":"anna","created":1795255200000,"done_at":1795255202000,"done_by":"anna","due":1795258800000,"event":{"phone":"§972ab41711a2bdf47bb195b35f8f4137","text":"хочу"},"id":1,"local":"2026-11-21T14:00","name":"call","outcome":"reached","path":"new/call","status":"done","visit":1}],"timers":{"v:cont:new/#2:2":[1795262400000,2,{"e":{"phone":"§972ab41711a2bdf47bb195b35f8f4137","text":"хочу"},"path":"new/#2"}]},"v":3,"visit":1}');
CREATE TABLE tasks (deal INTEGER, id INTEGER, name TEXT NOT NULL, path TEXT NOT NULL, assignee TEXT, lent TEXT,
        status TEXT NOT NULL, outcome TEXT, due INTEGER, local TEXT, overdue INTEGER NOT NULL, created INTEGER NOT NULL,
        done_at INTEGER, done_by TEXT, moved INTEGER NOT NULL, PRIMARY KEY (deal, id)) WITHOUT ROWID;
INSERT INTO "tasks" VALUES(2,1,'call','new/call','anna',NULL,'done','reached',1795258800000,'2026-11-21T14:00',0,1795255200000,1795255202000,'anna',0);
CREATE TABLE timers (due INTEGER, deal INTEGER, key TEXT, gen INTEGER NOT NULL,
        PRIMARY KEY (due, deal, key)) WITHOUT ROWID;
INSERT INTO "timers" VALUES(1795255209000,0,'back:anna',0);
INSERT INTO "timers" VALUES(1795262400000,2,'v:cont:new/#2:2',2);
CREATE TABLE titles (definition INTEGER, pipeline TEXT, kind TEXT, name TEXT, title TEXT NOT NULL,
        PRIMARY KEY (definition, pipeline, kind, name)) WITHOUT ROWID;
INSERT INTO "titles" VALUES(1,'sales','pipeline','','Продажи');
INSERT INTO "titles" VALUES(1,'sales','stage','new','Новая');
INSERT INTO "titles" VALUES(1,'sales','stage','offered','Предложение отправлено');
INSERT INTO "titles" VALUES(1,'sales','task','new/call','Позвонить');
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX tasks_open ON tasks (assignee, due) WHERE status IN ('open', 'waiting');
CREATE INDEX tasks_lent ON tasks (lent) WHERE lent IS NOT NULL;
CREATE INDEX outbox_pending ON outbox (not_before, deal, version, part) WHERE status = 'pending';
CREATE VIEW "v_deals" AS 
        SELECT d.id, d.pipeline, p.title AS pipeline_title, d.stage, s.title AS stage_title, d.owner,
            strftime('%Y-%m-%dT%H:%M:%SZ', d.created / 1000, 'unixepoch') AS created,
            strftime('%Y-%m-%dT%H:%M:%SZ', d.entered / 1000, 'unixepoch') AS entered,
            strftime('%Y-%m-%dT%H:%M:%SZ', d.closed / 1000, 'unixepoch') AS closed,
            d.reason, d.flags IS NOT NULL AS red, x.version, json_extract(x.state, '$.f') AS fields
        FROM deals d JOIN states x ON x.deal = d.id
        LEFT JOIN meta m ON m.key = 'definition'
        LEFT JOIN titles p ON p.definition = m.value AND p.pipeline = d.pipeline AND p.kind = 'pipeline'
        LEFT JOIN titles s ON s.definition = m.value AND s.pipeline = d.pipeline AND s.kind = 'stage'
            AND s.name = d.stage;
CREATE VIEW "v_tasks" AS 
        SELECT t.deal, t.id, t.name, coalesce(n.title, t.name) AS title, t.assignee, t.status, t.outcome,
            strftime('%Y-%m-%dT%H:%M:%SZ', t.due / 1000, 'unixepoch') AS due, t.local AS due_local, t.overdue, t.moved,
            strftime('%Y-%m-%dT%H:%M:%SZ', t.created / 1000, 'unixepoch') AS created,
            strftime('%Y-%m-%dT%H:%M:%SZ', t.done_at / 1000, 'unixepoch') AS done, t.done_by
        FROM tasks t JOIN deals d ON d.id = t.deal
        LEFT JOIN meta m ON m.key = 'definition'
        LEFT JOIN titles n ON n.definition = m.value AND n.pipeline = d.pipeline AND n.kind = 'task'
            AND n.name = t.path;
CREATE VIEW "v_events" AS 
        SELECT l.id, l.entity AS deal, l.version,
            strftime('%Y-%m-%dT%H:%M:%SZ', l.at / 1000, 'unixepoch') AS at,
            strftime('%Y-%m-%dT%H:%M:%SZ', l.recorded / 1000, 'unixepoch') AS recorded,
            l.actor, json_extract(l.event, '$.kind') AS kind, l.event, l.changes, f.hash AS definition
        FROM log l LEFT JOIN definitions f ON f.id = l.definition WHERE l.kind = 0;
CREATE VIEW "v_moves" AS 
        SELECT l.entity AS deal, l.version, strftime('%Y-%m-%dT%H:%M:%SZ', l.at / 1000, 'unixepoch') AS at, l.actor,
            json_extract(c.value, '$[1]') AS stage,
            (SELECT CASE json_extract(x.value, '$[0]') WHEN 'close' THEN json_extract(x.value, '$[2]') END
                FROM json_each(l.changes) x WHERE x.key > c.key
                AND json_extract(x.value, '$[0]') IN ('close', 'stage') ORDER BY x.key LIMIT 1) AS reason
        FROM log l, json_each(l.changes) c WHERE l.kind = 0 AND json_extract(c.value, '$[0]') = 'stage';
CREATE VIEW "v_outbox" AS 
        SELECT o.epoch, o.deal, o.version, o.part, o.channel, o.status, o.attempts, o.error,
            strftime('%Y-%m-%dT%H:%M:%SZ', o.at / 1000, 'unixepoch') AS at,
            strftime('%Y-%m-%dT%H:%M:%SZ', o.not_before / 1000, 'unixepoch') AS not_before, o.intent, o.body
        FROM outbox o;
CREATE VIEW "v_incidents" AS 
        SELECT i.id, strftime('%Y-%m-%dT%H:%M:%SZ', i.at / 1000, 'unixepoch') AS at, i.kind, i.deal, i.status, i.data,
            strftime('%Y-%m-%dT%H:%M:%SZ', i.resolved / 1000, 'unixepoch') AS resolved, i.resolved_by
        FROM incidents i;
COMMIT;
